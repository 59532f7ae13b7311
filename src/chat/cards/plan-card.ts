import { UserError } from "../../core/errors.ts";
import { dutiesAt, tiersOf } from "../../core/on-call.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { severities } from "../../core/severity.ts";
import { shorten } from "../prose.ts";
import { type Block, type Button, plainText, type Span, type View } from "../view.ts";
import { dutyWords, onCallBlocks } from "./oncall-card.ts";
import {
  dependencyItem,
  groupItem,
  interventionItem,
  messageItem,
  severityItem,
  severityLine,
  signalItem,
} from "./plan-items.ts";

export const planParts = ["on-call", "severities", "interventions", "dependencies", "signals", "messages"] as const;
export type PlanPart = (typeof planParts)[number];

/** One entry of a part: its blocks in a list, and all of it when it is asked for by name. */
export interface PlanItem {
  key: string;
  blocks(options: { whole: boolean }): Block[];
}

/** What one message holds on a phone, and on both platforms with room to spare. */
const PAGE_LENGTH_MAX = 2_000;
const PAGE_ITEMS_MAX = 6;

const labels: Record<PlanPart, string> = {
  "on-call": "On call",
  severities: "Severities",
  interventions: "Interventions",
  dependencies: "Dependencies",
  signals: "Signals",
  messages: "Messages",
};

/** The response plan in chat: an overview, from which buttons lead to its parts. */
export function planCard(plan: LoadedPlan, now: Date): View {
  return {
    tone: "info",
    title: `Response plan of ${plan.organisation}`,
    body: [
      { kind: "fields", fields: [...dutyFields(plan, now), { label: "Reviewed", value: reviewedWords(plan, now) }] },
      ...severityLines(plan),
      ...(plan.closing === undefined
        ? []
        : [{ kind: "text" as const, text: ["Checklist before closing: ", { code: plan.closing }] }]),
      { kind: "text", text: countWords(plan) },
    ],
    buttons: planParts.map((part) => ({ label: labels[part], command: "incident plan", input: { part } })),
    details: [{ kind: "code", label: "sha256 of the plan", code: plan.hash }],
  };
}

/** One part of it; one entry alone where `name` says which. Throws `UserError` `unknown_name`. */
export function planPartCard(
  plan: LoadedPlan,
  { part, name, page = 1, now }: { part: PlanPart; name?: string; page?: number; now: Date },
): View {
  const back: Button = { label: "Back to the plan", command: "incident plan", input: {} };
  if (part === "on-call") {
    return { tone: "info", title: "Response plan: on call", body: onCallBlocks(plan, now), buttons: [back] };
  }
  const items = itemsOf(plan, part);
  if (name !== undefined) return { ...onlyItem(items, part, name), buttons: [partButton(part, labels[part]), back] };
  const pages = paged(items);
  const index = Math.min(page, pages.length) - 1;
  const shown = pages[index] ?? [];
  const body = shown.flatMap((item) => item.blocks({ whole: false }));
  const more = index + 1 < pages.length;
  const title = `Response plan: ${labels[part].toLowerCase()}`;
  return {
    tone: "info",
    title: pages.length > 1 ? `${title} (${index + 1} of ${pages.length})` : title,
    body:
      body.length === 0
        ? [{ kind: "text", text: "The plan says nothing of these." }]
        : [...body, ...foot(pages, index, part)],
    buttons: [
      ...(more ? [partButton(part, `More: ${items.length - shownSoFar(pages, index)} not shown`, index + 2)] : []),
      ...(index > 0 ? [partButton(part, "Before", index)] : []),
      back,
    ],
  };
}

/** The part in which something of this name stands. */
export function partWith(plan: LoadedPlan, name: string): PlanPart | undefined {
  return planParts.find((part) => part !== "on-call" && itemsOf(plan, part).some(({ key }) => key === name));
}

function partButton(part: PlanPart, label: string, page?: number): Button {
  return { label, command: "incident plan", input: { part, ...(page !== undefined && { page: String(page) }) } };
}

