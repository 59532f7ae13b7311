import type { ResponsePlan } from "./plan.ts";
import { SeverityRule } from "./plan-response.ts";
import type { Severity } from "./severity.ts";

const quiet = SeverityRule.parse({});

/** What a severity calls for. Of one that the plan says nothing about: nothing. */
export function ruleFor(plan: Pick<ResponsePlan, "severities">, severity: Severity): SeverityRule {
  return plan.severities[severity] ?? quiet;
}

const levelNames: Record<Severity, string> = { critical: "Level 3", high: "Level 2", medium: "Level 1", low: "Low" };

/** What the organisation calls it: its own name, else the scheme's. `critical` is `Critical`, or `Level 3`. */
export function severityName(plan: Pick<ResponsePlan, "severities" | "severityNames">, severity: Severity): string {
  const own = plan.severities[severity]?.name;
  if (own !== undefined) return own;
  if (plan.severityNames === "levels") return levelNames[severity];
  return severity.charAt(0).toUpperCase() + severity.slice(1);
}
