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

/** When something about these people and rotations is so. Whatever it is, it changes only where one of them hands over. */
export function timesWhen(
  plan: LoadedPlan,
  keys: readonly string[],
  { now, until }: Ahead,
  isSo: (at: Date) => boolean,
): Time[] {
  const handovers = keys.flatMap((key) => {
    const rotation = Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined;
    return rotation === undefined ? [] : shifts(rotation, now, until).map(({ from }) => from.getTime());
  });
  const moments = [...new Set([now.getTime(), ...handovers])].sort((a, b) => a - b);
  const found: Time[] = [];
  for (const [index, moment] of moments.entries()) {
    if (!isSo(new Date(moment))) continue;
    const end = new Date(moments[index + 1] ?? until.getTime());
    const last = found.at(-1);
    if (last?.until.getTime() === moment) last.until = end;
    else found.push({ from: new Date(moment), until: end });
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
