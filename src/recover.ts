import { isOver, openPauses } from "./core/incident.ts";
import type { App } from "./core/ports.ts";
import { recordIncident } from "./core/record-incident.ts";
import { oweTimers } from "./core/timers.ts";

const BEAT_MS = 10_000;
const ALIVE = "alive_at";

/**
 * What a restart owes: open proposals are armed again, and each open incident hears how long the bot was away. Returns
 * the function that ends the heartbeat.
 */
export async function recover({
  app,
  settings,
  log,
}: {
  app: App;
  settings: { get(key: string): string | undefined; set(key: string, value: string): void };
  log: { warn(fields: object, message: string): void };
}): Promise<() => void> {
  const alive = settings.get(ALIVE);
  const now = app.clock.now().getTime();
  for (const incident of await app.journal.incidents()) {
    if (isOver(incident)) continue;
    // Those under way, too: the nonce that their attempts were signed with is taken, and nobody else's.
    const open = openPauses(incident);
    await recordIncident(app, { by: "allstop" }, incident.id, () => ({
      events: alive === undefined ? [] : [{ kind: "bot.restarted", awayMs: Math.max(0, now - Number(alive)) }],
      effects: open.map(({ id }) => ({ kind: "arm", incident: incident.id, proposal: id })),
    }));
  }
  await oweTimers(app);
  const beat = () => {
    try {
      settings.set(ALIVE, String(app.clock.now().getTime()));
    } catch (err) {
      log.warn({ err }, "The heartbeat could not be written");
    }
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    beat();
  };
}
