import { msOf, sayMs } from "../../core/duration.ts";
import { kindOf } from "../../core/intervention.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { Severity } from "../../core/severity.ts";
import { ruleFor } from "../../core/severity-rule.ts";
import { shorten } from "../prose.ts";
import type { Block, Span, Text } from "../view.ts";
import { personSpan } from "./oncall-card.ts";
import type { PlanItem } from "./plan-card.ts";
import { severityWord } from "./words.ts";

/** Prose in a list; whole, when one entry is asked for alone. */
const PROSE_MAX = 140;
const LISTED_MAX = 4;

type Field = { label: string; value: Text };

export function severityItem(plan: LoadedPlan, severity: Severity): PlanItem {
  const rule = ruleFor(plan, severity);
  const isSaid = plan.severities[severity] !== undefined;
  return item(severity, severityWord(severity, plan), { keyed: false }, (cut) => [
    ...(isSaid ? [] : [{ label: "Calls for", value: "nothing: the plan does not speak of it" }]),
    ...(rule.means === undefined ? [] : [{ label: "Means", value: cut(rule.means) }]),
    ...(rule.owner === undefined ? [] : [{ label: "Answers for it", value: whoWords(plan, [rule.owner]) }]),
    ...(isSaid ? [{ label: "Calls", value: pageWords(plan, severity) }] : []),
    ...(rule.pause === "none"
      ? []
      : [{ label: "Offers to pause", value: rule.pause === "all" ? "everything" : "what is affected" }]),
    ...(rule.updateEvery === undefined ? [] : [{ label: "Update every", value: sayMs(msOf(rule.updateEvery)) }]),
    ...(isSaid
      ? [{ label: "Users are told", value: { yes: "yes", no: "no", decide: "decide in the incident" }[rule.tellUsers] }]
      : []),
    ...(rule.roles.length === 0 ? [] : [{ label: "Roles asked for", value: rule.roles.join(", ") }]),
    ...(plan.playbooks[severity] === undefined ? [] : [{ label: "Playbook", value: plan.playbooks[severity] ?? "" }]),
  ]);
}

/** The same in one line: what it sets going by itself. */
export function severityLine(plan: LoadedPlan, severity: Severity): Span[] {
  const { pause, updateEvery } = ruleFor(plan, severity);
  const calls = [
    `calls ${pageWords(plan, severity)}`,
    ...(pause === "none" ? [] : [`offers to pause ${pause === "all" ? "everything" : "what is affected"}`]),
    ...(updateEvery === undefined ? [] : [`wants an update every ${sayMs(msOf(updateEvery))}`]),
  ];
  return [{ bold: severityWord(severity, plan) }, `: ${calls.join(", ")}`];
}

function pageWords(plan: LoadedPlan, severity: Severity): string {
  const { page } = ruleFor(plan, severity);
  const levels = plan.escalation.length;
  if (page === undefined || levels === 0) return "nobody";
  const upTo = Math.min(page.upTo, levels);
  const which =
    page.from >= upTo ? `level ${upTo}` : `levels ${page.from} ${upTo - page.from === 1 ? "and" : "to"} ${upTo}`;
  return page.answerWithin === undefined ? which : `${which}, ${sayMs(msOf(page.answerWithin))} each`;
}

export function interventionItem(plan: LoadedPlan, key: string): PlanItem {
  const one = plan.interventions[key];
  if (one === undefined) throw new Error(`There is no intervention ${key}.`);
  const { scope, trigger, limits, who, stillWorks, safe, targetLabel } = one;
  const may = (label: string, people: readonly string[] | undefined): Field[] =>
    people === undefined ? [] : [{ label, value: whoWords(plan, people) }];
  const kind = { pause: "Pauses", withdraw: "Moves money out of", revoke: "Takes a role away at" }[kindOf(one)];
  return item(key, one.title, {}, (cut, whole) => [
    { label: kind, value: `${cut(targetLabel)} (${scope}), by ${safe}` },
    ...(trigger === undefined ? [] : [{ label: "When", value: cut(trigger) }]),
    ...(limits === undefined ? [] : [{ label: "Limits", value: limitWords(plan, limits) }]),
    ...may("May propose it", who?.initiate),
    ...may("May extend it", who?.extend),
    ...may("May end it", who?.resume),
    { label: "Still works", value: listWords(stillWorks, whole, cut) },
    { label: "Needs", value: wantsWords(one.acknowledgements, one.execute) },
  ]);
}

function limitWords(plan: LoadedPlan, limits: NonNullable<LoadedPlan["interventions"][string]["limits"]>): string {
  const { longestPause, severityAtLeast, legalReview } = limits;
  const said = [
    ...(longestPause === undefined ? [] : [`${sayMs(msOf(longestPause))} at most`]),
    ...(severityAtLeast === undefined ? [] : [`from ${severityWord(severityAtLeast, plan)} on`]),
    ...(legalReview === "none" ? [] : [`legal looks at it ${legalReview === "before" ? "before" : "afterwards"}`]),
  ];
  return said.join("; ") || "none";
}

