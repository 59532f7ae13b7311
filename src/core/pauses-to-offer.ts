import type { Incident } from "./incident.ts";
import { kindOf } from "./intervention.ts";
import type { ResponsePlan } from "./plan.ts";
import { ruleFor } from "./severity-rule.ts";

export interface Offered {
  key: string;
  title: string;
}

type Planned = Pick<ResponsePlan, "interventions" | "groups" | "severities">;

/**
 * What can be proposed, as a form lists it: in the plan's order, groups last. Where the severity calls for stopping
 * everything, the widest come first.
 */
export function pausesToOffer(plan: Planned, incident: Pick<Incident, "severity"> | undefined): Offered[] {
  const all = offered({ ...plan.interventions, ...plan.groups });
  if (incident === undefined || ruleFor(plan, incident.severity).pause !== "all") return all;
  const wide = widest(plan);
  return [...wide, ...all.filter(({ key }) => !wide.some((one) => one.key === key))];
}

/** The one that stops all that the plan can stop, where there is no doubt which one it is. */
export function stopsEverything(plan: Planned): Offered | undefined {
  const wide = widest(plan);
  const pauses = Object.entries(plan.interventions).filter(([, intervention]) => kindOf(intervention) === "pause");
  const [only] = wide.length > 0 ? wide : offered(Object.fromEntries(pauses));
  return (wide.length > 0 ? wide : pauses).length === 1 ? only : undefined;
}

/** Groups, and what stops the whole protocol by itself. */
function widest({ interventions, groups }: Planned): Offered[] {
  const whole = Object.entries(interventions).filter(
    ([, intervention]) => intervention.scope === "protocol" && kindOf(intervention) === "pause",
  );
  return [...offered(groups), ...offered(Object.fromEntries(whole))];
}

function offered(table: Record<string, { title: string }>): Offered[] {
  return Object.entries(table).map(([key, { title }]) => ({ key, title }));
}
