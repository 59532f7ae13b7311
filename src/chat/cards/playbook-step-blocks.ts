import { msOf, sayMs } from "../../core/duration.ts";
import { revealHidden } from "../../core/hidden.ts";
import { type Incident, isOver } from "../../core/incident.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { missingEvidence, wantedEvidence } from "../../core/playbook-evidence.ts";
import type { EvidenceKind } from "../../core/playbook-file.ts";
import { agreedAt, missingAt, sayMissing, whoMayAgree } from "../../core/playbook-gate.ts";
import { dueOf, type Run, type StepState } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import type { Block, Span, Text } from "../view.ts";
import { who } from "./words.ts";

/** More of what people wrote is on the timeline, and not on the card. */
const WORDS_SHOWN_MAX = 3;
const WORDS_LENGTH_MAX = 140;
const CANDIDATES_SHOWN_MAX = 5;

/** The step that is due: what, why, who, by when, and what it waits for. */
export function stepBlocks(
  { plan, clock }: Pick<App, "plan" | "clock">,
  incident: Incident,
  run: Run,
  current: StepState,
): Block[] {
  const { step } = current;
  return [
    { kind: "text", text: [{ bold: `Step ${run.steps.indexOf(current) + 1}: ${step.do}` }] },
    {
      kind: "fields",
      fields: [whose(incident, current), ...due(incident, run, current, clock.now()), ...wanted(current)],
    },
    ...waitsFor(plan(), incident, run, current),
    { kind: "text", quiet: true, text: [{ bold: "Why: " }, step.why] },
  ];
}

function whose(incident: Incident, { assignee, step }: StepState): { label: string; value: Text } {
  const holder = assignee ?? (step.role && incident.roles[step.role]);
  const role = step.role === undefined || assignee !== undefined ? "" : `, ${step.role}`;
  if (holder !== undefined) return { label: "Who", value: [{ person: holder }, role] };
  return { label: "Who", value: step.role === undefined ? "whoever is here" : `${step.role}: nobody yet` };
}

function due(incident: Incident, run: Run, { step }: StepState, now: Date): { label: string; value: Text }[] {
  const at = dueOf(run, step);
  if (at === undefined || step.due === undefined) return [];
  const time: Span = { time: at.toISOString() };
  // Whatever is left to do once an incident is resolved burns nobody.
  if (now > at && !isOver(incident)) return [{ label: "Due", value: [{ bold: "OVERDUE" }, " since ", time] }];
  return [{ label: "Due", value: [time, `, ${sayMs(msOf(step.due))} from the start`] }];
}

function wanted(current: StepState): { label: string; value: Text }[] {
  const kind = missingEvidence(current);
  return kind === undefined ? [] : [{ label: "Wanted", value: wantedEvidence[kind].wanted }];
}

/** What ends the step, where it is not a press on Complete. */
function waitsFor(plan: LoadedPlan, incident: Incident, run: Run, current: StepState): Block[] {
  const { ask, gate, wait, check } = current.step;
  if (ask !== undefined)
    return [{ kind: "text", text: [{ bold: ask.question }, " Your answer decides how it goes on."] }];
  if (gate !== undefined) return gateBlocks(plan, incident, current, gate);
  if (wait !== undefined) {
    const end = new Date(Date.parse(run.currentSince) + msOf(wait)).toISOString();
    return [{ kind: "text", text: ["It goes on by itself: ", { time: end }, "."] }];
  }
  if (check === undefined) return [];
  const seen = current.looked === undefined ? "" : ` Not yet: ${current.looked.detail}`;
  return [{ kind: "text", text: `Allstop looks at the chain itself, and goes on once it is so.${seen}` }];
}

function gateBlocks(
  plan: LoadedPlan,
  incident: Incident,
  current: StepState,
  gate: NonNullable<StepState["step"]["gate"]>,
): Block[] {
  const agreed = agreedAt(plan, current);
  const all = whoMayAgree(plan, incident, current);
  const may = all.slice(0, CANDIDATES_SHOWN_MAX);
  const missing = missingAt(plan, current);
  // Waiting for somebody who does not exist would be silent for ever. Where no role is asked for, anybody will do.
  const isShort = gate.roles.length > 0 && all.length < missing;
  return [
    {
      kind: "tally",
      label: "Agreed",
      have: agreed.length,
      need: gate.people,
      entries: [
        ...agreed.map(({ by, byName, at }) => ({
          who: [who(by, byName)],
          state: "yes" as const,
          detail: [{ time: at }],
        })),
        ...may.map(({ user }) => ({ who: [{ person: user }], state: "waiting" as const })),
      ],
    },
    {
      kind: "text",
      quiet: true,
      text: `It goes on once ${sayMissing(missing, gate)} agree${missing === 1 ? "s" : ""}. Nobody can skip it.`,
    },
    ...(isShort ? [tooFew] : []),
  ];
}

const tooFew: Block = {
  kind: "text",
  text: [{ bold: "Too few people hold such a role." }, " Give somebody one: Assign a role… on the pinned card."],
};

/** What people said at the step that is due, the newest last: below its buttons, where it pushes nothing away. */
export function recentWords({ reopened, evidence, notes }: StepState): Block[] {
  const said = [
    ...(reopened === undefined
      ? []
      : [
          {
            at: reopened.at,
            text: [who(reopened.by, reopened.byName), ` reopened it: ${shortText(reopened.reason, WORDS_LENGTH_MAX)}`],
          },
        ]),
    ...evidence.map(({ kind, value, by, at }) => ({
      at,
      text: [who(by), ` handed in a ${kind}: `, handedIn(kind, value)],
    })),
    ...notes.map(({ text, by, byName, at }) => ({
      at,
      text: [who(by, byName), `: ${shortText(text, WORDS_LENGTH_MAX)}`],
    })),
  ].sort((a, b) => a.at.localeCompare(b.at));
  const shown = said.slice(-WORDS_SHOWN_MAX);
  const earlier = said.length - shown.length;
  return [
    ...(earlier === 0 ? [] : [{ kind: "text" as const, quiet: true, text: `${earlier} earlier, on the timeline.` }]),
    ...shown.map(({ text }): Block => ({ kind: "text", quiet: true, text })),
  ];
}

/** The most that so many of them take. */
export function recentLength(count: number): number {
  return Math.min(count, WORDS_SHOWN_MAX) * (WORDS_LENGTH_MAX + 60);
}

/** A long address is said by its host: it would take the room of all else. */
function handedIn(kind: EvidenceKind, value: string): Span {
  if (kind === "note") return shortText(value, WORDS_LENGTH_MAX);
  if (kind === "transaction") return { code: value };
  if (value.length <= WORDS_LENGTH_MAX) return { link: value, label: value };
  return `a page of ${URL.canParse(value) ? new URL(value).host : "the web"}, on the timeline`;
}

/**
 * Prose on a card; the timeline has the whole of it. Never cut within a character, and hidden ones take the room of what
 * makes them visible.
 */
export function shortText(text: string, lengthMax: number): string {
  const letters = [...revealHidden(text)];
  return letters.length <= lengthMax
    ? text
    : `${letters
        .slice(0, lengthMax - 1)
        .join("")
        .trimEnd()}…`;
}
