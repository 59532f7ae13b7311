import { createHash } from "node:crypto";
import type { Address, Hex } from "../../src/core/ids.ts";
import type { Random } from "./random.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** A transaction that calls a Safe's `execTransaction`, or uses its nonce for something else. */
export interface ModelTx {
  hash: Hex;
  from: ModelAccount | "stranger";
  /** The account's; a stranger's is nobody's business. */
  nonce: number;
  safe: Address;
  safeNonce: number;
  safeTxHash: Hex;
  /** What it pauses; undefined for a transaction of the Safe that is about something else. */
  target?: Address;
  fee: number;
}

/** The executors' accounts, each with nonces of its own. */
export type ModelAccount = "executor" | "second";
const modelAccounts: ModelAccount[] = ["executor", "second"];

export interface ModelBlock {
  number: number;
  hash: Hex;
  time: number;
  txs: { tx: ModelTx; executed: boolean }[];
  after: { accounts: Record<ModelAccount, number>; nonces: Record<string, number>; paused: Record<string, boolean> };
}

const BLOCK_MS = 2_000;
export const SAFE_DEPTH = 4;
export const FINAL_DEPTH = 8;
const REORG_DEPTH_MAX = 5;
const START = 100;

export const sha = (text: string): Hex => `0x${createHash("sha256").update(text).digest("hex")}`;

export type ModelChain = ReturnType<typeof modelChain>;

/**
 * A chain with reorgs, forgetful pools, moving base fees and strangers. It knows Safes by nonce alone: what was executed
 * moves the nonce, anything signed for another nonce reverts.
 */
