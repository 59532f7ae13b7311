import type { ResponsePlan } from "./plan.ts";
import { SeverityRule } from "./plan-response.ts";
import { type Severity, severities } from "./severity.ts";

/** What a plan says of how severities are called. */
export type SeverityNames = Pick<ResponsePlan, "severities" | "severityNames">;

const quiet = SeverityRule.parse({});

/** What a severity calls for. Of one that the plan says nothing about: nothing. */
export function ruleFor(plan: Pick<ResponsePlan, "severities">, severity: Severity): SeverityRule {
  return plan.severities[severity] ?? quiet;
}

const levelNames: Record<Severity, string> = { critical: "Level 3", high: "Level 2", medium: "Level 1", low: "Low" };

/** What the organisation calls it: its own name, else the scheme's. `critical` is `Critical`, or `Level 3`. */
export function severityName(plan: SeverityNames, severity: Severity): string {
  const own = plan.severities[severity]?.name;
  if (own !== undefined) return own;
  if (plan.severityNames === "levels") return levelNames[severity];
  return severity.charAt(0).toUpperCase() + severity.slice(1);
}

/**
 * Which severity somebody means: by the stable word, by the organisation's own name, or by its level, as `Level 3`,
 * `level-3` and `L3` are typed. A bare number counts only with `bareNumber`: "3 wallets are drained" names no level.
 */
export function severityNamed(
  plan: SeverityNames,
  typed: string,
  { bareNumber }: { bareNumber: boolean },
): Severity | undefined {
  const word = plainly(typed);
  if (/^\d+$/.test(word) && !bareNumber) return undefined;
  const stable = severities.find((severity) => severity === word);
  if (stable !== undefined) return stable;
  const own = severities.find((severity) => plainly(severityName(plan, severity)) === word);
  if (own !== undefined || plan.severityNames !== "levels") return own;
  return severities.find((severity) => {
    const level = plainly(levelNames[severity]);
    return [level, level.replace("level", "l"), level.replace("level", "")].includes(word);
  });
}

function plainly(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, "");
}
