import type { UserRef } from "./ids.ts";
import { accountsOf, type Person, type ResponsePlan } from "./plan.ts";
import { gaps, whoHas } from "./rotation.ts";

/** People and rotations, as the people they stand for at one moment: each once, in order. A gap stands for nobody. */
export function peopleAt(plan: ResponsePlan, keys: readonly string[], at: Date): { key: string; person: Person }[] {
  const found = keys.flatMap((key) => {
    const rotation = Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined;
    return rotation === undefined ? [key] : (whoHas(rotation, at).person ?? []);
  });
  return [...new Set(found)].flatMap((key) => {
    const person = Object.hasOwn(plan.people, key) ? plan.people[key] : undefined;
    return person === undefined ? [] : [{ key, person }];
  });
}

/** Everybody who is on call now, first responder first, with all their accounts. */
export function onCallAt(plan: ResponsePlan, at: Date): UserRef[] {
  return peopleAt(plan, plan.onCall, at).flatMap(({ person }) => accountsOf(person));
}

/** Who is asked to answer, in the order in which they are: those on call, then each level of escalation. */
export interface Tier {
  /** `onCall`, or the level's number from 1 on. */
  level: "onCall" | number;
  title: string;
  /** People and rotations, by the plan's keys. */
  who: readonly string[];
}

export function tiersOf(plan: Pick<ResponsePlan, "onCall" | "escalation">): Tier[] {
  return [
    { level: "onCall", title: "In every incident", who: plan.onCall },
    ...plan.escalation.map(({ title, who }, index) => ({
      level: index + 1,
      title: title === undefined ? `Level ${index + 1}` : `Level ${index + 1}: ${title}`,
      who,
    })),
  ];
}

/** Everybody whom the plan may call, at one time or another: those on call, and those of each level. */
export function everybodyCalled(plan: Pick<ResponsePlan, "onCall" | "escalation" | "rotations">): Set<string> {
  const keys = tiersOf(plan).flatMap(({ who }) => who);
  return new Set(
    keys.flatMap((key) => {
      const rotation = Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined;
      if (rotation === undefined) return [key];
      return [...rotation.people, ...rotation.overrides.flatMap(({ person }) => person ?? [])];
    }),
  );
}

export interface Gap {
  tier: Tier;
  from: Date;
  until: Date;
}

/** The times at which nobody at all stands on a tier: somebody who is always there, or another rotation, closes a gap. */
export function gapsOf(
  plan: Pick<ResponsePlan, "onCall" | "escalation" | "rotations">,
  from: Date,
  until: Date,
): Gap[] {
  return tiersOf(plan).flatMap((tier) => {
    const rotations = tier.who.map((key) => (Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined));
    let open = [{ from: from.getTime(), until: until.getTime() }];
    for (const rotation of rotations) {
      if (rotation === undefined || open.length === 0) return [];
      open = overlap(
        open,
        gaps(rotation, from, until).map((gap) => ({ from: gap.from.getTime(), until: gap.until.getTime() })),
      );
    }
    return open.map((gap) => ({ tier, from: new Date(gap.from), until: new Date(gap.until) }));
  });
}

interface Time {
  from: number;
  until: number;
}

/** What two lists of times have in common. Both are in order and free of overlaps. */
function overlap(a: Time[], b: Time[]): Time[] {
  const found: Time[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [one, other] = [a[i], b[j]];
    if (one === undefined || other === undefined) break;
    const from = Math.max(one.from, other.from);
    const until = Math.min(one.until, other.until);
    if (from < until) found.push({ from, until });
    if (one.until < other.until) i += 1;
    else j += 1;
  }
  return found;
}

/** One key of a tier: who it stands for now, until when, and who comes next. `until` is left out where no end is in sight. */
export interface Duty {
  key: string;
  /** A rotation's title; left out for a person. */
  title?: string;
  timeZone?: string;
  person?: { key: string; person: Person };
  until?: Date;
  /** Who has it from `until` on; nobody, where a gap begins. */
  next?: { person?: { key: string; person: Person }; until?: Date };
}

export function dutiesAt(plan: Pick<ResponsePlan, "people" | "rotations">, { who }: Tier, at: Date): Duty[] {
  const personBy = (key: string | undefined) => {
    const person = key !== undefined && Object.hasOwn(plan.people, key) ? plan.people[key] : undefined;
    return key === undefined || person === undefined ? undefined : { key, person };
  };
  return who.map((key) => {
    const rotation = Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined;
    if (rotation === undefined) return { key, person: personBy(key) };
    const now = whoHas(rotation, at);
    const then = now.until && whoHas(rotation, now.until);
    return {
      key,
      title: rotation.title ?? key,
      timeZone: rotation.timeZone,
      person: personBy(now.person),
      until: now.until,
      ...(then && { next: { person: personBy(then.person), until: then.until } }),
    };
  });
}