function wantsWords(acknowledgements: number, execute: string): string {
  const people = `${acknowledgements} ${acknowledgements === 1 ? "acknowledgement" : "acknowledgements"} and the signatures`;
  return execute === "by-press" ? `${people}, then a press` : `${people}, then it is sent at once`;
}

export function groupItem(plan: LoadedPlan, key: string): PlanItem {
  const one = plan.groups[key];
  if (one === undefined) throw new Error(`There is no group ${key}.`);
  return item(key, one.title, {}, () => [{ label: "Proposes together", value: one.together.join(", then ") }]);
}

export function dependencyItem(plan: LoadedPlan, key: string): PlanItem {
  const one = plan.dependencies[key];
  if (one === undefined) throw new Error(`There is no dependency ${key}.`);
  return item(key, `${one.name} (${one.kind})`, {}, (cut, whole) => [
    ...(one.uses === undefined ? [] : [{ label: "Used for", value: cut(one.uses) }]),
    {
      label: "Contacts",
      value: listWords(
        one.contacts.map(({ name, via, hours, note }) => {
          const when = hours === undefined ? "" : ` (${hours})`;
          return `${name}: ${via}${when}${note === undefined ? "" : `, ${note}`}`;
        }),
        whole,
        whole ? (text) => text : (text) => shorten(text, 300),
      ),
    },
    ...(one.degraded.length === 0 ? [] : [{ label: "Without it", value: listWords(one.degraded, whole, cut) }]),
    ...(one.message === undefined ? [] : [{ label: "Message", value: one.message }]),
    ...(one.reviewed === undefined ? [] : [{ label: "Tried", value: one.reviewed }]),
  ]);
}

const actionWords = {
  declare: "declare an incident at once",
  ask: "ask a person whether it is one",
  note: "write it down",
} as const;

export function signalItem(plan: LoadedPlan, key: string): PlanItem {
  const one = plan.signals[key];
  if (one === undefined) throw new Error(`There is no signal ${key}.`);
  const { intervention } = one;
  const title = intervention && (plan.interventions[intervention] ?? plan.groups[intervention])?.title;
  return item(key, one.means, {}, (cut) => [
    ...(one.from === undefined ? [] : [{ label: "From", value: cut(one.from) }]),
    { label: "Severity", value: severityWord(one.severity, plan) },
    { label: "To do", value: actionWords[one.action] },
    ...(one.playbook === undefined ? [] : [{ label: "Playbook", value: one.playbook }]),
    ...(title === undefined ? [] : [{ label: "May justify", value: `${cut(title)} (${intervention})` }]),
  ]);
}

export function messageItem(plan: LoadedPlan, key: string): PlanItem {
  const one = plan.messages[key];
  if (one === undefined) throw new Error(`There is no message ${key}.`);
  return {
    key,
    blocks: ({ whole }) => [
      { kind: "text", text: [{ bold: shorten(one.title, PROSE_MAX) }, " ", { code: key }, ` for ${one.for}`] },
      { kind: "quote", text: whole ? one.text : shorten(one.text, 2 * PROSE_MAX) },
    ],
  };
}

/** A heading that names it, and what the plan says of it. `keyed` shows the name that people type beside what they read. */
function item(
  key: string,
  title: string,
  { keyed = true }: { keyed?: boolean },
  fields: (cut: (text: string) => string, whole: boolean) => Field[],
): PlanItem {
  return {
    key,
    blocks({ whole }) {
      const cut = whole ? (text: string) => text : (text: string) => shorten(text, PROSE_MAX);
      const heading: Block = { kind: "text", text: [{ bold: cut(title) }, ...(keyed ? [" ", { code: key }] : [])] };
      const said = fields(cut, whole);
      return said.length === 0 ? [heading] : [heading, { kind: "fields", fields: said }];
    },
  };
}

function listWords(all: readonly string[], whole: boolean, cut: (text: string) => string): string {
  const shown = whole ? all : all.slice(0, LISTED_MAX);
  const more = all.length - shown.length;
  return shown.map(cut).join("; ") + (more > 0 ? `; and ${more} more` : "") || "none";
}

/** People as the chat shows them, rotations and roles by their names. */
function whoWords(plan: LoadedPlan, keys: readonly string[]): Span[] {
  return keys.flatMap((key, index): Span[] => {
    const person = Object.hasOwn(plan.people, key) ? plan.people[key] : undefined;
    const rotation = Object.hasOwn(plan.rotations, key) ? plan.rotations[key] : undefined;
    const span: Span = person === undefined ? (rotation?.title ?? key) : personSpan(person);
    return index === 0 ? [span] : [", ", span];
  });
}
