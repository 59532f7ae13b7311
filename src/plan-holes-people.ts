import { everybodyCalled, gapsOf, type Tier, tiersOf } from "./core/on-call.ts";
import type { LoadedPlan } from "./core/plan.ts";
import type { Hole } from "./plan-holes.ts";
import {
  type Ahead,
  aheadOf,
  DAYS_AHEAD,
  isAllAlong,
  keysAt,
  sayTimes,
  spansOf,
  timesWhen,
  zoneOf,
} from "./plan-holes-times.ts";

/** Times and people for which a call would reach nobody. */
export function findPeopleHoles(plan: LoadedPlan, now: Date): Hole[] {
  const ahead = aheadOf(now);
  return [
    ...findUnreachable(plan),
    ...findOneSided(plan),
    ...findGaps(plan, ahead),
    ...findEchoes(plan, ahead),
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

/** Those who are called by one chat alone, where it is the other one that calls, or may be the only one that is up. */
function findOneSided(plan: LoadedPlan): Hole[] {
  const { alerts } = plan.channels;
  const [first, second] = platforms.filter((platform) => alerts[platform] !== undefined);
  if (first === undefined) return [];
  return [...everybodyCalled(plan)].flatMap((key) => {
    const person = Object.hasOwn(plan.people, key) ? plan.people[key] : undefined;
    const [only, both] = platforms.filter((platform) => person?.[platform] !== undefined);
    if (person === undefined || only === undefined || both !== undefined) return [];
    const other = only === "slack" ? "discord" : "slack";
    const path = ["people", key];
    if (second !== undefined) {
      const message = `${person.name} has no account on ${names[other]}: while ${names[only]} is down, Allstop can't call them.`;
      return [{ path, message, remedy: `Write ${other}, too.` }];
    }
    if (first === only) return [];
    const message = `${person.name} has no account on ${names[other]}, where the only alerts channel is: it can't ring them.`;
    return [{ path, message, remedy: `Write ${other}, or an alerts channel on ${names[only]}.` }];
  });
}

const platforms = ["slack", "discord"] as const;
const names = { slack: "Slack", discord: "Discord" } as const;

function findGaps(plan: LoadedPlan, ahead: Ahead): Hole[] {
  const gaps = gapsOf(plan, ahead.now, ahead.until);
  return tiersOf(plan).flatMap((tier) => {
    const here = gaps.filter((gap) => gap.tier.level === tier.level);
    if (here.length === 0) return [];
    const times = isAllAlong(here, ahead) ? "" : ` ${sayTimes(here, ahead, zoneOf(plan, tier.who))}`;
    const message = `Nobody has ${spoken(tier)} in the next ${DAYS_AHEAD} days${times}.`;
    return [{ path: pathOf(tier), message, remedy: fillRemedy(plan, tier, ahead) }];
  });
}

function fillRemedy({ rotations }: LoadedPlan, { who }: Tier, { now }: Ahead): string {
  const today = now.toISOString().slice(0, 10);
  const late = who.find((key) => (rotations[key]?.from ?? today) > today);
  if (late === undefined) return "Fill it by an override with a person, or by another rotation.";
  return `${late} begins on ${rotations[late]?.from}: set an earlier from, or fill it by another rotation.`;
}

/** A level that calls only people who have just not answered: always, or whenever two rotations meet in one person. */
function findEchoes(plan: LoadedPlan, ahead: Ahead): Hole[] {
  const levels = tiersOf(plan).filter(({ level }) => level !== "onCall");
  return levels.flatMap((tier, index) => {
    const before = levels.slice(0, index).flatMap(({ who }) => who);
    const times = timesWhen(spansOf(plan, [...tier.who, ...before], ahead), ({ from }) => {
      const known = new Set(keysAt(plan, before, from));
      const here = keysAt(plan, tier.who, from);
      return here.length > 0 && here.every((key) => known.has(key));
    });
    if (times.length === 0) return [];
    if (isAllAlong(times, ahead)) {
      const message = "Everybody on it was called by a level before, and has not answered by then.";
      return [{ path: pathOf(tier), message, remedy: "Name somebody else, or take the level away." }];
    }
    const said = sayTimes(times, ahead, zoneOf(plan, [...tier.who, ...before]));
    const message = `In the next ${DAYS_AHEAD} days it calls nobody new ${said}: everybody on it was called by a level before.`;
    return [{ path: pathOf(tier), message, remedy: "Swap by an override, or name somebody else beside them." }];
  });
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
