import type { Effect } from "./effects.ts";
import { platformOf, type UserRef } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { accountsOf, type LoadedPlan, personOf, type ResponsePlan, type Role, roleNames } from "./plan.ts";
import { operatingRoles } from "./severity.ts";
import { ruleFor } from "./severity-rule.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Roles that the severity calls for and nobody holds. One that is only offered is still missing. */
export function missingRoles(incident: Incident, plan: Pick<ResponsePlan, "severities">): Role[] {
  if (isOver(incident)) return [];
  const { roles } = ruleFor(plan, incident.severity);
  return roleNames.filter((role) => roles.includes(role) && incident.roles[role] === undefined);
}

/**
 * Role holders that the plan names, the first by plan order for each role. Nobody becomes scribe beside a role that acts,
 * or the reverse: of two such roles of one person the one that stands first counts, and the next person has the other.
 */
export function rolesFromPlan(plan: LoadedPlan, platform: string): TimelineEvent[] {
  const holders = new Map<Role, UserRef>();
  const taken = new Map<string, Role[]>();
  for (const [key, person] of Object.entries(plan.people)) {
    const accounts = accountsOf(person);
    const user = accounts.find((account) => platformOf(account) === platform) ?? accounts[0];
    if (user === undefined) continue;
    for (const role of person.roles) {
      const own = taken.get(key) ?? [];
      if (holders.has(role) || inTheWay(role, own).length > 0) continue;
      holders.set(role, user);
      taken.set(key, [...own, role]);
    }
  }
  return roleNames.flatMap((role): TimelineEvent[] => {
    const user = holders.get(role);
    return user === undefined ? [] : [{ kind: "role.assigned", role, user }];
  });
}

/** What asks somebody to take this role, or any, is owed an edit. */
export function offersToShow({ id, offers }: Incident, role?: Role): Effect[] {
  return offers
    .filter((offer) => role === undefined || offer.role === role)
    .map(({ seq }) => ({ kind: "offer_role", incident: id, seq }));
}

/** One person, whichever account they use: the plan says who is the same on two platforms. */
export function isSamePerson(plan: ResponsePlan, a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const known = personOf(plan, a);
  return a === b || (known !== undefined && known.key === personOf(plan, b)?.key);
}

/** Roles that one person holds here, by any of their accounts. */
export function rolesOf(incident: Pick<Incident, "roles">, plan: ResponsePlan, user: string): Role[] {
  return roleNames.filter((role) => isSamePerson(plan, incident.roles[role], user));
}

export function nameOf(plan: ResponsePlan, user: string): string {
  return personOf(plan, user)?.person.name ?? user.slice(user.indexOf(":") + 1);
}

/** A role as one word of a typed line: `incident-commander`. */
export function roleWord(role: Role): string {
  return role.replaceAll(" ", "-");
}

/** Roles among `own` that nobody can have together with this one. */
export function inTheWay(role: Role, own: readonly Role[]): Role[] {
  if (role === "scribe") return own.filter((one) => operatingRoles.includes(one));
  return operatingRoles.includes(role) ? own.filter((one) => one === "scribe") : [];
}
