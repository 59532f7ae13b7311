import type { UserRef } from "./ids.ts";
import { accountsOf, type Person, type ResponsePlan } from "./plan.ts";
import { whoHas } from "./rotation.ts";

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
