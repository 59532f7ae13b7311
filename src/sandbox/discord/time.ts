import { type Clock, completeClock } from "../slack/clock.ts";

/** A clock whose alarms all end with the server: what was to happen in a week must not outlive a test. */
export function endingClock(given: Clock): Required<Clock> & { end(): void } {
  const clock = completeClock(given);
  const pending = new Set<() => void>();
  return {
    now: clock.now,
    after(ms, then) {
      const cancel = clock.after(ms, () => {
        pending.delete(cancel);
        then();
      });
      pending.add(cancel);
      return () => {
        pending.delete(cancel);
        cancel();
      };
    },
    end() {
      for (const cancel of pending) cancel();
      pending.clear();
    },
  };
}
