/**
 * Safe's own contracts at their canonical addresses. Their bytecode is LGPL and is not ours to ship: it is read from the
 * dev dependency that publishes it, when the sandbox starts.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import {
  type Address,
  concat,
  encodeFunctionData,
  getAddress,
  getCreate2Address,
  type Hex,
  parseAbi,
  sliceHex,
  zeroAddress,
  zeroHash,
} from "viem";
import { z } from "zod";
import type { Ledger } from "./ledger.ts";

export const safeContracts = [
  "Safe",
  "SafeL2",
  "SafeProxyFactory",
  "CompatibilityFallbackHandler",
  "MultiSend",
  "MultiSendCallOnly",
  "SimulateTxAccessor",
  "SignMessageLib",
  "CreateCall",
] as const;
export type SafeContract = (typeof safeContracts)[number];
export type SafeVersion = keyof typeof safeReleases;
export type SafeDeployment = Record<SafeContract, Address>;

interface Release {
  /** The npm package whose `build/artifacts/contracts` holds Hardhat's artifacts. */
  package: string;
  /** Who creates its contracts: a salt of 32 bytes and the creation code go in, CREATE2 comes out. */
  factory: Address;
  /** Without one where the package's build is not what was released. That contract is then not deployed. */
  artifacts: Partial<Record<SafeContract, string>>;
  addresses: SafeDeployment;
}

/** Safe's singleton factory and its runtime code: a salt of 32 bytes, then the creation code, to CREATE2. */
export const SINGLETON_FACTORY = "0x914d7Fec6aaC8cd542e72Bca78B30650d45643d7";
const SINGLETON_FACTORY_CODE =
  "0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe03601600081602082378035828234f58015156039578182fd5b8082525050506014600cf3";

/** The deterministic deployment proxy, through which 1.3.0's canonical set went. Anvil has it from its first block. */
const DEPLOYMENT_PROXY = "0x4e59b44847b379578588920cA78FbF26c0B4956C";

