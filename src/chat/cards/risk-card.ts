import { type LoadedPlan, personOf } from "../../core/plan.ts";
import { riskLevels, type riskStatuses } from "../../core/plan-response.ts";
import { byWeight } from "../../core/risk.ts";
import type { Risk } from "../../core/risk-state.ts";
import { shorten } from "../prose.ts";
import type { Block, Button, Span, Text, View } from "../view.ts";
import { who } from "./words.ts";

/** As many as a phone's reader takes in, and one message of either chat holds. */
const RISKS_PER_PAGE = 8;
const TITLE_LENGTH_MAX = 120;
const INCIDENTS_MAX = 5;

export interface RiskFilter {
  status?: (typeof riskStatuses)[number];
  /** Only this person's, by their key in the plan. */
  owner?: string;
  /** 1, 2, 3 … A page that there is not is the last one. */
  page: number;
}

/** The register, what weighs most first. */
export function riskListCard(risks: readonly Risk[], plan: LoadedPlan, filter: RiskFilter): View {
  const { status, owner } = filter;
  const wanted = risks
    .filter((risk) => (status === undefined || risk.status === status) && (owner === undefined || risk.owner === owner))
    .sort(byWeight);
  const pages = Math.max(1, Math.ceil(wanted.length / RISKS_PER_PAGE));
  const page = Math.min(Math.max(filter.page, 1), pages);
  const first = (page - 1) * RISKS_PER_PAGE;
  const shown = wanted.slice(first, first + RISKS_PER_PAGE);
  const open = wanted.filter((risk) => risk.status === "open");
  return {
    tone: open.length > 0 ? "info" : "good",
    title: titleOf(wanted, open, filter),
    body: [
      ...(page === 1 && open.length > 1 ? [matrix(open)] : []),
      ...shown.flatMap((risk) => riskLines(risk, plan)),
      ...(pages === 1 ? [] : [countLine({ first, shown: shown.length, all: wanted.length })]),
    ],
    buttons: listButtons(risks.length > 0, filter, { page, pages }),
  };
}

/** One risk in full. */
export function riskCard(risk: Risk, plan: LoadedPlan): View {
  const { mitigation, note } = risk;
  return {
    tone: risk.status === "open" ? "info" : "good",
    title: `${risk.id} ${risk.title}`,
    body: [
      {
        kind: "fields",
        fields: [
          { label: "Status", value: risk.status.toUpperCase() },
          { label: "Likelihood", value: risk.likelihood },
          { label: "Impact", value: risk.impact },
          { label: "Owner", value: ownerName(risk, plan) },
          { label: "Incidents", value: risk.incidents.join(", ") || "none" },
          { label: "Changed", value: changed(risk, plan) },
        ],
      },
      ...(mitigation === undefined ? [] : quoted("What is done about it", mitigation)),
      ...(note === undefined ? [] : quoted(["Last note, by ", who(note.by, note.byName)], note.text)),
    ],
    buttons: [
      { label: "Update…", command: "risk update", input: { risk: risk.id } },
      { label: "All risks", command: "risk list", input: {} },
    ],
  };
}

function titleOf(wanted: Risk[], open: Risk[], { status, owner }: RiskFilter): string {
  const whose = owner === undefined ? "" : " of yours";
  const count = status === undefined ? open.length : wanted.length;
  return `${count === 0 ? "No" : count} ${status ?? "open"} risk${count < 2 ? "" : "s"}${whose}`;
}

/** How many open ones there are of each likelihood and impact, the worst at the top right. */
function matrix(open: Risk[]): Block {
  const columns = riskLevels.toReversed();
  const cell = (likelihood: string, impact: string) => {
    const here = open.filter((risk) => risk.likelihood === likelihood && risk.impact === impact).length;
    return here === 0 ? "·" : String(here);
  };
  const rows = riskLevels.map((likelihood) => row(likelihood, (impact) => cell(likelihood, impact)));
  const head = row("likelihood", (impact) => impact);
  function row(label: string, value: (impact: string) => string): string {
    return label.padEnd(10) + columns.map((impact) => value(impact).padStart(8)).join("");
  }
  return { kind: "code", label: "Open ones: likelihood down, impact across", code: [head, ...rows].join("\n") };
}

function riskLines(risk: Risk, plan: LoadedPlan): Block[] {
  const incidents = risk.incidents.slice(-INCIDENTS_MAX);
  const more = risk.incidents.length - incidents.length;
  const taught = incidents.length === 0 ? "" : ` · ${incidents.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [
    {
      kind: "text",
      text: [
        { bold: risk.id },
        ` ${risk.status.toUpperCase()} · ${risk.likelihood} × ${risk.impact} · ${shorten(risk.title, TITLE_LENGTH_MAX)}`,
      ],
    },
    { kind: "text", quiet: true, text: [`${ownerName(risk, plan)} · changed `, ...changed(risk, plan), taught] },
  ];
}

function countLine({ first, shown, all }: { first: number; shown: number; all: number }): Block {
  const more = all - first - shown;
  const rest = more === 0 ? "No more after these." : `${more} more after these.`;
  return { kind: "text", quiet: true, text: `${first + 1} to ${first + shown} of ${all}. ${rest}` };
}

function listButtons(
  isAny: boolean,
  { status, owner }: RiskFilter,
  { page, pages }: { page: number; pages: number },
): Button[] {
  const filter = { ...(status && { status }), ...(owner && { whose: "mine" }) };
  const turn = (label: string, to: number): Button => ({
    label,
    command: "risk list",
    input: { ...filter, page: String(to) },
  });
  return [
    { label: "Add a risk…", command: "risk add", input: {}, style: "primary" },
    ...(isAny
      ? [
          { label: "Update…", command: "risk update", input: {} },
          {
            label: "Export",
            command: "risk export",
            input: {},
            confirm: {
              title: "Put the register here?",
              text: "Whoever can read this channel can read the two files: every risk, and what is done about it.",
              yes: "Put it here",
            },
          },
        ]
      : []),
    ...(page > 1 ? [turn("Back", page - 1)] : []),
    ...(page < pages ? [turn("Next", page + 1)] : []),
  ];
}

/** By name and not by account: a list must not ring anybody. */
function ownerName({ owner }: Risk, plan: LoadedPlan): string {
  if (owner === undefined) return "Nobody owns it";
  const person = Object.hasOwn(plan.people, owner) ? plan.people[owner] : undefined;
  return person?.name ?? `${owner} (not in the plan any more)`;
}

function changed({ changedAt, changedBy, changedByName }: Risk, plan: LoadedPlan): Span[] {
  const name = changedBy.includes(":") ? (personOf(plan, changedBy)?.person.name ?? changedByName) : undefined;
  return [{ time: changedAt }, " by ", name || who(changedBy)];
}

function quoted(label: Text, text: string): Block[] {
  const bold: Text = typeof label === "string" ? [{ bold: label }] : label;
  return [
    { kind: "text", text: bold },
    { kind: "quote", text },
  ];
}
