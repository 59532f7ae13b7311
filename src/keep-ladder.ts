import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "./core/errors.ts";
import { reviewLadder } from "./core/ladder-review.ts";
import type { App } from "./core/ports.ts";

/** A look at each block of the fastest chain that is planned, and no more often than a provider would bear. */
const LOOK_MS_MIN = 2_000;
const LOOK_MS_MAX = 12_000;
/** The whole execution is simulated this often, and whenever the plan or a Safe changed: it costs more than a look. */
const REHEARSE_MS = 30 * 60_000;
/** After a simulation that could not be made. */
const AGAIN_MS = 5 * 60_000;
const END_MS_MAX = 1_000;

/**
 * Looks at the ladder for as long as the bot runs, from its start on. Nothing is asked of any chain while no rung is
 * laid. Returns the function that ends it, which resolves when the last look is over.
 */
export function keepLadder({
  app,
  log,
  lookMs,
}: {
  app: App;
  log: { warn(fields: object, message: string): void; error(fields: object, message: string): void };
  lookMs?: number;
}): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let rehearsedAt = Number.NEGATIVE_INFINITY;
  let mark: string | undefined;
  let troubled = "";

  async function look(): Promise<void> {
    const before = await markOf(app);
    const now = app.clock.now().getTime();
    const rehearse = before !== mark || now - rehearsedAt >= REHEARSE_MS;
    const troubles = await reviewLadder(app, { rehearse });
    if (rehearse) {
      rehearsedAt = troubles.length === 0 ? now : now - REHEARSE_MS + AGAIN_MS;
      mark = before;
    }
    // Told once for as long as it lasts.
    const text = troubles.join(" ");
    if (text !== "" && text !== troubled) log.warn({ troubles }, "The ladder could not be looked at in full");
    troubled = text;
  }

  async function keepLooking(): Promise<void> {
    try {
      await look();
    } catch (err) {
      if (!closed) log.error({ err }, `The ladder could not be looked at: ${messageOf(err)}`);
    }
    if (!closed) timer = setTimeout(start, lookMs ?? blockMs(app)).unref();
  }

  let running = Promise.resolve();
  function start(): void {
    running = keepLooking();
  }
  start();
  return async () => {
    closed = true;
    clearTimeout(timer);
    // A provider that is waited for must not hold up the end: what it says then is not written any more.
    await Promise.race([running, sleep(END_MS_MAX)]);
  };
}

function blockMs(app: App): number {
  const seconds = Object.values(app.plan().chains).map(({ secondsPerBlock }) => secondsPerBlock);
  return Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, 1_000 * Math.min(...seconds)));
}

/** Changes with whatever a simulation depends on, as far as it is known without asking. */
async function markOf(app: App): Promise<string> {
  const sets = (await app.journal.state("ladder"))?.sets ?? [];
  const safes = sets.map(({ seq, safe }) => `${seq} ${safe.nonce} ${safe.threshold} ${safe.owners.join()}`);
  return [app.plan().hash, ...safes].join("\n");
}
