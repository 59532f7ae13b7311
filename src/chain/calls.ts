import { z } from "zod";
import type { Address, Hex } from "../core/ids.ts";
import { Hex as HexText } from "../core/ids.ts";
import { type Provider, RpcRefusal, RpcUnavailable } from "./rpc.ts";
import { Block, quantity } from "./wire.ts";

export interface Call {
  from?: Address;
  to: Address;
  data: Hex;
  gas?: Hex;
}

/** What a call came to. A revert is an answer of the contract, not a failure of the provider. */
export type CallOutcome = { ok: true; data: Hex } | { ok: false; data: Hex; message: string };

export type StateOverrides = Record<Address, { stateDiff: Record<Hex, Hex> }>;

export interface BlockRef {
  number: bigint;
  hash: Hex;
}

/**
 * `eth_call` on the state after one block, pinned by its hash (EIP-1898), so that a reorg or a lagging node cannot
 * answer about another. A provider that takes no hashes is asked by number, and must then hold that very block.
 */
export async function callAt(
  provider: Provider,
  call: Call,
  block: BlockRef,
  overrides?: StateOverrides,
): Promise<CallOutcome> {
  const rest = overrides === undefined ? [] : [overrides];
  try {
    return await outcomeOf(provider.request("eth_call", [call, { blockHash: block.hash }, ...rest]));
  } catch (error) {
    if (!(error instanceof RpcRefusal && error.code === -32602)) throw error;
  }
  const [outcome, held] = await Promise.all([
    outcomeOf(provider.request("eth_call", [call, quantity(block.number), ...rest])),
    provider.request("eth_getBlockByNumber", [quantity(block.number), false]),
  ]);
  mustHold(provider, block, held);
  return outcome;
}

/** As `callAt`, for calls that always succeed on a contract of the right kind. Resolves with the data. */
export async function readAt(provider: Provider, call: Call, block: BlockRef): Promise<Hex> {
  const outcome = await callAt(provider, call, block);
  return outcome.ok ? outcome.data : "0x";
}

const Word = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((value): Hex => `0x${value.slice(2).padStart(64, "0")}`);

/** One storage slot after one block, as `callAt` reads a call. */
export async function storageAt(provider: Provider, address: Address, slot: bigint, block: BlockRef): Promise<Hex> {
  const read = (at: unknown) => provider.request("eth_getStorageAt", [address, quantity(slot), at]);
  try {
    return Word.parse(await read({ blockHash: block.hash }));
  } catch (error) {
    if (!(error instanceof RpcRefusal && error.code === -32602)) throw error;
  }
  const [word, held] = await Promise.all([
    read(quantity(block.number)),
    provider.request("eth_getBlockByNumber", [quantity(block.number), false]),
  ]);
  mustHold(provider, block, held);
  return Word.parse(word);
}

/** Throws `RpcUnavailable` unless this is the block: a provider on another branch says nothing about ours. */
export function mustHold(provider: Provider, block: BlockRef, held: unknown): void {
  if (Block.nullable().parse(held)?.hash === block.hash) return;
  throw new RpcUnavailable(`${provider.name} does not hold block ${block.number}, ${block.hash}.`, {
    missingBlock: true,
  });
}

/** Whether a provider says that it has not seen that block: it is behind, or on another branch. It does not lie. */
export function isMissingBlock(error: unknown): boolean {
  if (error instanceof RpcUnavailable) return error.missingBlock;
  return (
    error instanceof RpcRefusal &&
    /header not found|unknown block|block (was )?not found|block ?not ?available|resource not found|could not find block|blockoutofrange|not found for block/i.test(
      error.message,
    )
  );
}

async function outcomeOf(answer: Promise<unknown>): Promise<CallOutcome> {
  try {
    return { ok: true, data: HexText.parse(await answer) };
  } catch (error) {
    const revert = revertOf(error);
    if (revert !== undefined) return revert;
    throw error;
  }
}

/** Nodes wrap a revert in many ways: code 3 with the data (geth, anvil), the data nested, or only a message. */
export function revertOf(error: unknown): Extract<CallOutcome, { ok: false }> | undefined {
  if (!(error instanceof RpcRefusal)) return undefined;
  const data = findHex(error.data);
  const reverted = error.code === 3 || /revert|out of gas|invalid opcode|stack (under|over)flow/i.test(error.message);
  return reverted ? { ok: false, data: data ?? "0x", message: error.message } : undefined;
}

/** Whether a provider says that it no longer keeps the state of that block: an old one, on a node that prunes. */
export function isPruned(error: unknown): boolean {
  return (
    error instanceof RpcRefusal &&
    /missing trie node|state .*(not available|unavailable|pruned)|historical state|pruned|required data is not/i.test(
      error.message,
    )
  );
}

function findHex(value: unknown): Hex | undefined {
  if (typeof value === "string") {
    const hex = /0x([0-9a-fA-F]{2})*/.exec(value)?.[0];
    return hex === undefined ? undefined : HexText.parse(hex);
  }
  if (typeof value === "object" && value !== null && "data" in value) return findHex(value.data);
  return undefined;
}
