import { checkReadiness } from "./core/check-readiness.ts";
import { isOpen, statusOf } from "./core/pause-state.ts";
import type { App } from "./core/ports.ts";
import { isDailyDue } from "./core/readiness.ts";

const BOT = { by: "allstop" } as const;
const EVERY_MS = 3 * 60_000;
/** After a start, everything else comes first. */
const FIRST_MS = 3_000;
const CONFIRM_MS = 5_000;
/** So long a proposal keeps the line free for itself. One that was forgotten does not end the watch. */
const YIELD_MS = 3_600_000;

export interface ReadinessKeeper {
  /** Ends the watch. Resolves once nothing is being looked at any more. */
  close(): Promise<void>;
}

/**
 * Proves every pause once a day, and whenever something has changed on a chain, in the plan or among the people. That the
 * day's look was made is a row of the timeline, written with what it found: a restart neither loses nor repeats it.
 */
export function keepReadiness({
  app,
  log,
  everyMs = EVERY_MS,
  firstMs = FIRST_MS,
  confirmMs = CONFIRM_MS,
  yieldMs = YIELD_MS,
}: {
  app: App;
  log: { error(fields: object, message: string): void };
  everyMs?: number;
  firstMs?: number;
  confirmMs?: number;
  yieldMs?: number;
}): ReadinessKeeper {
  const stop = new AbortController();
  /** What everything looked like at the last look that was settled. */
  let known: string | undefined;

  /** Ends early when the watch does. */
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      if (stop.signal.aborted) return resolve();
      const timer = setTimeout(done, ms);
      timer.unref();
      stop.signal.addEventListener("abort", done);
      function done(): void {
        clearTimeout(timer);
        stop.signal.removeEventListener("abort", done);
        resolve();
      }
    });
  const confirm = () => pause(confirmMs);

  async function turn(): Promise<void> {
    if (await isPausing(app, yieldMs)) return;
    const state = await app.journal.state("readiness");
    const why = isDailyDue(state, app.clock.now()) ? "daily" : "change";
    const mark = await markOf(app);
    if (why === "change" && mark === known) return;
    const { settled } = await checkReadiness(app, BOT, why, { confirm, stop: stop.signal });
    known = settled ? mark : undefined;
  }

  async function watch(): Promise<void> {
    await showAgain(app);
    await pause(firstMs);
    while (!stop.signal.aborted) {
      try {
        await turn();
      } catch (err) {
        if (stop.signal.aborted) return;
        log.error({ err }, "Readiness could not be looked at");
      }
      await pause(everyMs);
    }
  }

  const watching = watch().catch((err: unknown) => log.error({ err }, "Readiness is not watched any more"));
  return {
    async close() {
      stop.abort();
      await watching;
    },
  };
}

/** The plan may name another channel by now, and a chat may have been added: each gets the board as it stands. */
async function showAgain({ journal }: App): Promise<void> {
  if ((await journal.state("readiness")) === undefined) return;
  await journal.record("readiness", BOT, () => ({ events: [], effects: [{ kind: "refresh_readiness" }] }));
}

/** While a pause is being gathered or sent, its RPC providers are its own. */
async function isPausing({ journal, clock }: App, yieldMs: number): Promise<boolean> {
  const now = clock.now().getTime();
  return (await journal.incidents()).some(({ pauses }) =>
    pauses.some((pause) => isOpen(pause) && statusOf(pause) !== "safe" && now - Date.parse(pause.proposedAt) < yieldMs),
  );
}

/** All that readiness depends on, as a text to compare. */
async function markOf({ chain, journal, plan }: App): Promise<string> {
  const [chains, roster, ladder, incidents] = await Promise.all([
    chain.readinessMark(),
    journal.state("roster"),
    journal.state("ladder"),
    journal.incidents(),
  ]);
  const signatures = incidents.flatMap(({ pauses }) => pauses).reduce((sum, one) => sum + one.confirmations.length, 0);
  return [plan().hash, chains, roster?.head.hash, ladder?.head.hash, signatures].join(" ");
}
