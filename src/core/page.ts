import type { UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { onCallAt } from "./on-call.ts";
import { aliasesOf, type LoadedPlan } from "./plan.ts";

/**
 * Who is told when something waits for a person: the commander and the deputy, with all their accounts. While nobody
 * leads, whoever is on call, and whoever declared it.
 */
export function pagedFor(
  { roles, declaredBy }: Pick<Incident, "roles" | "declaredBy">,
  plan: LoadedPlan,
  now: Date,
): UserRef[] {
  const leading = [roles["incident commander"], roles.deputy].flatMap((user) => (user === undefined ? [] : [user]));
  const onCall = onCallAt(plan, now);
  const declarer = declaredBy.includes(":") && !declaredBy.startsWith("chain:") ? [declaredBy] : [];
  const called = leading.length > 0 ? leading : [...onCall, ...declarer];
  return [...new Set(called.flatMap((user) => aliasesOf(plan, user)))];
}
