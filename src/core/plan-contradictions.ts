import { Temporal } from "temporal-polyfill";
import { msOf } from "./duration.ts";
import type { ResponsePlan } from "./plan.ts";
import type { CheckOptions, PlanProblem } from "./plan-check.ts";
import { messageFields, type PlanCheck } from "./plan-response.ts";
import { checkProbe } from "./probe-call.ts";
import type { Rotation } from "./rotation.ts";
import { knownTimeZone, localInstant } from "./rotation-turns.ts";
import { type Severity, severities } from "./severity.ts";
import { severityName } from "./severity-rule.ts";

/** Values that each fit, and do not fit each other, or nothing that exists. */
export function checkContradictions(plan: ResponsePlan, options: CheckOptions): PlanProblem[] {
  return [
    ...under("rotations", plan.rotations, (rotation) => checkRotation(rotation, options)),
    ...checkSeverities(plan),
    ...checkLimits(plan),
    ...under("messages", plan.messages, ({ text }) => checkPlaceholders(text, options)),
    ...under("checks", plan.checks, checkCheck),
  ];
}

/** The mistakes of each entry of a table, with their whole paths. */
function under<T>(table: string, entries: Record<string, T>, check: (entry: T) => PlanProblem[]): PlanProblem[] {
  return Object.entries(entries).flatMap(([key, entry]) =>
    check(entry).map((problem) => ({ ...problem, path: [table, key, ...problem.path] })),
  );
}

function checkRotation({ every, day, timeZone, hours, overrides }: Rotation, { nearest }: CheckOptions): PlanProblem[] {
  const found: PlanProblem[] = [];
  const isKnown = knownTimeZone(timeZone) !== undefined;
  if (!isKnown) {
    const meant = nearest?.(timeZone, Intl.supportedValuesOf("timeZone"));
    const guess = meant === undefined ? "" : ` Did you mean "${meant}"?`;
    const message = `There is no time zone "${timeZone}".${guess} Write one by its IANA name, such as Europe/Berlin or UTC.`;
    found.push({ path: ["timeZone"], message });
  }
  if (every === "daily" && day !== undefined) {
    const message = "A daily rotation changes hands every day. Leave day out; for certain days only, write days.";
    found.push({ path: ["day"], message });
  }
  if (hours !== undefined && hours.from === hours.until) {
    const message = "It ends as it begins. For round the clock, leave hours out.";
    found.push({ path: ["hours", "until"], message });
  }
  overrides.forEach(({ from, until }, index) => {
    const wrong = (["from", "until"] as const).filter((end) => !isLocalTime(end === "from" ? from : until));
    for (const end of wrong) {
      const message = `There is no such day or time. Write one such as 2026-12-24T18:00.`;
      found.push({ path: ["overrides", index, end], message });
    }
    if (wrong.length > 0 || !isKnown) return;
    if (localInstant(timeZone, until) <= localInstant(timeZone, from)) {
      const message = `It ends before it begins, at ${from}. Write a later time.`;
      found.push({ path: ["overrides", index, "until"], message });
    }
  });
  return found;
}

function isLocalTime(text: string): boolean {
  try {
    Temporal.PlainDateTime.from(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function checkSeverities(plan: ResponsePlan): PlanProblem[] {
  const found: PlanProblem[] = [];
  const levels = plan.escalation.length;
  for (const severity of severities) {
    const rule = plan.severities[severity];
    if (rule === undefined) continue;
    const path = ["severities", severity];
    found.push(...checkName(plan, severity));
    if (rule.page === undefined) continue;
    const { from, upTo } = rule.page;
    if (levels === 0) {
      const message = "There is no level to page. Write one under escalation, or leave page out.";
      found.push({ path: [...path, "page"], message });
    } else if (from > upTo) {
      found.push({ path: [...path, "page", "from"], message: `Level ${from} is beyond upTo, level ${upTo}.` });
    } else if (from > levels) {
      const are = levels === 1 ? "is 1 level" : `are ${levels} levels`;
      found.push({
        path: [...path, "page", "from"],
        message: `There is no level ${from}: there ${are} under escalation.`,
      });
    }
  }
  return found;
}

/** People say it by its name, or by the stable word: neither may stand for another one. */
function checkName(plan: ResponsePlan, severity: Severity): PlanProblem[] {
  const name = plan.severities[severity]?.name;
  if (name === undefined) return [];
  const twin = severities.find(
    (other) => other !== severity && [other, severityName(plan, other)].some((word) => isSameWord(word, name)),
  );
  if (twin === undefined) return [];
  const message = `"${name}" means ${twin}. Give each severity a name of its own.`;
  return [{ path: ["severities", severity, "name"], message }];
}

function isSameWord(a: string, b: string): boolean {
  const plainly = (word: string) => word.toLowerCase().replaceAll(/[\s_-]/g, "");
  return plainly(a) === plainly(b);
}

/** What the contract does by itself must keep within what the plan allows. */
function checkLimits({ interventions }: ResponsePlan): PlanProblem[] {
  return Object.entries(interventions).flatMap(([key, intervention]) => {
    const longest = intervention.limits?.longestPause;
    if (intervention.dialect !== "lido-pausable-until" || longest === undefined) return [];
    if (intervention.duration * 1_000 <= msOf(longest)) return [];
    const message = `It pauses for ${intervention.duration} seconds, longer than limits.longestPause, ${longest}.`;
    return [{ path: ["interventions", key, "duration"], message }];
  });
}

/** What stands in braces and is filled in by nothing. */
export function checkPlaceholders(text: string, { nearest }: CheckOptions): PlanProblem[] {
  const known: readonly string[] = messageFields;
  const wrong = [...text.matchAll(/\{+[^{}]*\}+/g)]
    .map(([whole]) => whole)
    .filter((whole) => !known.some((name) => whole === `{${name}}`));
  return [...new Set(wrong)].map((whole) => {
    const name = whole.replaceAll(/[{}]/g, "").trim();
    const meant = known.includes(name) ? name : nearest?.(name, known);
    const guess = meant === undefined ? "" : ` Did you mean {${meant}}?`;
    const message = `${whole} is not filled in by anything.${guess} Known: ${known.map((one) => `{${one}}`).join(", ")}.`;
    return { path: ["text"], message };
  });
}

function checkCheck(check: PlanCheck): PlanProblem[] {
  switch (check.kind) {
    case "balance": {
      const { atLeast, atMost } = check;
      if (atLeast === undefined && atMost === undefined) {
        return [{ path: [], message: "It holds whatever the balance is. Write atLeast or atMost." }];
      }
      if (atLeast === undefined || atMost === undefined || BigInt(atLeast) <= BigInt(atMost)) return [];
      return [{ path: ["atMost"], message: `It is less than atLeast, ${atLeast}: no balance could be both.` }];
    }
    case "owners": {
      const seen = check.are.map((owner) => owner.toLowerCase());
      const twice = seen.flatMap((owner, index) =>
        seen.indexOf(owner) < index ? [{ path: ["are", index], message: "This owner is named twice." }] : [],
      );
      const { threshold, are } = check;
      if (threshold === undefined || threshold <= are.length) return twice;
      const message = `${threshold} of ${are.length} owners can't sign. ${are.length} at most is accepted.`;
      return [...twice, { path: ["threshold"], message }];
    }
    case "event": {
      if (!checkProbe({ call: check.event, arguments: [] }).some(({ path }) => path[0] === "call")) return [];
      const message = `${check.event} is not an event. Write its types only, such as Upgraded(address).`;
      return [{ path: ["event"], message }];
    }
    case "paused":
      return [];
    default:
      return check satisfies never;
  }
}
