import { setTimeout as wait } from "node:timers/promises";
import { RetryableError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { Network } from "./network.ts";
import { askEach } from "./quorum.ts";
import type { Provider } from "./rpc.ts";
import { Block, quantity, Receipt } from "./wire.ts";

export interface Mined {
  receipt: Receipt;
  blockTime: Date;
}

const LAG_MS = 250;
const LOOKS = 3;

/**
 * The receipt of a transaction in the canonical chain, as a quorum of providers shows it; undefined while it is not
 * mined. Our own, because common helpers answer with receipts of orphaned blocks. Throws `RetryableError` when fewer
 * providers answer than must agree.
 */
export async function findReceipt(network: Network, hash: Hex): Promise<Mined | undefined> {
  for (let look = 1; ; look += 1) {
    const said = await askEach(network, (provider) => readReceipt(provider, hash));
    if (said.length < network.quorum) {
      throw new RetryableError(`Too few RPC providers of ${network.name} answered when asked for ${hash}.`);
    }
    const mined = said.flatMap(({ value }) => (value === undefined ? [] : [value]));
    const agreed = mined.find(
      ({ receipt }) => mined.filter((other) => sameFate(other.receipt, receipt)).length >= network.quorum,
    );
    if (agreed !== undefined || mined.length === 0) return agreed;
    // One knows a new block a moment before the others do. What only one ever knows is not believed.
    if (look === LOOKS) return undefined;
    await wait(LAG_MS);
  }
}

function sameFate(a: Receipt, b: Receipt): boolean {
  return a.blockHash === b.blockHash && a.status === b.status && a.logs.length === b.logs.length;
}

async function readReceipt(provider: Provider, hash: Hex): Promise<Mined | undefined> {
  const receipt = Receipt.nullable().parse(await provider.request("eth_getTransactionReceipt", [hash]));
  if (receipt === null) return undefined;
  const held = await provider.request("eth_getBlockByNumber", [quantity(receipt.blockNumber), false]);
  const block = Block.nullable().parse(held);
  const canonical = block?.hash === receipt.blockHash;
  return canonical ? { receipt, blockTime: new Date(Number(block.timestamp) * 1000) } : undefined;
}
