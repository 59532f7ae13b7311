/** The local chain of the sandbox, of rehearsals and of tests: anvil, a real Safe, a vault that it may pause. */
import { type Address, getAddress, type Hex, parseEther } from "viem";
import { startAnvil } from "./anvil.ts";
import { mockUsdcAbi, vaultAbi } from "./artifacts.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import {
  executorPrivateKey,
  SANDBOX_CHAIN_ID,
  type SandboxWallet,
  sandboxSenders,
  sandboxWallet,
  senderAccount,
  signerAddresses,
} from "./people.ts";
import { createSafe, deploySafe, type NewSafe, type SafeDeployment, type SafeVersion, safeAbi } from "./safe.ts";
import { deployVault } from "./vault.ts";

export type { Anvil, AnvilOptions } from "./anvil.ts";
export { startAnvil } from "./anvil.ts";
export type { Ledger, LedgerTransaction } from "./ledger.ts";
export type { SandboxPerson, SandboxSender, SandboxSigner, SandboxWallet } from "./people.ts";
export { executorPrivateKey, SANDBOX_CHAIN_ID, sandboxPeople, sandboxWallet, signerAddresses } from "./people.ts";
export type { RpcFault, RpcProxy, RpcRequest } from "./rpc-proxy.ts";
export { startRpcProxy } from "./rpc-proxy.ts";
export type { NewSafe, SafeDeployment, SafeVersion } from "./safe.ts";
export { mockUsdcAbi, safeAbi, vaultAbi };

export interface SandboxChainOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  /** Seconds between blocks. Default 2; with 0 every transaction is mined at once, and nothing else makes a block. */
  blockTimeSeconds?: number;
  /** `safe` is so many blocks behind `latest`, `finalized` twice as many. Default 2: final after 4 blocks. */
  slotsInAnEpoch?: number;
  /** Called with one sentence per step, for a terminal. */
  progress?: (line: string) => void;
}

export interface SandboxChain {
  rpcUrl: string;
  chainId: number;
  /** The 3-of-5 Safe of the signers, version 1.4.1. */
  safe: Address;
  safeVersion: "1.4.1";
  threshold: number;
  owners: readonly Address[];
  vault: Address;
  token: Address;
  /** Holds ether and nothing else: no role, no share, no Safe. */
  executor: { address: Address; privateKey: Hex };
  /** Has shares, tokens and an approval: from it, a deposit and a withdrawal pass by `eth_call` until the pause. */
  depositor: Address;
  /** Grants the vault's roles and may unpause it. */
  admin: Address;
  attacker: Address;
  /** Where Safe's contracts are: its canonical addresses. */
  deployments: SafeDeployment;
  abi: { safe: typeof safeAbi; vault: typeof vaultAbi; token: typeof mockUsdcAbi };
  wallet: SandboxWallet;
  /** viem, with anvil's own actions. */
  client: Ledger["client"];
  /** Signs, sends and waits until it is mined; throws when it reverts. */
  send: Ledger["send"];
  /** Puts a further release at its canonical addresses. 1.4.1 is there from the start. */
  deploySafe(version: SafeVersion): Promise<SafeDeployment>;
  createSafe(options: NewSafe): Promise<Address>;
  /** A snapshot is used up by its revert. */
  snapshot(): Promise<Hex>;
  revert(snapshot: Hex): Promise<void>;
  /** Makes so many blocks now. */
  mine(blocks?: number): Promise<void>;
  /** 0 mines every transaction at once. */
  setBlockTime(seconds: number): Promise<void>;
  close(): Promise<void>;
}

const THRESHOLD = 3;
/** Every other account of the sandbox is as poor. */
const ETHER_EACH = parseEther("10");

/**
 * Starts the chain and deploys everything on it, in a few hundred milliseconds; every start comes to the same addresses.
 * Throws when the dev dependencies are missing. On failure nothing is left running.
 */
export async function startSandboxChain(options: SandboxChainOptions = {}): Promise<SandboxChain> {
  const { port = 0, blockTimeSeconds = 2, slotsInAnEpoch = 2, progress = () => undefined } = options;
  const anvil = await startAnvil({ port, chainId: SANDBOX_CHAIN_ID, slotsInAnEpoch });
  progress(`A local chain, id ${SANDBOX_CHAIN_ID}, answers at ${anvil.rpcUrl}.`);
  try {
    const ledger = openLedger(anvil.rpcUrl);
    const placed = await furnish(ledger, progress);
    await setBlockTime(ledger, blockTimeSeconds);
    return {
      rpcUrl: anvil.rpcUrl,
      chainId: SANDBOX_CHAIN_ID,
      ...placed,
      ...ledgerActions(ledger),
      close: anvil.close,
    };
  } catch (error) {
    await anvil.close();
    throw error;
  }
}

/** A chain for one test file: the same as the sandbox's, but a block comes only with a transaction or by `mine`. */
export function startTestChain(options: SandboxChainOptions = {}): Promise<SandboxChain> {
  return startSandboxChain({ blockTimeSeconds: 0, ...options });
}

async function furnish(ledger: Ledger, progress: (line: string) => void) {
  for (const sender of sandboxSenders) {
    await ledger.client.setBalance({ address: senderAccount(sender).address, value: ETHER_EACH });
  }
  const deployments = await deploySafe(ledger);
  progress("Safe 1.4.1 is deployed at its canonical addresses.");
  const safe = getAddress(await createSafe(ledger, { owners: signerAddresses, threshold: THRESHOLD }));
  progress(`The Safe ${safe} belongs to ${signerAddresses.length} signers; ${THRESHOLD} of them can act.`);
  const { vault, token } = await deployVault(ledger, safe);
  progress(`Vault-USDC is at ${getAddress(vault)}. Only the Safe may pause it.`);
  return {
    safe,
    safeVersion: "1.4.1" as const,
    threshold: THRESHOLD,
    owners: signerAddresses,
    vault: getAddress(vault),
    token: getAddress(token),
    executor: { address: senderAccount("executor").address, privateKey: executorPrivateKey },
    depositor: senderAccount("whale").address,
    admin: senderAccount("deployer").address,
    attacker: senderAccount("attacker").address,
    deployments,
    abi: { safe: safeAbi, vault: vaultAbi, token: mockUsdcAbi },
    wallet: sandboxWallet,
  };
}

function ledgerActions(ledger: Ledger) {
  const { client, send } = ledger;
  return {
    client,
    send,
    deploySafe: (version: SafeVersion) => deploySafe(ledger, version),
    createSafe: (options: NewSafe) => createSafe(ledger, options),
    snapshot: () => client.snapshot(),
    async revert(id: Hex) {
      // What still waits would be mined into the state that comes back.
      await client.request({ method: "anvil_dropAllTransactions" as never });
      await client.revert({ id });
    },
    mine: (blocks = 1) => client.mine({ blocks }),
    setBlockTime: (seconds: number) => setBlockTime(ledger, seconds),
  };
}

/** Anvil leaves automatic mining off after interval mining is set to 0, so both are always said. */
async function setBlockTime({ client }: Ledger, seconds: number): Promise<void> {
  await client.setIntervalMining({ interval: seconds });
  await client.setAutomine(seconds === 0);
}
