import { type Effect, keyOf, type Lane } from "../core/effects.ts";
import { messageOf, RefusedError, RetryableError } from "../core/errors.ts";
import type { Clock } from "../core/ports.ts";

export interface Owed {
  id: number;
  lane: Lane;
  effect: Effect;
  owedAt: Date;
  generation: number;
  attempts: number;
}

/** The rows of the outbox, as the pump needs them. */
export interface OwedStore {
  /** What is due, the oldest first, at most so many: all, if left out. */
  due(lane: Lane, now: number, most?: number): Owed[];
  /** When the first effect that is not due yet becomes due. */
  nextAt(lane: Lane, after: number): number | undefined;
  done(owed: Owed, now: number, failure?: string): boolean;
  retry(owed: Owed, at: number, failure: string): void;
  /** Makes due at once what waits for another attempt. */
  hurry(lane: Lane, now: number): void;
}

export type Deliver = (owed: Owed, stop: AbortSignal) => Promise<void>;

const CONCURRENT_MAX = { chain: 64, timers: 64, checks: 16, webhooks: 8, chat: 8 };
const RETRY_DELAY_MS_MAX = 30_000;
/** A card may be edited a few times at once, then once in so many ms: Slack allows about fifty edits a minute. */
const EDIT_BURST = 8;
const EDIT_GAP_MS = 1_200;
const WAKE_MS_MIN = 50;
/** A clock that is set forward is noticed within so long; and setTimeout overflows above 2^31 - 1 ms. */
const SLEEP_MS_MAX = 15_000;

function kindOfLane(lane: Lane): keyof typeof CONCURRENT_MAX {
  return lane.startsWith("chat/") ? "chat" : (lane as Exclude<Lane, `chat/${string}`>);
}

/**
 * Delivers what is owed, in lanes that never wait for each other: a chat that is down holds up neither the chain nor
 * the other chat.
 * At least once: what was delivered but not marked before a crash is delivered again.
 */