/** Addresses of the "canonical" set, as safe-deployments lists them. A further version is a further entry. */
export const safeReleases = {
  "1.3.0": {
    package: "@gnosis.pm/safe-contracts",
    factory: DEPLOYMENT_PROXY,
    artifacts: {
      Safe: "GnosisSafe.sol/GnosisSafe",
      SafeL2: "GnosisSafeL2.sol/GnosisSafeL2",
      SafeProxyFactory: "proxies/GnosisSafeProxyFactory.sol/GnosisSafeProxyFactory",
      CompatibilityFallbackHandler: "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler",
      MultiSend: "libraries/MultiSend.sol/MultiSend",
      MultiSendCallOnly: "libraries/MultiSendCallOnly.sol/MultiSendCallOnly",
      SimulateTxAccessor: "accessors/SimulateTxAccessor.sol/SimulateTxAccessor",
      CreateCall: "libraries/CreateCall.sol/CreateCall",
    },
    addresses: {
      Safe: "0xd9Db270c1B5E3Bd161E8c8503c55cEABeE709552",
      SafeL2: "0x3E5c63644E683549055b9Be8653de26E0B4CD36E",
      SafeProxyFactory: "0xa6B71E26C5e0845f74c812102Ca7114b6a896AB2",
      CompatibilityFallbackHandler: "0xf48f2B2d2a534e402487b3ee7C18c33Aec0Fe5e4",
      MultiSend: "0xA238CBeb142c10Ef7Ad8442C6D1f9E89e07e7761",
      MultiSendCallOnly: "0x40A2aCCbd92BCA938b02010E17A5b8929b49130D",
      SimulateTxAccessor: "0x59AD6735bCd8152B84860Cb256dD9e96b85F69Da",
      SignMessageLib: "0xA65387F16B013cf2Af4605Ad8aA5ec25a2cbA3a2",
      CreateCall: "0x7cbB62EaA69F79e6873cD1ecB2392971036cFAa4",
    },
  },
  "1.4.1": {
    package: "@safe-global/safe-contracts",
    factory: SINGLETON_FACTORY,
    artifacts: {
      Safe: "Safe.sol/Safe",
      SafeL2: "SafeL2.sol/SafeL2",
      SafeProxyFactory: "proxies/SafeProxyFactory.sol/SafeProxyFactory",
      CompatibilityFallbackHandler: "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler",
      MultiSend: "libraries/MultiSend.sol/MultiSend",
      MultiSendCallOnly: "libraries/MultiSendCallOnly.sol/MultiSendCallOnly",
      SimulateTxAccessor: "accessors/SimulateTxAccessor.sol/SimulateTxAccessor",
      SignMessageLib: "libraries/SignMessageLib.sol/SignMessageLib",
      CreateCall: "libraries/CreateCall.sol/CreateCall",
    },
    addresses: {
      Safe: "0x41675C099F32341bf84BFc5382aF534df5C7461a",
      SafeL2: "0x29fcB43b46531BcA003ddC8FCB67FFE91900C762",
      SafeProxyFactory: "0x4e1DCf7AD4e460CfD30791CCC4F9c8a4f820ec67",
      CompatibilityFallbackHandler: "0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99",
      MultiSend: "0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526",
      MultiSendCallOnly: "0x9641d764fc13c8B624c04430C7356C1C7C8102e2",
      SimulateTxAccessor: "0x3d4BA2E0884aa488718476ca2FB8Efc291A46199",
      SignMessageLib: "0xd53cd0aB83D845Ac265BE939c57F53AD838012c9",
      CreateCall: "0x9b35Af71d77eaf8d7e40252370304687390A1A52",
    },
  },
  "1.5.0": {
    package: "@safe-global/safe-smart-account",
    factory: SINGLETON_FACTORY,
    artifacts: {
      Safe: "Safe.sol/Safe",
      SafeL2: "SafeL2.sol/SafeL2",
      SafeProxyFactory: "proxies/SafeProxyFactory.sol/SafeProxyFactory",
      CompatibilityFallbackHandler: "handler/CompatibilityFallbackHandler.sol/CompatibilityFallbackHandler",
      MultiSend: "libraries/MultiSend.sol/MultiSend",
      MultiSendCallOnly: "libraries/MultiSendCallOnly.sol/MultiSendCallOnly",
      SimulateTxAccessor: "accessors/SimulateTxAccessor.sol/SimulateTxAccessor",
      SignMessageLib: "libraries/SignMessageLib.sol/SignMessageLib",
      CreateCall: "libraries/CreateCall.sol/CreateCall",
    },
    addresses: {
      Safe: "0xFf51A5898e281Db6DfC7855790607438dF2ca44b",
      SafeL2: "0xEdd160fEBBD92E350D4D398fb636302fccd67C7e",
      SafeProxyFactory: "0x14F2982D601c9458F93bd70B218933A6f8165e7b",
      CompatibilityFallbackHandler: "0x3EfCBb83A4A7AfcB4F68D501E2c2203a38be77f4",
      MultiSend: "0x218543288004CD07832472D464648173c77D7eB7",
      MultiSendCallOnly: "0xA83c336B20401Af773B6219BA5027174338D1836",
      SimulateTxAccessor: "0x07EfA797c55B5DdE3698d876b277aBb6B893654C",
      SignMessageLib: "0x4FfeF8222648872B3dE295Ba1e49110E61f5b5aa",
      CreateCall: "0x2Ef5ECfbea521449E4De05EDB1ce63B75eDA90B4",
    },
  },
} as const satisfies Record<string, Release>;

/** As much of the Safe as the sandbox and its tests call. Events are those of 1.4.1 and later (indexed). */
export const safeAbi = parseAbi([
  "function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler, address paymentToken, uint256 payment, address paymentReceiver)",
  "function VERSION() view returns (string)",
  "function nonce() view returns (uint256)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
  "function approvedHashes(address owner, bytes32 hash) view returns (uint256)",
  "function approveHash(bytes32 hash)",
  "function addOwnerWithThreshold(address owner, uint256 threshold)",
  "function removeOwner(address prevOwner, address owner, uint256 threshold)",
  "function changeThreshold(uint256 threshold)",
  "function domainSeparator() view returns (bytes32)",
  "function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce) view returns (bytes32)",
  "function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures) payable returns (bool)",
  "event ExecutionSuccess(bytes32 indexed txHash, uint256 payment)",
  "event ExecutionFailure(bytes32 indexed txHash, uint256 payment)",
]);

