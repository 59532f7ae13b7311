import { RetryableError, UserError } from "../../core/errors.ts";
import type { Verdict } from "../../core/readiness.ts";
import type { Rung } from "../../core/readiness-events.ts";
import { NotAnswered } from "../dialects/reader.ts";

export type Attempt<T> = { ok: true; value: T } | { ok: false; verdict: Verdict };

/** What can't be read is a verdict: the pause would meet the same. Anything else is our bug, and is thrown. */
export async function attempt<T>(rung: Rung, work: () => Promise<T>): Promise<Attempt<T>> {
  const red = (code: string, says: string, remedy: string): Attempt<T> => ({
    ok: false,
    verdict: { rung, colour: "red", code, says, remedy },
  });
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof UserError) return red(error.code, error.message, error.remedy);
    if (error instanceof RetryableError) return red("unread", error.message, "See the chain's RPC providers.");
    if (!(error instanceof NotAnswered)) throw error;
    const remedy = "Correct the addresses or the dialect of this intervention in the response plan.";
    return red("not_answered", error.message, remedy);
  }
}
