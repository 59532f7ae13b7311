/** What the sandbox's own contracts were compiled to. Written by compile.ts, committed, imported as JSON. */
import type { Hex } from "viem";
import { parseAbi } from "viem";
import mockUsdc from "./artifacts/MockUSDC.json" with { type: "json" };
import vault from "./artifacts/Vault.json" with { type: "json" };

export interface Artifact {
  contractName: string;
  /** keccak256 of the Solidity file. */
  sourceHash: Hex;
  compiler: string;
  settings: {
    evmVersion: string;
    optimizer: { enabled: boolean; runs: number };
    metadata: { bytecodeHash: string };
  };
  abi: Record<string, unknown>[];
  /** What a creation transaction carries, before the encoded constructor arguments. */
  bytecode: Hex;
  deployedBytecode: Hex;
}

export const vaultArtifact = { ...vault, bytecode: vault.bytecode as Hex };
export const mockUsdcArtifact = { ...mockUsdc, bytecode: mockUsdc.bytecode as Hex };

/** The vault as its callers need it, typed; a test checks each line against the compiled ABI. */
export const vaultAbi = parseAbi([
  "constructor(address asset_, address admin, address pauser)",
  "function PAUSER_ROLE() view returns (bytes32)",
  "function UNPAUSER_ROLE() view returns (bytes32)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function paused() view returns (bool)",
  "function pause()",
  "function unpause()",
  "function asset() view returns (address)",
  "function totalAssets() view returns (uint256)",
  "function balanceOf(address account) view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function name() view returns (string)",
  "function symbol() view returns (string)",
  "function maxDeposit(address receiver) view returns (uint256)",
  "function maxWithdraw(address owner) view returns (uint256)",
  "function deposit(uint256 assets, address receiver) returns (uint256)",
  "function mint(uint256 shares, address receiver) returns (uint256)",
  "function withdraw(uint256 assets, address receiver, address owner) returns (uint256)",
  "function redeem(uint256 shares, address receiver, address owner) returns (uint256)",
  "event Paused(address account)",
  "event Unpaused(address account)",
  "error EnforcedPause()",
  "error ExpectedPause()",
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
]);

/** The test dollar, typed. */
export const mockUsdcAbi = parseAbi([
  "function mint(address to, uint256 amount)",
  "function approve(address spender, uint256 value) returns (bool)",
  "function transfer(address to, uint256 value) returns (bool)",
  "function balanceOf(address account) view returns (uint256)",
  "function allowance(address owner, address spender) view returns (uint256)",
  "function decimals() view returns (uint8)",
  "function symbol() view returns (string)",
]);