const factoryAbi = parseAbi([
  "function createProxyWithNonce(address singleton, bytes initializer, uint256 saltNonce) returns (address)",
]);

/**
 * Deploys one release of Safe with the salt zero and returns its addresses. Throws when a contract would come to lie
 * anywhere but at its canonical address: then the installed bytecode is not what Safe released.
 */
export async function deploySafe(ledger: Ledger, version: SafeVersion = "1.4.1"): Promise<SafeDeployment> {
  const { package: packageName, factory, artifacts, addresses }: Release = safeReleases[version];
  await ledger.client.setCode({ address: SINGLETON_FACTORY, bytecode: SINGLETON_FACTORY_CODE });
  for (const name of safeContracts) {
    const artifact = artifacts[name];
    if (artifact === undefined) continue;
    const bytecode = readCreationCode(packageName, artifact);
    const derived = getCreate2Address({ from: factory, salt: zeroHash, bytecode });
    if (derived !== addresses[name])
      throw new Error(`${packageName}'s ${name} belongs at ${derived}: not what was released.`);
    await ledger.send({ from: "deployer", to: factory, data: concat([zeroHash, bytecode]) });
  }
  return addresses;
}

export interface NewSafe {
  owners: readonly Address[];
  threshold: number;
  saltNonce?: bigint;
  version?: SafeVersion;
  /** `SafeL2` logs every execution's parameters, for chains without tracing. */
  singleton?: "Safe" | "SafeL2";
  /** Default: the handler of its own version. The zero address installs none. */
  fallbackHandler?: Address;
}

/** Creates a Safe through the proxy factory, as Safe's own interface does, and returns its address. */
export async function createSafe(
  ledger: Ledger,
  { owners, threshold, saltNonce = 0n, version = "1.4.1", singleton = "Safe", fallbackHandler }: NewSafe,
): Promise<Address> {
  const { SafeProxyFactory, CompatibilityFallbackHandler, ...contracts } = safeReleases[version].addresses;
  const initializer = encodeFunctionData({
    abi: safeAbi,
    functionName: "setup",
    args: [
      [...owners],
      BigInt(threshold),
      zeroAddress,
      "0x",
      fallbackHandler ?? CompatibilityFallbackHandler,
      zeroAddress,
      0n,
      zeroAddress,
    ],
  });
  const receipt = await ledger.send({
    from: "deployer",
    to: SafeProxyFactory,
    data: encodeFunctionData({
      abi: factoryAbi,
      functionName: "createProxyWithNonce",
      args: [contracts[singleton], initializer, saltNonce],
    }),
  });
  const log = receipt.logs.find(({ address }) => address.toLowerCase() === SafeProxyFactory.toLowerCase());
  if (!log) throw new Error("The proxy factory logged no ProxyCreation.");
  // 1.3.0 has the proxy in the data; later releases index it. The topic is the same.
  const [, indexed] = log.topics;
  return getAddress(sliceHex(indexed ?? log.data, 12, 32));
}

const require = createRequire(import.meta.url);
const HardhatArtifact = z.object({ bytecode: z.custom<Hex>((value) => /^0x[0-9a-f]+$/.test(String(value))) });

function readCreationCode(packageName: string, artifact: string): Hex {
  const name = artifact.split("/").at(-1);
  const path = `${packageName}/build/artifacts/contracts/${artifact}.json`;
  try {
    return HardhatArtifact.parse(JSON.parse(readFileSync(require.resolve(path), "utf8"))).bytecode;
  } catch (cause) {
    const message = `The sandbox needs the dev dependencies: run npm ci without --omit=dev. (Safe's ${name} is missing.)`;
    throw new Error(message, { cause });
  }
}
