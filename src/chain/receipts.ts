import { setTimeout as wait } from "node:timers/promises";
import { RetryableError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import { doubtAnswers, textOf } from "./disagreement.ts";
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
    const mined = said.flatMap(({ provider, value }) => (value === undefined ? [] : [{ provider, ...value }]));
    const agreed = mined.find((one) => mined.filter((other) => isSame(other, one)).length >= network.quorum);
    doubtReceipts(network, hash, mined, agreed);
    if (agreed !== undefined || mined.length === 0) return agreed;
    // One knows a new block a moment before the others do. What only one ever knows is not believed.
    if (look === LOOKS) return undefined;
    await wait(LAG_MS);
  }
}

/** Every log counts, not how many there are: it is by one of them that a Safe says what it has executed. */
function isSame(a: Mined, b: Mined): boolean {
  return textOf([a.receipt, a.blockTime]) === textOf([b.receipt, b.blockTime]);
}

/** One block holds one receipt of a transaction: who shows another one for the same block is wrong, not late. */
function doubtReceipts(
  network: Network,
  hash: Hex,
  mined: (Mined & { provider: string })[],
  agreed: Mined | undefined,
): void {
  if (agreed === undefined) return;
  const ofBlock = mined.filter(({ receipt }) => receipt.blockHash === agreed.receipt.blockHash);
  const others = ofBlock.filter((one) => !isSame(one, agreed));
  if (others.length === 0) return;
  const believed = ofBlock.filter((one) => isSame(one, agreed)).map(({ provider }) => provider);
  const sides = [
    { who: believed, value: agreed.receipt },
    ...others.map(({ provider, receipt }) => ({ who: [provider], value: receipt })),
  ];
  doubtAnswers(network, `the receipt of ${hash}`, sides, believed);
}

async function readReceipt(provider: Provider, hash: Hex): Promise<Mined | undefined> {
  const receipt = Receipt.nullable().parse(await provider.request("eth_getTransactionReceipt", [hash]));
  if (receipt === null) return undefined;
  const held = await provider.request("eth_getBlockByNumber", [quantity(receipt.blockNumber), false]);
  const block = Block.nullable().parse(held);
  const canonical = block?.hash === receipt.blockHash;
  return canonical ? { receipt, blockTime: new Date(Number(block.timestamp) * 1000) } : undefined;
}
