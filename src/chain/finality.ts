import type { Hex } from "../core/ids.ts";
import type { Network } from "./network.ts";
import { askEach, pinHead } from "./quorum.ts";
import { type Provider, RpcRefusal } from "./rpc.ts";
import { Block, quantity } from "./wire.ts";

/**
 * Where a chain has no such tags, so many blocks on top must do: one and two epochs of Ethereum, after which its own
 * tags would say the same.
 */
const SAFE_DEPTH = 32n;
const FINAL_DEPTH = 64n;

/**
 * How settled a block is. A tag counts once a quorum of providers puts it at or above the block; a block is orphaned once
 * a quorum holds another one at its height. A provider that does not have the height yet says nothing.
 */
export async function finalityOf(
  network: Network,
  block: { number: bigint; hash: Hex },
): Promise<"included" | "safe" | "final" | "orphaned"> {
  const [head, said] = await Promise.all([
    pinHead(network),
    askEach(network, async (provider) => {
      const [safe, final, held] = await Promise.all([
        readTag(provider, "safe"),
        readTag(provider, "finalized"),
        provider.request("eth_getBlockByNumber", [quantity(block.number), false]),
      ]);
      return { safe, final, held: Block.nullable().parse(held)?.hash };
    }),
  ]);
  const enough = (says: (one: (typeof said)[number]["value"]) => boolean) =>
    said.filter(({ value }) => says(value)).length >= network.quorum;
  if (enough(({ held }) => held !== undefined && held !== block.hash)) return "orphaned";
  if (!enough(({ held }) => held === block.hash)) return "included";
  const reached = (tag: bigint | undefined, depth: bigint) => (tag ?? head.number - depth) >= block.number;
  if (enough(({ final }) => reached(final, FINAL_DEPTH))) return "final";
  return enough(({ safe }) => reached(safe, SAFE_DEPTH)) ? "safe" : "included";
}

/** Undefined where the chain or the provider does not know the tag. */
async function readTag(provider: Provider, tag: "safe" | "finalized"): Promise<bigint | undefined> {
  try {
    return Block.nullable().parse(await provider.request("eth_getBlockByNumber", [tag, false]))?.number;
  } catch (error) {
    if (error instanceof RpcRefusal) return undefined;
    throw error;
  }
}
