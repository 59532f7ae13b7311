import type { SafeState } from "../core/chain-port.ts";
import { messageOf } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import { median } from "./fees.ts";
import type { Network } from "./network.ts";
import { agree, askEach, pinHead } from "./quorum.ts";
import { readWatched, safeState } from "./read-safe.ts";
import { type Provider, RpcRefusal } from "./rpc.ts";
import { Block, FeeHistory, Quantity } from "./wire.ts";

/** All that an execution needs to know of the chain, as of one head. */
export interface Snapshot {
  head: Block;
  /** By lower-case address. */
  safes: Map<string, SafeState>;
  account: { latest: number; pending: number } | undefined;
  baseFee: bigint;
  tipP95: bigint;
}

export interface ChainWatch {
  snapshot(): Snapshot | undefined;
  /** Looks at a Safe on every head from now on. */
  add(safe: { address: Address; version: string }): void;
  remove(safe: Address): void;
  /** Reads everything at the newest head, now. Throws as `agree` does. */
  refresh(): Promise<Snapshot>;
  /** Resolves at the next head that was not known before, or when a block is overdue. */
  nextHead(): Promise<"new" | "overdue">;
  close(): void;
}

export interface WatchOptions {
  network: Network;
  executor: Address | undefined;
  pollIntervalMs: number;
  /** Called when a head is about to be read: what is asked at once travels in the same batch. */
  onHead?: (head: Block) => void;
  onSnapshot: (snapshot: Snapshot) => void;
}

const POLL_MS_MIN = 500;
const POLL_MS_MAX = 4_000;

/** A third of a block's time, so that a head is seen early in its slot. */
export function pollIntervalOf(secondsPerBlock: number): number {
  return Math.min(POLL_MS_MAX, Math.max(POLL_MS_MIN, (secondsPerBlock * 1000) / 3));
}

/**
 * Watches one chain for all of its proposals: one question per provider and poll, and one batch per provider and head,
 * however many proposals there are. Polls only while there is something to watch or somebody waits for a head.
 */
export function watchChain({ network, executor, pollIntervalMs, onHead, onSnapshot }: WatchOptions): ChainWatch {
  const safes = new Map<string, { address: Address; version: string }>();
  const waiting = new Set<() => void>();
  let snapshot: Snapshot | undefined;
  let known: Block | undefined;
  let timer: NodeJS.Timeout | undefined;
  let polling = false;
  let closed = false;

  function schedule(): void {
    if (closed || polling || timer !== undefined || (safes.size === 0 && waiting.size === 0)) return;
    timer = setTimeout(poll, pollIntervalMs);
  }

  async function poll(): Promise<void> {
    timer = undefined;
    polling = true;
    try {
      const head = await pinHead(network);
      if (head.hash !== known?.hash && !closed) {
        if (safes.size > 0) await readAt(head);
        if (known !== undefined) wake();
        known = head;
      }
    } catch (error) {
      // The last snapshot stays good enough to act on; who waits is woken by the overdue block.
      network.log?.warn({ chainId: network.chainId, error: messageOf(error) }, `${network.name} could not be read.`);
    } finally {
      polling = false;
      schedule();
    }
  }

  function wake(): void {
    for (const resolve of waiting) resolve();
  }

  async function readAt(head: Block): Promise<Snapshot> {
    onHead?.(head);
    const [standings, account, market] = await Promise.all([
      readStandings(network, [...safes.values()], head, snapshot?.safes),
      executor === undefined ? undefined : readAccount(network, executor),
      readMarket(network),
    ]);
    const fresh: Snapshot = { head, safes: standings, account, ...market };
    snapshot = fresh;
    onSnapshot(fresh);
    return fresh;
  }

  return {
    snapshot: () => snapshot,
    add(safe) {
      safes.set(safe.address.toLowerCase(), safe);
      schedule();
    },
    remove: (safe) => void safes.delete(safe.toLowerCase()),
    async refresh() {
      const head = await pinHead(network);
      known ??= head;
      return readAt(head);
    },
    nextHead: () =>
      new Promise((resolve) => {
        if (closed) return resolve("overdue");
        const done = () => {
          clearTimeout(overdue);
          waiting.delete(done);
          resolve(closed ? "overdue" : "new");
        };
        const overdue = setTimeout(() => {
          waiting.delete(done);
          resolve("overdue");
        }, network.secondsPerBlock * 1000);
        waiting.add(done);
        schedule();
      }),
    close() {
      closed = true;
      clearTimeout(timer);
      wake();
    },
  };
}

