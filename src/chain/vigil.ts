import type { Doubt, Rehearsed, SafeState } from "../core/chain-port.ts";
import { messageOf } from "../core/errors.ts";
import type { ProposalId } from "../core/ids.ts";
import type { Rival } from "../core/pause-shapes.ts";
import { type Pause, sameAddress } from "../core/pause-state.ts";
import type { QueuePort } from "../core/ports.ts";
import { textOf } from "./disagreement.ts";
import type { Network } from "./network.ts";
import type { Snapshot } from "./watch.ts";
import type { Block } from "./wire.ts";

/** Who hears of what happens around an open proposal. What is rejected is told again at the next head. */
export interface Hearer {
  safeChanged?: (proposal: ProposalId, safe: SafeState) => void | Promise<void>;
  simulated?: (proposal: ProposalId, rehearsed: Rehearsed) => void | Promise<void>;
  rivals?: (proposal: ProposalId, queued: readonly Rival[]) => void | Promise<void>;
  doubted?: (proposal: ProposalId, doubt: Doubt) => void | Promise<void>;
}

export interface Vigil {
  add(pause: Pause): void;
  drop(proposal: ProposalId): void;
  /** To be called when a head is about to be read, with the last snapshot: what is due travels in the same batch. */
  ahead(head: Block, last: Snapshot | undefined): void;
  /** To be called with every snapshot of the watch. */
  notice(snapshot: Snapshot): void;
  doubt(doubt: Doubt): void;
}

interface Watched {
  pause: Pause;
  /** The Safe as it was told of last. */
  told: string;
  simulatedAt: bigint;
  /** What is under way, so that a slow answer is not asked for twice. */
  busy: Set<string>;
  /** What the index listed last, and when it was asked. */
  queued: readonly Rival[];
  queuedAt: number;
  /** Whether our own timeline is to be asked again: at first, and while there were any. */
  hadRivals: boolean;
  doubts: Set<string>;
}

/** Roles, balances and other contracts change as well: the whole is run again from time to time, and when the Safe changed. */
const SIMULATE_EVERY_BLOCKS = 25n;
const QUEUE_EVERY_MS = 10_000;

