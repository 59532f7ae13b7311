import { decodeFunctionResult, encodeFunctionData, getAddress, keccak256 } from "viem";
import type { SafeState } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import { type Address, Hex } from "../core/ids.ts";
import type { Fittings } from "../core/pause-shapes.ts";
import { buildSafeTx, hashSafeTx } from "../core/safe-tx.ts";
import { safeAbi } from "./abi.ts";
import { readAt } from "./calls.ts";
import { type KnownFittings, readFittings } from "./guards.ts";
import type { Network } from "./network.ts";
import { agree, pinHead } from "./quorum.ts";
import type { Provider } from "./rpc.ts";
import { checkSingleton, supportedVersion } from "./safe-versions.ts";
import type { Block } from "./wire.ts";

/**
 * A Safe as it stands at the newest block that a quorum of providers knows. Says what it is before it says how it is:
 * its code, version, singleton and domain are checked, and what we do not support is refused by name.
 */
export async function readSafe(network: Network, address: Address): Promise<SafeState> {
  const block = await pinHead(network);
  const { value } = await agree(network, `the Safe ${address}`, (provider) => readAll(provider, address, block));
  if (value.version === undefined) throw notASafe(network, address, value.hasCode);
  const version = supportedVersion(value.version, address);
  const ours = hashSafeTx(network.chainId, address, buildSafeTx({ to: address, data: "0x", nonce: 0n })).domainHash;
  if (value.domain !== ours) throw domainMismatch(network, address, value.domain ?? "nothing", ours);
  const { singleton } = value.fittings;
  const code = await agree(network, `the code at ${singleton}`, async (provider) =>
    keccak256(Hex.parse(await provider.request("eth_getCode", [singleton, { blockHash: block.hash }]))),
  );
  checkSingleton(address, version, singleton, code.value);
  const standing = value.standing;
  if (standing === undefined) throw notASafe(network, address, value.hasCode);
  return safeState(network.chainId, address, version, { ...standing, fittings: value.fittings }, block);
}

/** All of a Safe that can change under a proposal. `standing` is undefined where it does not answer as a Safe does. */
export async function readWatched(
  provider: Provider,
  address: Address,
  block: Block,
): Promise<{ standing: Standing | undefined; fittings: KnownFittings }> {
  const [standing, fittings] = await Promise.all([
    readStanding(provider, address, block),
    readFittings(provider, address, block),
  ]);
  return { standing, fittings };
}

/** Owners, threshold and nonce: what changes while we collect. */
export interface Standing {
  owners: Address[];
  threshold: number;
  nonce: bigint;
}

export async function readStanding(provider: Provider, address: Address, block: Block): Promise<Standing | undefined> {
  const [owners, threshold, nonce] = await Promise.all([
    read(provider, address, block, "getOwners"),
    read(provider, address, block, "getThreshold"),
    read(provider, address, block, "nonce"),
  ]);
  if (owners === "0x" || threshold === "0x" || nonce === "0x") return undefined;
  return {
    owners: [...decodeFunctionResult({ abi: safeAbi, functionName: "getOwners", data: owners })],
    threshold: Number(decodeFunctionResult({ abi: safeAbi, functionName: "getThreshold", data: threshold })),
    nonce: decodeFunctionResult({ abi: safeAbi, functionName: "nonce", data: nonce }),
  };
}

export function safeState(
  chainId: number,
  address: Address,
  version: string,
  standing: Standing & { fittings?: Fittings },
  block: Block,
): SafeState {
  return {
    chainId,
    address: getAddress(address),
    version,
    ...standing,
    block: { number: block.number, hash: block.hash, time: new Date(Number(block.timestamp) * 1000) },
  };
}

async function readAll(provider: Provider, address: Address, block: Block) {
  const at = { blockHash: block.hash };
  const [code, version, domain, watched] = await Promise.all([
    provider.request("eth_getCode", [address, at]),
    read(provider, address, block, "VERSION"),
    read(provider, address, block, "domainSeparator"),
    readWatched(provider, address, block),
  ]);
  return {
    hasCode: Hex.parse(code) !== "0x",
    version: versionOf(version),
    domain: domain === "0x" ? undefined : domain,
    ...watched,
  };
}

function read(
  provider: Provider,
  to: Address,
  block: Block,
  functionName: "VERSION" | "domainSeparator" | "getOwners" | "getThreshold" | "nonce",
): Promise<Hex> {
  return readAt(provider, { to, data: encodeFunctionData({ abi: safeAbi, functionName }) }, block);
}

/** Undefined when the contract has no `VERSION()`, or one that is not a text. */
function versionOf(data: Hex): string | undefined {
  if (data.length < 2 + 64 * 2) return undefined;
  try {
    return decodeFunctionResult({ abi: safeAbi, functionName: "VERSION", data });
  } catch {
    return undefined;
  }
}

function notASafe(network: Network, address: Address, hasCode: boolean): UserError {
  return new UserError(
    "not_a_safe",
    hasCode
      ? `The contract at ${address} on ${network.name} is not a Safe.`
      : `There is no contract at ${address} on ${network.name}.`,
    "Correct the address or the chain under safes in the response plan.",
    { safe: address, chainId: network.chainId },
  );
}

function domainMismatch(network: Network, address: Address, theirs: string, ours: Hex): UserError {
  return new UserError(
    "domain_mismatch",
    `The Safe ${address} on ${network.name} hashes with another domain: it says ${theirs}, we compute ${ours}.`,
    "Signatures made for one would not be valid for the other. Check the chain id in the response plan.",
    { safe: address, chainId: network.chainId, theirs, ours },
  );
}
