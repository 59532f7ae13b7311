/**
 * The time that the workspace lives in. `after` may be left out: then waiting is real and only "now" is the test's.
 */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Calls back once after so many milliseconds. Returns what calls it off. */
  after?(ms: number, then: () => void): () => void;
}

/** A clock that only moves when told to, for tests of what takes minutes. Begins at `startMs`. */
export interface VirtualClock extends Required<Clock> {
  /** Moves time on and runs what falls due on the way, in order. */
  advance(ms: number): void;
}

export function virtualClock(startMs = Date.UTC(2026, 0, 15, 12)): VirtualClock {
  let now = startMs;
  const due = new Set<{ at: number; then: () => void }>();
  return {
    now: () => now,
    after(ms, then) {
      const entry = { at: now + ms, then };
      due.add(entry);
      return () => void due.delete(entry);
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const next = [...due].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due.delete(next);
        now = Math.max(now, next.at);
        next.then();
      }
      now = until;
    },
  };
}

export const realClock: Required<Clock> = { now: Date.now, after: realAfter };

/** Completes a clock that only tells the time. */
export function completeClock(clock: Clock): Required<Clock> {
  return { now: () => clock.now(), after: (ms, then) => (clock.after ? clock.after(ms, then) : realAfter(ms, then)) };
}

function realAfter(ms: number, then: () => void): () => void {
  // A sandbox that waits for a redelivery must not keep its process alive.
  const timer = setTimeout(then, ms).unref();
  return () => clearTimeout(timer);
}
