import { peopleAt } from "./core/on-call.ts";
import type { LoadedPlan } from "./core/plan.ts";
import { shifts } from "./core/rotation.ts";
import { sayLocal } from "./core/rotation-turns.ts";

/** How far ahead holes in time are looked for: four weeks, in which a swap can still be found. */
export const DAYS_AHEAD = 28;
const TIMES_SHOWN = 3;

export interface Ahead {
  now: Date;
  until: Date;
}

export function aheadOf(now: Date): Ahead {
  return { now, until: new Date(now.getTime() + DAYS_AHEAD * 86_400_000) };
}

export interface Time {
  from: Date;
  until: Date;
}

/** The time ahead, cut wherever one of these people and rotations hands over. */
export function spansOf({ rotations }: LoadedPlan, keys: readonly string[], { now, until }: Ahead): Time[] {
  const handovers = keys.flatMap((key) => {
    const rotation = Object.hasOwn(rotations, key) ? rotations[key] : undefined;
    return rotation === undefined ? [] : shifts(rotation, now, until).map(({ from }) => from.getTime());
  });
  const moments = [...new Set([now.getTime(), ...handovers])].sort((a, b) => a - b);
  return moments.map((from, index) => ({
    from: new Date(from),
    until: new Date(moments[index + 1] ?? until.getTime()),
  }));
}

/** Those spans of which something is so; neighbours as one. */
export function timesWhen<T extends Time>(spans: readonly T[], isSo: (span: T) => boolean): Time[] {
  const found: Time[] = [];
  for (const span of spans) {
    if (!isSo(span)) continue;
    const last = found.at(-1);
    if (last?.until.getTime() === span.from.getTime()) last.until = span.until;
    else found.push({ from: span.from, until: span.until });
  }
  return found;
}

export function keysAt(plan: LoadedPlan, who: readonly string[], at: Date): string[] {
  return peopleAt(plan, who, at).map(({ key }) => key);
}

export function isAllAlong([first, second]: readonly Time[], { now, until }: Ahead): boolean {
  return second === undefined && first !== undefined && first.from <= now && first.until >= until;
}

/** `from Tue 1 Dec 18:00 to Wed 2 Dec 09:00 (Europe/Berlin)`, the first few of them. */
export function sayTimes(times: readonly Time[], { until }: Ahead, zone: string): string {
  const said = times
    .slice(0, TIMES_SHOWN)
    .map((time) => `${sayLocal(time.from, zone)} to ${time.until >= until ? "the end" : sayLocal(time.until, zone)}`);
  const more = times.length - said.length;
  return `from ${said.join("; ")}${more > 0 ? `; and ${more} more ${more === 1 ? "time" : "times"}` : ""} (${zone})`;
}

/** People live by the clock of their rotation: that of the first one among these. */
export function zoneOf({ rotations }: LoadedPlan, who: readonly string[]): string {
  const first = who.find((key) => Object.hasOwn(rotations, key));
  return (first === undefined ? undefined : rotations[first]?.timeZone) ?? "UTC";
}
