import type { UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { accountsOf, aliasesOf, type LoadedPlan, personOf } from "./plan.ts";
import type { PlaybookStep } from "./playbook-file.ts";
import type { StepState } from "./playbook-state.ts";
import type { Role } from "./severity.ts";

type Gate = NonNullable<PlaybookStep["gate"]>;

/** One person on two platforms is one: the plan's key, or the account of somebody whom the plan does not know. */
export function personKeyOf(plan: LoadedPlan, user: UserRef): string {
  return personOf(plan, user)?.key ?? user;
}

/**
 * The role by which somebody's word counts at a gate: one that they hold in this incident, else one that the plan gives
 * them. Undefined where the gate asks for none, or they have none.
 */
export function roleAtGate(plan: LoadedPlan, incident: Incident, { roles }: Gate, user: UserRef): Role | undefined {
  const accounts = aliasesOf(plan, user);
  const own = personOf(plan, user)?.person.roles ?? [];
  const holds = (role: Role) => accounts.includes(incident.roles[role] ?? "");
  return roles.find(holds) ?? roles.find((role) => own.includes(role));
}

/** The different people who agreed, as the plan now says who is one person. */
export function agreedAt(plan: LoadedPlan, { agreed }: StepState): StepState["agreed"] {
  const seen = new Set<string>();
  return agreed.filter(({ by, person }) => {
    const key = by === "allstop" || by.startsWith("chain:") ? person : personKeyOf(plan, by);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** How many more have to agree. */
export function missingAt(plan: LoadedPlan, step: StepState): number {
  return step.step.gate === undefined ? 0 : Math.max(0, step.step.gate.people - agreedAt(plan, step).length);
}

/** Who could still agree, as far as it is known: whoever holds a role here, then the plan's people. */
export function whoMayAgree(
  plan: LoadedPlan,
  incident: Incident,
  step: StepState,
): { key: string; name?: string; user: UserRef }[] {
  const { gate } = step.step;
  if (gate === undefined) return [];
  const known = new Set(agreedAt(plan, step).map(({ by }) => personKeyOf(plan, by)));
  const holders = gate.roles.flatMap((role) => incident.roles[role] ?? []);
  const planned = Object.values(plan.people)
    .filter(({ roles }) => gate.roles.some((role) => roles.includes(role)))
    .flatMap((person) => accountsOf(person)[0] ?? []);
  const found: { key: string; name?: string; user: UserRef }[] = [];
  for (const user of [...holders, ...planned]) {
    const key = personKeyOf(plan, user);
    if (known.has(key)) continue;
    known.add(key);
    found.push({ key, name: personOf(plan, user)?.person.name, user });
  }
  return found;
}

/** `1 more person who is incident commander or decision maker`. */
export function sayMissing(missing: number, { roles }: Gate): string {
  const people = missing === 1 ? "1 more person" : `${missing} more people`;
  if (roles.length === 0) return people;
  return `${people} who ${missing === 1 ? "is" : "are"} ${sayRoles(roles)}`;
}

export function sayRoles(roles: readonly string[]): string {
  return roles.length < 2 ? (roles[0] ?? "") : `${roles.slice(0, -1).join(", ")} or ${roles.at(-1)}`;
}
