import type { Clock } from "./core/ports.ts";
import { steadyClock } from "./outbox/steady-clock.ts";
import type { Store } from "./storage/database.ts";
import { lastOwedAt } from "./storage/owed.ts";

const AHEAD = "steady_ahead_ms";

/** The outbox's clock, going on from where the last life's was. */
export function keepTime(
  {
    store,
    settings,
  }: { store: Store; settings: { get(key: string): string | undefined; set(key: string, value: string): void } },
  clock: Clock,
  watch?: () => number,
): Clock {
  return steadyClock(clock, {
    from: lastOwedAt(store),
    aheadMs: Number(settings.get(AHEAD) ?? 0),
    onSet: (aheadMs) => settings.set(AHEAD, String(aheadMs)),
    ...(watch && { watch }),
  });
}
