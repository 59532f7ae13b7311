import type { Lane } from "../src/core/effects.ts";
import { messageOf, RefusedError, RetryableError } from "../src/core/errors.ts";
import type { Owed } from "../src/storage/owed.ts";

type Row = ReturnType<Owed["due"]>[number];

/** Delivers until nothing is due, as the pump would but by hand: what fails for now waits, what is refused is done. */
export function settling({
  owed,
  now,
  deliver,
  failures,
  killed = () => false,
}: {
  owed: Owed;
  now: () => number;
  deliver: (row: Row) => Promise<void>;
  /** Told of what neither waits nor is refused. */
  failures: unknown[];
  /** Whether the bot dies after this delivery: what it did is done, and nobody wrote it down. */
  killed?: (row: Row) => boolean;
}): (lanes: readonly Lane[]) => Promise<void> {
  return async (lanes) => {
    for (let turn = 0; turn < 80; turn += 1) {
      const rows = lanes.flatMap((lane) => owed.due(lane, now()));
      if (rows.length === 0) return;
      for (const row of rows) {
        try {
          await deliver(row);
          if (killed(row)) return;
          owed.done(row, now());
        } catch (error) {
          if (error instanceof RetryableError) owed.retry(row, now() + (error.retryAfterMs ?? 500), error.message);
          else {
            if (!(error instanceof RefusedError)) failures.push(error);
            owed.done(row, now(), messageOf(error));
          }
        }
      }
    }
    throw new Error("It does not come to rest.");
  };
}
