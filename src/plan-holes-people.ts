import { gapsOf, peopleAt, type Tier, tiersOf } from "./core/on-call.ts";
import type { LoadedPlan } from "./core/plan.ts";
import { shifts } from "./core/rotation.ts";
import { sayLocal } from "./core/rotation-turns.ts";
import type { Hole } from "./plan-holes.ts";

/** How far ahead gaps are looked for: four weeks, in which a swap can still be found. */
const DAYS_AHEAD = 28;
const GAPS_SHOWN = 3;

/** Times and people for which a call would reach nobody. */
export function findPeopleHoles(plan: LoadedPlan, now: Date): Hole[] {
  const until = new Date(now.getTime() + DAYS_AHEAD * 86_400_000);
  return [
    ...findUnreachable(plan),
    ...findGaps(plan, now, until),
    ...findEchoes(plan, now, until),
    ...findIdleRotations(plan),
  ];
}

function findUnreachable({ people, channels: { alerts } }: LoadedPlan): Hole[] {
  const found: Hole[] = Object.entries(people)
    .filter(([, { slack, discord }]) => slack === undefined && discord === undefined)
    .map(([key, { name }]) => ({
      path: ["people", key],
      message: `${name} has no account on any platform, so can't be called, invited or recognised.`,
      remedy: "Write slack or discord.",
    }));
  if (alerts.slack !== undefined || alerts.discord !== undefined) return found;
  const message = "There is no alerts channel: outside of an incident's room nobody hears of it.";
  return [...found, { path: ["channels", "alerts"], message, remedy: "Write slack or discord." }];
}

function findGaps(plan: LoadedPlan, now: Date, until: Date): Hole[] {
  const gaps = gapsOf(plan, now, until);
  return tiersOf(plan).flatMap((tier) => {
    const here = gaps.filter((gap) => gap.tier.level === tier.level);
    if (here.length === 0) return [];
    const zone = zoneOf(plan, tier);
    const said = here
      .slice(0, GAPS_SHOWN)
      .map((gap) => `${sayLocal(gap.from, zone)} to ${gap.until >= until ? "the end" : sayLocal(gap.until, zone)}`);
    const more = here.length - said.length;
    const whole = here.length === 1 && here[0]?.from.getTime() === now.getTime() && here[0].until >= until;
    const times = `${said.join("; ")}${more > 0 ? `; and ${more} more times` : ""} (${zone})`;
    const message = whole
      ? `Nobody has ${spoken(tier)} in the next ${DAYS_AHEAD} days.`
      : `Nobody has ${spoken(tier)} in the next ${DAYS_AHEAD} days from ${times}.`;
    return [{ path: pathOf(tier), message, remedy: "Fill it by an override with a person, or by another rotation." }];
  });
}

/** People live by the clock of their rotation. A tier with a gap has only rotations. */
function zoneOf({ rotations }: LoadedPlan, { who }: Tier): string {
  const [first = ""] = who;
  return rotations[first]?.timeZone ?? "UTC";
}

/** A level that calls the very people who have just not answered, whenever it is called. */
function findEchoes(plan: LoadedPlan, now: Date, until: Date): Hole[] {
  const levels = tiersOf(plan).filter(({ level }) => level !== "onCall");
  return levels.flatMap((tier, index) => {
    const before = levels[index - 1];
    if (before === undefined) return [];
    const keysAt = (who: readonly string[], at: Date) => peopleAt(plan, who, at).map(({ key }) => key);
    const isEcho = momentsOf(plan, [...before.who, ...tier.who], now, until).every((at) => {
      const known = new Set(keysAt(before.who, at));
      const here = keysAt(tier.who, at);
      return here.length > 0 && here.length === known.size && here.every((key) => known.has(key));
    });
    if (!isEcho) return [];
    const message = `It stands for the same people as level ${index}, who have not answered by then.`;
    return [{ path: pathOf(tier), message, remedy: "Name somebody else, or take the level away." }];
  });
}

/** Every moment at which one of these changes hands. */
function momentsOf({ rotations }: LoadedPlan, keys: readonly string[], now: Date, until: Date): Date[] {
  const moments = keys.flatMap((key) => {
    const rotation = Object.hasOwn(rotations, key) ? rotations[key] : undefined;
    return rotation === undefined ? [] : shifts(rotation, now, until).map(({ from }) => from);
  });
  return [now, ...moments];
}

function findIdleRotations(plan: LoadedPlan): Hole[] {
  const used = new Set([
    ...tiersOf(plan).flatMap(({ who }) => who),
    ...Object.values(plan.invite).flatMap((keys) => keys ?? []),
    ...Object.values(plan.severities).flatMap((rule) => rule?.owner ?? []),
    ...Object.values(plan.risks).flatMap(({ owner }) => owner ?? []),
  ]);
  return Object.keys(plan.rotations)
    .filter((key) => !used.has(key))
    .map((key) => ({
      path: ["rotations", key],
      message: "Nothing calls this rotation.",
      remedy: `Put ${key} under onCall or into a level of escalation, or take it away.`,
    }));
}

function pathOf({ level }: Tier): PropertyKey[] {
  return level === "onCall" ? ["onCall"] : ["escalation", level - 1];
}

function spoken({ level }: Tier): string {
  return level === "onCall" ? "on-call duty" : `level ${level}`;
}