export function createPump(options: {
  owed: OwedStore;
  /** A steady one: what waits would be held up, or come early, by one that is set. */
  clock: Clock;
  /** Every chat's lane shares one. */
  deliver: Record<keyof typeof CONCURRENT_MAX, Deliver>;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
}) {
  const { owed, clock, deliver, log } = options;
  const stop = new AbortController();
  const lanes = new Map<
    Lane,
    { flying: Map<number, Promise<void>>; timer?: NodeJS.Timeout; failing?: boolean; halted?: boolean }
  >();
  const edits = new Map<string, { tokens: number; at: number }>();
  /** All lanes will be looked at shortly. */
  let soon = false;

  function wake(lane: Lane): void {
    const state = lanes.get(lane);
    if (state === undefined || state.halted === true || stop.signal.aborted) return;
    clearTimeout(state.timer);
    const now = clock.now().getTime();
    const waits: number[] = [];
    const most = CONCURRENT_MAX[kindOfLane(lane)];
    // A chat's edits may wait for their turn while others are due behind them; elsewhere no more is read than can fly.
    for (const row of owed.due(lane, now, kindOfLane(lane) === "chat" ? undefined : most)) {
      if (state.flying.has(row.id)) continue;
      if (state.flying.size >= most) break;
      const wait = editWait(lane, row, now);
      if (wait > 0) {
        waits.push(now + wait);
        continue;
      }
      begin(state.flying, row);
    }
    // What is due is flying or waits for a token; what is owed later has its own time.
    const later = owed.nextAt(lane, now);
    if (later !== undefined) waits.push(later);
    if (waits.length === 0) return;
    const delay = Math.min(Math.max(Math.min(...waits) - clock.now().getTime(), WAKE_MS_MIN), SLEEP_MS_MAX);
    state.timer = setTimeout(() => wake(lane), delay);
    state.timer.unref();
  }

  function begin(flying: Map<number, Promise<void>>, row: Owed): void {
    // What it records may wake this lane before it has come to its first wait: by then it is under way.
    flying.set(row.id, Promise.resolve());
    const flight = fly(row.lane, row).finally(() => {
      flying.delete(row.id);
      wake(row.lane);
    });
    flying.set(row.id, flight);
  }

  /** How long an edit has to wait for its card's next token; 0 takes one. */
  function editWait(lane: Lane, { effect }: Owed, now: number): number {
    if (!effect.kind.startsWith("refresh_")) return 0;
    const key = `${keyOf(effect)}@${lane}`;
    const known = edits.get(key) ?? { tokens: EDIT_BURST, at: now };
    const tokens = Math.min(EDIT_BURST, known.tokens + (now - known.at) / EDIT_GAP_MS);
    if (tokens < 1) return Math.ceil((1 - tokens) * EDIT_GAP_MS);
    if (edits.size > 10_000) edits.clear();
    edits.set(key, { tokens: tokens - 1, at: now });
    return 0;
  }

  /** What failed in an earlier life is tried at once: that may be why there is a new one. Timers just wait. */
  function open(lane: Lane): void {
    lanes.set(lane, { flying: new Map() });
    if (lane !== "timers") owed.hurry(lane, clock.now().getTime());
  }

  async function fly(lane: Lane, row: Owed): Promise<void> {
    try {
      await deliver[kindOfLane(lane)](row, stop.signal);
      owed.done(row, clock.now().getTime());
      comeBack(lane);
    } catch (error) {
      if (stop.signal.aborted) return;
      settle(lane, row, error);
    }
  }

  /** The first delivery that succeeds after failures: what waits for its next attempt need not wait any more. */
  function comeBack(lane: Lane): void {
    const state = lanes.get(lane);
    if (state?.failing !== true) return;
    state.failing = false;
    owed.hurry(lane, clock.now().getTime());
  }

  function settle(lane: Lane, row: Owed, error: unknown): void {
    const now = clock.now().getTime();
    const failure = messageOf(error);
    if (error instanceof RefusedError) {
      log.warn({ effect: row.effect, code: error.code, remedy: error.remedy }, failure);
      owed.done(row, now, `${error.code}: ${failure}`);
      return;
    }
    const known = error instanceof RetryableError;
    const state = lanes.get(lane);
    if (state !== undefined && kindOfLane(lane) === "chat" && known && error.retryAfterMs === undefined)
      state.failing = true;
    const backoff = Math.min(RETRY_DELAY_MS_MAX, 500 * 2 ** Math.min(row.attempts, 10));
    const delay = Math.max(backoff, (known && error.retryAfterMs) || 0);
    if (known && !error.expected) {
      log.warn({ effect: row.effect, attempts: row.attempts + 1, delayMs: delay }, failure);
    }
    if (!known)
      log.error({ effect: row.effect, attempts: row.attempts + 1, err: error }, "An effect failed; it stays owed");
    owed.retry(row, now + delay, failure);
  }

  return {
    start(lane: Lane): void {
      const state = lanes.get(lane);
      // What was under way when the lane was halted may be under way still, and is not begun a second time.
      if (state !== undefined) state.halted = false;
      else open(lane);
      wake(lane);
    },
    wake,
    /** Delivers nothing of this lane any more, until it is started again. What is under way ends by itself. */
    halt(lane: Lane): void {
      const state = lanes.get(lane);
      if (state === undefined) return;
      clearTimeout(state.timer);
      state.halted = true;
    },
    /**
     * Looks at every lane that was started, two turns of the event loop later: no card is rendered while bytes are on their
     * way to a chain, for which the HTTP client takes one turn of its own. What was written for the chain's lane just now
     * begins at once, without being read first.
     */
    wakeAll(forChain: readonly Owed[] = []): void {
      const chain = lanes.get("chain");
      if (chain !== undefined && chain.halted !== true && !stop.signal.aborted) {
        const free = CONCURRENT_MAX.chain - chain.flying.size;
        for (const row of forChain.slice(0, free)) if (!chain.flying.has(row.id)) begin(chain.flying, row);
      }
      if (soon) return;
      soon = true;
      setImmediate(() =>
        setImmediate(() => {
          soon = false;
          for (const lane of lanes.keys()) wake(lane);
        }),
      );
    },
    /** Resolves once nothing is being delivered; tests and shutdown. */
    async stop(): Promise<void> {
      stop.abort();
      for (const { timer } of lanes.values()) clearTimeout(timer);
      await Promise.allSettled([...lanes.values()].flatMap(({ flying }) => [...flying.values()]));
    },
  };
}
