import { type ActWords, actWords } from "../../core/act-words.ts";
import type { UserRef } from "../../core/ids.ts";
import type { Incident } from "../../core/incident.ts";
import { missingFor, type Pause, type PauseStatus, statusOf } from "../../core/pause-state.ts";
import type { Severity } from "../../core/plan.ts";
import { ruleFor, type SeverityNames, severityName } from "../../core/severity-rule.ts";
import type { By } from "../../core/timeline.ts";
import type { Span, Tone } from "../view.ts";

// Words and tones that several cards share, so that they never say the same thing in two ways.

/**
 * How bad it is, as cards say it. Where the organisation has a name of its own, the stable word stands beside it: "Level 1"
 * means opposite things to different people.
 */
export function severityWord(severity: Severity, plan?: SeverityNames): string {
  const word = severity.toUpperCase();
  const name = plan === undefined ? word : severityName(plan, severity);
  return name.toUpperCase() === word ? word : `${name} · ${word}`;
}

/** As a form offers it: `Level 3 · critical: funds are leaving`. */
export function severityChoice(plan: SeverityNames, severity: Severity): string {
  const name = severityName(plan, severity);
  const { means } = ruleFor(plan, severity);
  const whole = name.toLowerCase() === severity ? name : `${name} · ${severity}`;
  return means === undefined ? whole : `${whole}: ${means}`;
}

export function severityTone(severity: Severity): Tone {
  return severity === "critical" || severity === "high" ? "danger" : severity === "medium" ? "warning" : "info";
}

/** Where a proposal stands. Only a pause is ever called paused. */
export function pauseWordOf(pause: Pause): string {
  return pauseWord[statusOf(pause)].replace("PAUSED", actWords(pause.facts.act).done);
}

const pauseWord: Record<PauseStatus, string> = {
  collecting: "COLLECTING",
  ready: "READY TO EXECUTE",
  requested: "EXECUTING",
  signed: "EXECUTING",
  broadcast: "SENT, waiting for a block",
  included: "INCLUDED, checking the effect",
  verified: "PAUSED (1 conf)",
  safe: "PAUSED (safe)",
  final: "PAUSED (final)",
  failed: "FAILED",
  withdrawn: "WITHDRAWN",
};

export function pauseTone(pause: Pause): Tone {
  const status = statusOf(pause);
  if (status === "verified" || status === "safe" || status === "final") return "good";
  if (status === "failed") return "danger";
  if (status === "withdrawn") return "neutral";
  return pause.blocked === undefined ? "warning" : "danger";
}

/** One line: what this proposal needs now. */
export function pauseNeeds(pause: Pause): string {
  const status = statusOf(pause);
  if (pause.blocked !== undefined) return `${pause.blocked.why} ${pause.blocked.remedy}`.replace(/\.$/, "");
  if (status === "collecting") return `needs ${missingFor(pause).join(" and ")}`;
  if (status === "ready") return "press Execute";
  if (status === "failed") return (pause.failed?.remedy ?? "").replace(/\.$/, "");
  return pauseGoesOn(actWords(pause.facts.act))[status];
}

/** Where nobody has to do anything: what happens by itself, and whether it is paused yet. */
const pauseGoesOn = ({
  isDone,
  notYet,
  notKnown,
}: ActWords): Record<Exclude<PauseStatus, "collecting" | "ready" | "failed">, string> => ({
  requested: `is being sent, and ${notYet}`,
  signed: `is being sent, and ${notYet}`,
  broadcast: `is sent and waits for a block; it ${notYet}`,
  included: `is in a block, and its effect is being checked; it ${notKnown}`,
  verified: `${isDone} and proven; it becomes final by itself`,
  safe: `${isDone} and proven; it becomes final by itself`,
  final: `${isDone}, proven and final`,
  withdrawn: "is withdrawn",
});

export function who(by: By, byName?: string): Span {
  if (by === "allstop") return "Allstop";
  if (by.startsWith("chain:")) return "the chain";
  return by.includes(":") ? { person: by } : (byName ?? by);
}

const NAMED_MAX = 10;

/** People, and how many more there are: a line for each would push what matters off the card. */
export function named(users: readonly UserRef[]): Span[] {
  const spans = users
    .slice(0, NAMED_MAX)
    .flatMap((person, index): Span[] => [...(index === 0 ? [] : [", "]), { person }]);
  return users.length > NAMED_MAX ? [...spans, ` and ${users.length - NAMED_MAX} more`] : spans;
}

/** What was refused for one reason is said once: the reason, and whom it hit. */
export function byReason(refused: readonly { user: UserRef; why: string; code?: string }[]) {
  const reasons = new Map<string, { why: string; code: string; users: UserRef[] }>();
  for (const { user, why, code = "" } of refused) {
    const known = reasons.get(`${code} ${why}`) ?? { why, code, users: [] };
    reasons.set(`${code} ${why}`, { ...known, users: [...known.users, user] });
  }
  return [...reasons.values()];
}

/** A chat's name as people write it. */
export function chatName(chat: string): string {
  return chat.charAt(0).toUpperCase() + chat.slice(1);
}

export function statusWord(incident: Incident): string {
  return incident.status.toUpperCase();
}
