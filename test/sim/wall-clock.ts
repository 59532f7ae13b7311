import type { VirtualTime } from "./virtual-time.ts";

/** When something was: by a watch that nobody sets, and by the farthest that the machine's clock can have counted. */
export interface Moment {
  real: number;
  /** Every jump ahead counts as time that passed, no jump back undoes any: nothing is early that waited so long by it. */
  counted: number;
}

const HOUR_MS = 3_600_000;
/** A story begins at three in the morning, and its day stays the same one. */
const AHEAD_MS = { min: -2 * HOUR_MS, max: 8 * HOUR_MS };

/** The machine's clock, as the program reads it. Somebody sets it, ahead and back; no timer of the program's hears of it. */
export function wallClock(time: VirtualTime) {
  let aheadMs = 0;
  let leapt = 0;
  let lastBack = Number.NEGATIVE_INFINITY;
  return {
    now: () => time.now() + aheadMs,
    jump(ms: number): void {
      const to = Math.min(AHEAD_MS.max, Math.max(AHEAD_MS.min, aheadMs + ms));
      if (to > aheadMs) leapt += to - aheadMs;
      if (to < aheadMs) lastBack = time.now();
      aheadMs = to;
    },
    moment: (): Moment => ({ real: time.now(), counted: time.now() + leapt }),
    /** When it was last set back, by the watch: what was waited for by then may have begun to wait anew. */
    lastBack: () => lastBack,
  };
}

export type WallClock = ReturnType<typeof wallClock>;
