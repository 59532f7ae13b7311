import type { App } from "./core/ports.ts";
import { seedRisks } from "./core/risk.ts";

/** Nothing waits for a risk: a plan that was changed is looked at soon enough. */
const LOOK_MS = 15_000;

/**
 * Takes the plan's risks into the register, at the start and whenever the plan has changed. Returns the function that
 * ends it, which resolves when nothing is being written any more.
 */
export function keepRisks({
  app,
  log,
  lookMs = LOOK_MS,
}: {
  app: App;
  log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
  lookMs?: number;
}): () => Promise<void> {
  let taken: string | undefined;
  let running = Promise.resolve();

  async function look(): Promise<void> {
    const { hash } = app.plan();
    if (hash === taken) return;
    try {
      const added = await seedRisks(app);
      if (added > 0) log.info({ added }, "Risks of the response plan were put into the register");
      taken = hash;
    } catch (err) {
      log.error({ err }, "The response plan's risks could not be put into the register");
    }
  }

  const start = () => {
    running = look();
  };
  start();
  const timer = setInterval(start, lookMs).unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
