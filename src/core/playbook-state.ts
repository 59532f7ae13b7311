import { type Place, platformOf, type RunId, type UserRef } from "./ids.ts";
import type { Evidence } from "./playbook-events.ts";
import type { PlaybookFile, PlaybookStep } from "./playbook-file.ts";
import type { By, EventOf, StoredEvent, TimelineEvent } from "./timeline.ts";

/** One playbook being walked in one incident, pinned to the text it was started with. */
export interface Run {
  id: RunId;
  playbook: string;
  hash: string;
  text: PlaybookFile;
  startedBy: By;
  startedAt: string;
  /** Since when the current step is the current one. */
  currentSince: string;
  /** Its card in each chat that mirrors the room, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  steps: StepState[];
}

export interface StepState {
  step: PlaybookStep;
  /** `passed`: an answer led past it. */
  state: "todo" | "done" | "skipped" | "passed";
  by?: By;
  at?: string;
  /** Why it was skipped, or what was said at completing. */
  remark?: string;
  answer?: string;
  /** The step whose answer led past this one. */
  passedBy?: string;
  assignee?: UserRef;
  /** The people who agreed, where the step is a gate. */
  agreed: { person: string; by: By; byName?: string; at: string }[];
  evidence: (Evidence & { by: By; at: string })[];
  /** What the bot saw when it looked and it did not hold yet. */
  looked?: { detail: string; at: string };
  notes: { text: string; by: By; byName?: string; at: string }[];
}

/** The first step that is neither behind us nor led past; undefined when the run is over. */
export function currentStep(run: Run): StepState | undefined {
  return run.steps.find(({ state }) => state === "todo");
}

export function stepsDone(run: Run): number {
  return run.steps.filter(({ state }) => state !== "todo").length;
}

export function beginRun(stored: StoredEvent, event: EventOf<"playbook.started">): Run {
  return {
    id: event.run,
    playbook: event.playbook,
    hash: event.hash,
    text: event.text,
    startedBy: stored.by,
    startedAt: stored.at,
    currentSince: stored.at,
    cards: {},
    steps: event.text.steps.map((step) => ({ step, state: "todo", agreed: [], evidence: [], notes: [] })),
  };
}

type RunEvent = Exclude<Extract<TimelineEvent, { run: string }>, { kind: "playbook.started" }>;

export function foldRun(run: Run, stored: StoredEvent, event: RunEvent): Run {
  const after = apply(run, stored, event);
  const moved = currentStep(after)?.step.id !== currentStep(run)?.step.id;
  return moved ? { ...after, currentSince: stored.at } : after;
}

function apply(run: Run, { by, byName, at }: StoredEvent, event: RunEvent): Run {
  if (event.kind === "playbook.card_posted") {
    return { ...run, cards: { ...run.cards, [platformOf(event.message)]: event.message } };
  }
  const on = (news: (step: StepState) => StepState) => change(run, event.step, news);
  const done = { state: "done" as const, by, at };
  switch (event.kind) {
    case "playbook.step_completed":
      return on((step) => ({ ...withEvidence(step, event.evidence, { by, at }), ...done, remark: event.note }));
    case "playbook.step_answered":
      return passOver(
        on((step) => ({ ...step, ...done, answer: event.answer, remark: event.note })),
        event,
      );
    case "playbook.step_agreed":
      return on((step) => ({ ...step, agreed: [...step.agreed, { person: event.person, by, byName, at }] }));
    case "playbook.step_waited":
      return on((step) => ({ ...step, ...done, remark: "the time has passed" }));
    case "playbook.step_checked":
      return on((step) => ({ ...step, ...done, remark: event.detail, looked: undefined }));
    case "playbook.step_looked":
      return on((step) => ({ ...step, looked: { detail: event.detail, at } }));
    case "playbook.step_skipped":
      return on((step) => ({ ...step, state: "skipped", by, at, remark: event.reason }));
    case "playbook.step_reopened":
      return reopen(run, event.step);
    case "playbook.step_assigned":
      return on((step) => ({ ...step, assignee: event.user }));
    case "playbook.step_noted":
      return on((step) => ({ ...step, notes: [...step.notes, { text: event.text, by, byName, at }] }));
    case "playbook.step_evidenced":
      return on((step) => withEvidence(step, event.evidence, { by, at }));
    default:
      return event satisfies never;
  }
}

function withEvidence(step: StepState, evidence: Evidence | undefined, from: { by: By; at: string }): StepState {
  return evidence === undefined ? step : { ...step, evidence: [...step.evidence, { ...evidence, ...from }] };
}

/** Steps between a question and where its answer leads are led past, unless they are behind us already. */
function passOver(run: Run, { step: id, answer }: { step: string; answer: string }): Run {
  const from = run.steps.findIndex(({ step }) => step.id === id);
  const target = run.steps[from]?.step.ask?.answers.find(({ say }) => say === answer)?.then ?? "next";
  const to = target === "next" ? from + 1 : run.steps.findIndex(({ step }) => step.id === target);
  const until = target === "end" || to < 0 ? run.steps.length : to;
  const isBetween = (index: number) => index > from && index < until;
  return {
    ...run,
    steps: run.steps.map((step, index) =>
      isBetween(index) && step.state === "todo" ? { ...step, state: "passed", passedBy: id } : step,
    ),
  };
}

/** Its answer counts no more: what it led past is to be done again. Notes and evidence stay. */
function reopen(run: Run, id: string): Run {
  return {
    ...run,
    steps: run.steps.map((step) => {
      const { step: text, assignee, notes, evidence } = step;
      if (text.id === id) return { step: text, state: "todo", assignee, notes, evidence, agreed: [] };
      if (step.passedBy === id) return { ...step, state: "todo", passedBy: undefined };
      return step;
    }),
  };
}

function change(run: Run, id: string, apply: (step: StepState) => StepState): Run {
  if (!run.steps.some(({ step }) => step.id === id)) throw new Error(`${run.id} has no step ${id}.`);
  return { ...run, steps: run.steps.map((step) => (step.step.id === id ? apply(step) : step)) };
}