function itemsOf(plan: LoadedPlan, part: Exclude<PlanPart, "on-call">): PlanItem[] {
  switch (part) {
    case "severities":
      return severities.map((severity) => severityItem(plan, severity));
    case "interventions":
      return [
        ...Object.keys(plan.groups).map((key) => groupItem(plan, key)),
        ...Object.keys(plan.interventions).map((key) => interventionItem(plan, key)),
      ];
    case "dependencies":
      return Object.keys(plan.dependencies).map((key) => dependencyItem(plan, key));
    case "signals":
      return Object.keys(plan.signals).map((key) => signalItem(plan, key));
    case "messages":
      return Object.keys(plan.messages).map((key) => messageItem(plan, key));
    default:
      return part satisfies never;
  }
}

function onlyItem(items: PlanItem[], part: PlanPart, name: string): Omit<View, "buttons"> {
  const item = items.find(({ key }) => key === name);
  if (item !== undefined)
    return { tone: "info", title: `Response plan: ${item.key}`, body: item.blocks({ whole: true }) };
  const known = items.slice(0, 20).map(({ key }) => key);
  const more = items.length - known.length;
  const listed = `${known.join(", ") || "none"}${more > 0 ? ` and ${more} more` : ""}`;
  throw new UserError(
    "unknown_name",
    `The response plan has no "${shorten(name, 60)}" among its ${labels[part].toLowerCase()}.`,
    `There are: ${listed}.`,
    { name },
  );
}

/** As many entries together as one message holds; at least one, which the renderers divide if they must. */
function paged(items: PlanItem[]): PlanItem[][] {
  const pages: PlanItem[][] = [];
  let room = 0;
  for (const item of items) {
    const length = item.blocks({ whole: false }).reduce((sum, block) => sum + lengthOf(block), 0);
    const open = pages.at(-1);
    if (open === undefined || length > room || open.length >= PAGE_ITEMS_MAX) {
      pages.push([item]);
      room = PAGE_LENGTH_MAX - length;
    } else {
      open.push(item);
      room -= length;
    }
  }
  return pages;
}

function shownSoFar(pages: PlanItem[][], index: number): number {
  return pages.slice(0, index + 1).reduce((sum, page) => sum + page.length, 0);
}

function foot(pages: PlanItem[][], index: number, part: PlanPart): Block[] {
  if (pages.length < 2) return [];
  const all = shownSoFar(pages, pages.length - 1);
  const text = [`${shownSoFar(pages, index)} of ${all}. One alone: `, { code: `/incident plan ${part} NAME` }, "."];
  return [{ kind: "text", quiet: true, text }];
}

function lengthOf(block: Block): number {
  switch (block.kind) {
    case "text":
      return plainText(block.text).length;
    case "quote":
      return block.text.length;
    case "fields":
      return block.fields.reduce((sum, { label, value }) => sum + label.length + plainText(value).length, 0);
    default:
      return JSON.stringify(block).length;
  }
}

/** The first who is asked on each tier: the rest stands in its part. */
function dutyFields(plan: LoadedPlan, now: Date) {
  return tiersOf(plan).map((tier) => {
    const [first, ...more] = dutiesAt(plan, tier, now);
    const rest = more.length === 0 ? [] : [`, and ${more.length} more`];
    return { label: shorten(tier.title, 60), value: [...(first === undefined ? [] : dutyWords(first)), ...rest] };
  });
}

function reviewedWords({ reviewed }: LoadedPlan, now: Date): Span[] {
  const days = Math.floor((now.getTime() - Date.parse(reviewed)) / 86_400_000);
  return [days < 1 ? `${reviewed}` : `${reviewed}, ${days} ${days === 1 ? "day" : "days"} ago`];
}

function severityLines(plan: LoadedPlan): Block[] {
  const said = severities.filter((severity) => plan.severities[severity] !== undefined);
  return said.map((severity) => ({ kind: "text", text: severityLine(plan, severity) }));
}

function countWords(plan: LoadedPlan): string {
  const count = (table: object, one: string, many: string) => {
    const number = Object.keys(table).length;
    return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
  };
  const counts = [
    ...count(plan.people, "person", "people"),
    ...count(plan.interventions, "intervention", "interventions"),
    ...count(plan.groups, "group of them", "groups of them"),
    ...count(plan.dependencies, "dependency", "dependencies"),
    ...count(plan.signals, "signal", "signals"),
    ...count(plan.messages, "prepared message", "prepared messages"),
  ];
  return counts.length === 0 ? "Nothing else is planned." : `${counts.join(", ")}.`;
}