export function modelChain(options: { time: VirtualTime; random: Random; safes: Address[]; duds: Set<string> }) {
  const { time, random, safes, duds } = options;
  const genesis: ModelBlock = {
    number: START,
    hash: sha("genesis"),
    time: time.now(),
    txs: [],
    after: {
      accounts: { executor: 3, second: 5 },
      nonces: Object.fromEntries(safes.map((safe, index) => [safe, 7 + index])),
      paused: {},
    },
  };
  let blocks: ModelBlock[] = [genesis];
  let pool: ModelTx[] = [];
  const strangers: ModelTx[] = [];
  let baseFee = 10;
  /** One account's transactions are in no block for a while: builders leave them out, or a gap is below them. */
  let jam: { account: ModelAccount; until: number } | undefined;
  let finalized = START;
  let forks = 0;
  const pausedAtSome = new Map<Hex, { block: Hex }[]>();
  const listeners = new Set<() => void>();
  const weather = { calm: false };

  const head = (): ModelBlock => blocks.at(-1) ?? genesis;

  function append(): void {
    const parent = head();
    const after = structuredClone(parent.after);
    const block: ModelBlock = {
      number: parent.number + 1,
      hash: sha(`${parent.hash}/${forks}`),
      time: Math.max(time.now(), parent.time + 1),
      txs: [],
      after,
    };
    const waiting = modelAccounts.flatMap((account) => mineable(account, after.accounts[account]));
    const due = [...strangers.splice(0), ...waiting].sort((a, b) => b.fee - a.fee || a.nonce - b.nonce);
    for (const tx of due) {
      if (tx.from !== "stranger") after.accounts[tx.from] += 1;
      const executed = after.nonces[tx.safe] === tx.safeNonce;
      if (executed) {
        after.nonces[tx.safe] = tx.safeNonce + 1;
        if (tx.target !== undefined && !duds.has(tx.target)) {
          after.paused[tx.target] = true;
          pausedAtSome.set(tx.safeTxHash, [...(pausedAtSome.get(tx.safeTxHash) ?? []), { block: block.hash }]);
        }
      }
      block.txs.push({ tx, executed });
      pool = pool.filter(({ from, nonce }) => from !== tx.from || nonce !== tx.nonce);
    }
    blocks.push(block);
    finalized = Math.max(finalized, block.number - FINAL_DEPTH);
  }

  /** Those of the pool that pay enough, in the order of their nonces and without a gap. */
  function mineable(account: ModelAccount, first: number): ModelTx[] {
    const found: ModelTx[] = [];
    if (!weather.calm && jam?.account === account && head().number < jam.until) return found;
    for (let nonce = first; ; nonce += 1) {
      const tx = pool.find((one) => one.from === account && one.nonce === nonce && one.fee >= baseFee);
      if (tx === undefined || (!weather.calm && random.chance(0.35))) return found;
      found.push(tx);
    }
  }

  function reorg(): void {
    const depth = Math.min(random.between(1, REORG_DEPTH_MAX), head().number - finalized);
    if (depth < 1) return;
    const dropped = blocks.slice(-depth).flatMap(({ txs }) => txs.map(({ tx }) => tx));
    blocks = blocks.slice(0, -depth);
    forks += 1;
    for (const tx of dropped) {
      if (tx.from === "stranger" ? random.chance(0.7) : random.chance(0.5)) {
        (tx.from === "stranger" ? strangers : pool).push(tx);
      }
    }
    for (let count = 0; count < depth; count += 1) append();
  }

  function weatherChanges(): void {
    if (weather.calm) {
      baseFee = 10;
      return;
    }
    if (random.chance(0.1)) baseFee = random.pick([5, 10, 40, 200]);
    if (random.chance(0.06)) pool = [];
    if (random.chance(0.12)) reorg();
    if (random.chance(0.06))
      jam = { account: random.pick(modelAccounts), until: head().number + random.between(5, 40) };
  }

  function tick(): void {
    time.stir();
    weatherChanges();
    append();
    for (const listener of [...listeners]) listener();
    time.after(BLOCK_MS, tick);
  }
  time.after(BLOCK_MS, tick);

  return {
    head,
    /** No reorg, no lost transaction, cheap gas: the story comes to its end. */
    calm: () => {
      weather.calm = true;
    },
    baseFee: () => baseFee,
    blockAt: (number: number) => blocks[number - START],
    canonical: (): readonly ModelBlock[] => blocks,
    find(hash: Hex): { block: ModelBlock; executed: boolean } | undefined {
      for (const block of blocks) {
        for (const { tx, executed } of block.txs) if (tx.hash === hash) return { block, executed };
      }
      return undefined;
    },
    /** An executor's account: used up, and with what waits in the pool behind it. */
    account(who: ModelAccount) {
      const latest = head().after.accounts[who];
      let pending = latest;
      while (pool.some(({ from, nonce }) => from === who && nonce === pending)) pending += 1;
      return { latest, pending };
    },
    finalized: () => finalized,
    /** Whether this Safe transaction paused its target in any block that ever was, or in one that stays. */
    hasPaused: (safeTxHash: Hex) => (pausedAtSome.get(safeTxHash) ?? []).length > 0,
    pausedIn: (safeTxHash: Hex, block: Hex) =>
      (pausedAtSome.get(safeTxHash) ?? []).some((where) => where.block === block),
    isPausedForGood: (target: Address) => blocks[finalized - START]?.after.paused[target] === true,
    /** What a node says to a transaction: nothing when it takes it, else why not. */
    take(tx: ModelTx): string | undefined {
      if (pool.some(({ hash }) => hash === tx.hash)) return "already known";
      if (tx.from !== "stranger" && tx.nonce < head().after.accounts[tx.from]) return "nonce too low";
      const isRival = ({ from, nonce }: ModelTx) => from === tx.from && nonce === tx.nonce;
      const rival = pool.find(isRival);
      if (rival !== undefined && tx.fee * 10 < rival.fee * 11) return "replacement transaction underpriced";
      pool = [...pool.filter((one) => !isRival(one)), tx];
      return undefined;
    },
    stranger: (tx: ModelTx) => void strangers.push(tx),
    onBlock(listener: () => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
