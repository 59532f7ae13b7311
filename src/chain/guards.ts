import { decodeFunctionResult, encodeFunctionData, getAddress, sliceHex } from "viem";
import type { Address, Hex } from "../core/ids.ts";
import type { Fittings } from "../core/pause-shapes.ts";
import { fittingsAbi, SINGLETON_SLOT } from "./abi.ts";
import { type BlockRef, callAt, storageAt } from "./calls.ts";
import type { Provider } from "./rpc.ts";

/** keccak256 of `guard_manager.guard.address`, `module_manager.module_guard.address`, `fallback_manager.handler.address`. */
export const GUARD_SLOT = 0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8n;
export const MODULE_GUARD_SLOT = 0xb104e0b93118902c651344349b610029d694cfdec91c589c91ebafbcd0289947n;
export const FALLBACK_HANDLER_SLOT = 0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5n;

/** Begins and ends a Safe's linked lists. A module is enabled at its head, so that a new one is always on the first page. */
const SENTINEL = "0x0000000000000000000000000000000000000001";
const MODULES_READ = 50n;

/** Storage always answers; the list of modules only where the code is a Safe's. */
export type KnownFittings = Fittings & { singleton: Address };

/**
 * What a Safe has beside its owners: what can refuse its transactions (guards), act without signatures (modules), answer
 * in its name (fallback handler), and what it runs on (singleton). One request each, to travel in the batch of the rest.
 */
export async function readFittings(provider: Provider, safe: Address, block: BlockRef): Promise<KnownFittings> {
  const at = (slot: bigint) => storageAt(provider, safe, slot, block).then(addressIn);
  const args = [SENTINEL, MODULES_READ] as const;
  const modules = encodeFunctionData({ abi: fittingsAbi, functionName: "getModulesPaginated", args });
  const [singleton, guard, moduleGuard, fallbackHandler, listed] = await Promise.all([
    at(SINGLETON_SLOT),
    at(GUARD_SLOT),
    at(MODULE_GUARD_SLOT),
    at(FALLBACK_HANDLER_SLOT),
    callAt(provider, { to: safe, data: modules }, block),
  ]);
  return {
    guard,
    moduleGuard,
    fallbackHandler,
    singleton,
    ...(listed.ok && listed.data !== "0x" && { modules: modulesIn(listed.data) }),
  };
}

/** In one order whatever the list's: enabling one module again is no change of the set. */
function modulesIn(data: Hex): Address[] {
  const [modules] = decodeFunctionResult({ abi: fittingsAbi, functionName: "getModulesPaginated", data });
  return [...modules].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
}

function addressIn(word: Hex): Address {
  return getAddress(sliceHex(word, 12));
}