/** Looks, at each head of one chain, at everything that could stand between its open proposals and their execution. */
export function createVigil(options: {
  network: Network;
  hearer: Hearer;
  /** Runs a proposal's whole execution on the Safe as it stands. Throws when that can't be said now. */
  rehearse: (pause: Pause, safe: SafeState) => Promise<Rehearsed>;
  queue: QueuePort | undefined;
  now?: (() => number) | undefined;
}): Vigil {
  const { network, hearer, rehearse, queue, now = Date.now } = options;
  const watched = new Map<ProposalId, Watched>();

  /** Once at a time for each entry; what fails is logged, and told again when `undo` has taken back that it was. */
  function tell(entry: Watched, what: string, work: () => Promise<void> | undefined, undo: () => void = () => {}) {
    if (entry.busy.has(what)) return undo();
    entry.busy.add(what);
    Promise.resolve()
      .then(work)
      .catch((error: unknown) => {
        undo();
        const facts = { proposal: entry.pause.id, error: messageOf(error) };
        network.log?.warn(facts, `What was seen of ${entry.pause.id} (${what}) could not be told; it is told again.`);
      })
      .finally(() => entry.busy.delete(what));
  }

  function look(entry: Watched, snapshot: Snapshot): void {
    const { pause } = entry;
    const safe = snapshot.safes.get(pause.facts.safe.address.toLowerCase());
    if (safe === undefined) return;
    const before = entry.told;
    const changed = fingerprint(safe) !== before;
    if (changed) {
      entry.told = fingerprint(safe);
      const undo = () => {
        entry.told = before;
      };
      tell(entry, "the Safe", async () => hearer.safeChanged?.(pause.id, safe), undo);
    }
    if (changed) simulate(entry, safe);
    lookForRivals(entry, safe);
  }

  function simulate(entry: Watched, safe: SafeState): void {
    const { pause } = entry;
    // At another nonce it reverts whatever else is true; who used it is told as a change of the Safe.
    if (hearer.simulated === undefined || safe.nonce !== BigInt(pause.facts.safeTx.nonce)) return;
    const before = entry.simulatedAt;
    entry.simulatedAt = safe.block.number;
    const undo = () => {
      entry.simulatedAt = before;
    };
    tell(entry, "the simulation", async () => hearer.simulated?.(pause.id, await rehearse(pause, safe)), undo);
  }

  /** Our own timeline is asked when there is reason to; the index at its own pace, and its failure holds up nothing. */
  function lookForRivals(entry: Watched, safe: SafeState): void {
    const { facts, id } = entry.pause;
    const own = [...watched.values()].some(({ pause }) => isRival(entry.pause, pause));
    const due = queue !== undefined && now() - entry.queuedAt >= QUEUE_EVERY_MS;
    if (hearer.rivals === undefined || (!own && !due && !entry.hadRivals)) return;
    if (due) entry.queuedAt = now();
    const undo = () => {
      entry.hadRivals = true;
    };
    const work = async () => {
      if (due) entry.queued = await askQueue(entry, safe, BigInt(facts.safeTx.nonce));
      entry.hadRivals = own || entry.queued.length > 0;
      await hearer.rivals?.(id, entry.queued);
    };
    tell(entry, "its rivals", work, undo);
  }

  async function askQueue(entry: Watched, safe: SafeState, nonce: bigint): Promise<readonly Rival[]> {
    const { id, facts } = entry.pause;
    try {
      const queued = (await queue?.queuedAt(safe, nonce)) ?? [];
      return queued.filter(({ safeTxHash }) => safeTxHash !== facts.safeTxHash);
    } catch (error) {
      network.log?.warn({ proposal: id, error: messageOf(error) }, "What else is queued could not be read.");
      return entry.queued;
    }
  }

  return {
    add(pause) {
      const fresh: Omit<Watched, "pause"> = {
        told: fingerprint({ ...pause.safe, nonce: BigInt(pause.safe.nonce) }),
        simulatedAt: BigInt(pause.facts.observed.blockNumber),
        busy: new Set(),
        queued: [],
        queuedAt: Number.NEGATIVE_INFINITY,
        hadRivals: true,
        doubts: new Set(pause.doubted.map(doubtKey)),
      };
      watched.set(pause.id, { ...fresh, ...watched.get(pause.id), pause });
    },
    drop: (proposal) => void watched.delete(proposal),
    ahead(head, last) {
      for (const entry of watched.values()) {
        const safe = last?.safes.get(entry.pause.facts.safe.address.toLowerCase());
        if (safe === undefined || head.number - entry.simulatedAt < SIMULATE_EVERY_BLOCKS) continue;
        const { number, hash, timestamp } = head;
        simulate(entry, { ...safe, block: { number, hash, time: new Date(Number(timestamp) * 1000) } });
      }
    },
    notice(snapshot) {
      for (const entry of watched.values()) look(entry, snapshot);
    },
    doubt(doubt) {
      for (const entry of watched.values()) {
        const key = doubtKey(doubt);
        if (entry.doubts.has(key)) continue;
        entry.doubts.add(key);
        const undo = () => void entry.doubts.delete(key);
        tell(entry, key, async () => hearer.doubted?.(entry.pause.id, doubt), undo);
      }
    },
  };
}

/** All of a Safe that can change, as a text: equal Safes have equal texts, whatever the order of their lists. */
export function fingerprint({
  owners,
  threshold,
  nonce,
  fittings = {},
}: Pick<SafeState, "owners" | "threshold" | "nonce" | "fittings">): string {
  const { guard, moduleGuard, modules, fallbackHandler, singleton } = fittings;
  const set = (list: readonly string[] | undefined) => list && [...list].sort();
  const all = [set(owners), threshold, nonce, guard, moduleGuard, set(modules), fallbackHandler, singleton];
  return textOf(all).toLowerCase();
}

function isRival({ id, facts }: Pause, other: Pause): boolean {
  return (
    id !== other.id &&
    sameAddress(facts.safe.address, other.facts.safe.address) &&
    facts.safeTx.nonce === other.facts.safeTx.nonce &&
    facts.safeTxHash !== other.facts.safeTxHash
  );
}

function doubtKey({ providers, fault }: { providers: string[]; fault: string }): string {
  return `${fault} ${[...providers].sort().join(" ")}`;
}