/**
 * Each Safe by itself, all in one batch: providers that disagree about one of them hold up no other. What could not be
 * read stays as it was agreed on last.
 */
async function readStandings(
  network: Network,
  safes: { address: Address; version: string }[],
  head: Block,
  last: Map<string, SafeState> | undefined,
): Promise<Map<string, SafeState>> {
  const reads = await Promise.allSettled(
    safes.map(({ address }) =>
      agree(network, `the Safe ${address}`, (provider) => readWatched(provider, address, head)),
    ),
  );
  const states = new Map<string, SafeState>();
  reads.forEach((read, index) => {
    const safe = safes[index];
    if (safe === undefined) return;
    const key = safe.address.toLowerCase();
    const state =
      read.status === "fulfilled" ? stateAt(network, safe, read.value.value, head, last?.get(key)) : undefined;
    const known = state ?? last?.get(key);
    if (known !== undefined) states.set(key, known);
  });
  const failed = reads.flatMap((read) => (read.status === "rejected" ? [read.reason] : []));
  for (const reason of failed) {
    network.log?.warn({ chainId: network.chainId, error: messageOf(reason) }, "A watched Safe could not be read.");
  }
  if (failed.length > 0 && failed.length === reads.length) throw failed[0];
  return states;
}

/** Where other code was put under a Safe it may not answer any more: then the code is news, and the rest as it was. */
function stateAt(
  network: Network,
  { address, version }: { address: Address; version: string },
  { standing, fittings }: Awaited<ReturnType<typeof readWatched>>,
  head: Block,
  last: SafeState | undefined,
): SafeState | undefined {
  if (standing !== undefined) return safeState(network.chainId, address, version, { ...standing, fittings }, head);
  if (last === undefined) return undefined;
  const { owners, threshold, nonce } = last;
  return safeState(network.chainId, address, version, { owners, threshold, nonce, fittings }, head);
}

/** The executor's nonces. The second highest answer: one provider alone can neither hide nor invent a transaction. */
export async function readAccount(network: Network, executor: Address): Promise<{ latest: number; pending: number }> {
  const counts = await askEach(network, async (provider) => {
    const [latest, pending] = await Promise.all([
      provider.request("eth_getTransactionCount", [executor, "latest"]),
      provider.request("eth_getTransactionCount", [executor, "pending"]),
    ]);
    return { latest: Number(Quantity.parse(latest)), pending: Number(Quantity.parse(pending)) };
  });
  const pick = (values: number[]) => values.sort((a, b) => b - a)[Math.min(network.quorum, values.length) - 1] ?? 0;
  return {
    latest: pick(counts.map(({ value }) => value.latest)),
    pending: pick(counts.map(({ value }) => value.pending)),
  };
}

const HISTORY_BLOCKS = "0xa";

async function readMarket(network: Network): Promise<{ baseFee: bigint; tipP95: bigint }> {
  const said = await askEach(network, async (provider) => {
    const [block, tips] = await Promise.all([
      provider.request("eth_getBlockByNumber", ["latest", false]).then((latest) => Block.parse(latest)),
      readTips(provider),
    ]);
    return { baseFee: block.baseFeePerGas ?? 0n, tip: median(tips) };
  });
  return {
    baseFee: median(said.map(({ value }) => value.baseFee)),
    tipP95: median(said.map(({ value }) => value.tip)),
  };
}

/** What the most eager paid in each of the last ten blocks. A chain without fee history has the minimum tip. */
async function readTips(provider: Provider): Promise<bigint[]> {
  try {
    const history = FeeHistory.parse(await provider.request("eth_feeHistory", [HISTORY_BLOCKS, "latest", [95]]));
    return (history.reward ?? []).map(([p95]) => p95 ?? 0n);
  } catch (error) {
    if (error instanceof RpcRefusal) return [];
    throw error;
  }
}
