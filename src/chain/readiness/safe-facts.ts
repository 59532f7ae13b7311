import { decodeFunctionResult, encodeFunctionData, getAddress, parseAbi, sliceHex } from "viem";
import { z } from "zod";
import { type Address, Hex } from "../../core/ids.ts";
import { ZERO_ADDRESS } from "../../core/safe-tx.ts";
import { SINGLETON_SLOT, safeAbi } from "../abi.ts";
import { readAt } from "../calls.ts";
import type { Network } from "../network.ts";
import { type Answers, agree } from "../quorum.ts";
import { readStanding, type Standing } from "../read-safe.ts";
import type { Provider } from "../rpc.ts";
import { type Block, quantity } from "../wire.ts";

/** Slots of a Safe that no function reads in every version. */
const GUARD_SLOT = "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8";
const MODULE_GUARD_SLOT = "0xb104e0b93118902c651344349b610029d694cfdec91c589c91ebafbcd0289947";
const HANDLER_SLOT = "0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5";

const modulesAbi = parseAbi([
  "function getModulesPaginated(address start, uint256 pageSize) view returns (address[] array, address next)",
]);
const SENTINEL = "0x0000000000000000000000000000000000000001";
/** More modules than that are more than anybody has looked at. */
const MODULES_MAX = 20n;

/** All that decides whether a Safe can act, as one provider says it at one block. */
export interface SafeFacts {
  hasCode: boolean;
  /** As the contract claims it; undefined where it is no Safe. */
  version: string | undefined;
  domain: Hex | undefined;
  singleton: Address;
  standing: Standing | undefined;
  /** The zero address is none. */
  guard: Address;
  moduleGuard: Address;
  handler: Address;
  modules: Address[];
}

/** One batch for each provider. Throws as `agree` does. */
export function readSafeFacts(network: Network, address: Address, block: Block): Promise<Answers<SafeFacts>> {
  return agree(network, `the Safe ${address}`, (provider) => readAll(provider, address, block));
}

async function readAll(provider: Provider, address: Address, block: Block): Promise<SafeFacts> {
  const call = (data: Hex) => readAt(provider, { to: address, data }, block);
  const addressAt = async (slot: Hex) =>
    getAddress(sliceHex(Word.parse(await provider.request("eth_getStorageAt", [address, slot, at])), 12));
  const at = { blockHash: block.hash };
  const [code, version, domain, singleton, guard, moduleGuard, handler, modules, standing] = await Promise.all([
    provider.request("eth_getCode", [address, at]),
    call(encodeFunctionData({ abi: safeAbi, functionName: "VERSION" })),
    call(encodeFunctionData({ abi: safeAbi, functionName: "domainSeparator" })),
    addressAt(quantity(SINGLETON_SLOT)),
    addressAt(GUARD_SLOT),
    addressAt(MODULE_GUARD_SLOT),
    addressAt(HANDLER_SLOT),
    call(encodeFunctionData({ abi: modulesAbi, functionName: "getModulesPaginated", args: [SENTINEL, MODULES_MAX] })),
    readStanding(provider, address, block),
  ]);
  return {
    hasCode: Hex.parse(code) !== "0x",
    version: textOf(version),
    domain: domain === "0x" ? undefined : domain,
    singleton,
    guard,
    moduleGuard,
    handler,
    modules: modulesOf(modules),
    standing,
  };
}

const Word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{64}$/)
  .transform((value) => value as Hex);

/** Undefined when the contract has no `VERSION()`, or one that is not a text. */
function textOf(data: Hex): string | undefined {
  try {
    return decodeFunctionResult({ abi: safeAbi, functionName: "VERSION", data });
  } catch {
    return undefined;
  }
}

/** Sorted: a Safe lists them in the order in which they were enabled, which means nothing. None for what is no Safe. */
function modulesOf(data: Hex): Address[] {
  try {
    const [list] = decodeFunctionResult({ abi: modulesAbi, functionName: "getModulesPaginated", data });
    return list.filter((module) => module !== ZERO_ADDRESS && module !== SENTINEL).toSorted();
  } catch {
    return [];
  }
}
