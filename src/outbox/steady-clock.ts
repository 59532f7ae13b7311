import type { Clock } from "../core/ports.ts";

/** What the machine's clock and the watch may differ by before somebody is taken to have set the clock. */
const SET_MS = 1_000;

/**
 * The time by which the outbox waits. It only counts up: where the machine's clock is set back it goes on by the watch, and
 * what waits keeps the time that it had left; where the clock is set ahead, or the machine slept, that counts as time that
 * passed, unless it puts right what was set back before.
 *
 * An earlier life leaves `from`, the last time that it wrote, in ms since the epoch, and `aheadMs`, by how much it was ahead
 * of the machine's clock: `onSet` is told when that changes. `watch` tells ms that nobody sets.
 */
export function steadyClock(
  clock: Clock,
  {
    from = 0,
    aheadMs: before = 0,
    onSet = () => undefined,
    watch = () => performance.now(),
  }: { from?: number | undefined; aheadMs?: number; onSet?: (aheadMs: number) => void; watch?: () => number } = {},
): Clock {
  const wall = () => clock.now().getTime();
  let seen = { wall: wall(), watch: watch() };
  let aheadMs = Math.max(before, from - seen.wall);
  let last = 0;
  if (aheadMs !== before) onSet(aheadMs);
  return {
    now() {
      const at = { wall: wall(), watch: watch() };
      const setMs = at.wall - seen.wall - (at.watch - seen.watch);
      if (Math.abs(setMs) > SET_MS) {
        const known = aheadMs;
        aheadMs = Math.max(0, Math.round(aheadMs - setMs));
        seen = at;
        if (aheadMs !== known) onSet(aheadMs);
      }
      last = Math.max(last, at.wall + aheadMs);
      return new Date(last);
    },
  };
}
