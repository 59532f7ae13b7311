import { msOf } from "./duration.ts";
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
  /** Since when somebody can be late with it: the same, or since the incident was reopened after that. */
  askedSince: string;
  /** Its card in each chat that mirrors the room, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  steps: StepState[];
  /** It was finished before the incident was reopened, and knows nothing of what came then. */
  isOfBefore?: boolean;
}

export interface StepState {
  step: PlaybookStep;
  /** `passed`: an answer led past it. */
  state: "todo" | "done" | "skipped" | "passed";
  by?: By;
  byName?: string;
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
  /** Why it is to be done again. */
  reopened?: { reason: string; by: By; byName?: string; at: string };
  notes: { text: string; by: By; byName?: string; at: string }[];
}

/** The first step that is neither behind us nor led past; undefined when the run is over. */
export function currentStep(run: Run): StepState | undefined {
  return run.steps.find(({ state }) => state === "todo");
}

/** How far it is. What an answer led past is not to be done, and counts on neither side. */
export function progressOf({ steps }: Pick<Run, "steps">): { done: number; total: number } {
  const counted = steps.filter(({ state }) => state !== "passed");
  return { done: counted.filter(({ state }) => state !== "todo").length, total: counted.length };
}

/** What can be done again, the newest first: an answer leads past neither. */
export function stepsToReopen(run: Pick<Run, "steps">): StepState[] {
  const past = leadsPast(run.steps);
  return run.steps
    .filter(({ state }, index) => (state === "done" || state === "skipped") && past[index] === undefined)
    .sort((a, b) => (b.at ?? "").localeCompare(a.at ?? "") || run.steps.indexOf(b) - run.steps.indexOf(a));
}

/** By when a step is to be done; undefined where nothing is said. */
export function dueOf(run: Pick<Run, "startedAt">, { due }: PlaybookStep): Date | undefined {
  return due === undefined ? undefined : new Date(Date.parse(run.startedAt) + msOf(due));
}

/** The question whose answer leads past this step, whether it was done before or not. */
export function ledPastBy({ steps }: Pick<Run, "steps">, id: string): StepState | undefined {
  const index = steps.findIndex(({ step }) => step.id === id);
  return leadsPast(steps)[index];
}

/** All of a stored event that a run depends on. */
type Told = Pick<StoredEvent, "by" | "byName" | "at">;

export function beginRun(stored: Told, event: EventOf<"playbook.started">): Run {
  return {
    id: event.run,
    playbook: event.playbook,
    hash: event.hash,
    text: event.text,
    startedBy: stored.by,
    startedAt: stored.at,
    currentSince: stored.at,
    askedSince: stored.at,
    cards: {},
    steps: event.text.steps.map((step) => ({ step, state: "todo", agreed: [], evidence: [], notes: [] })),
  };
}

export type RunEvent = Exclude<Extract<TimelineEvent, { run: string }>, { kind: "playbook.started" }>;

export function foldRun(run: Run, stored: Told, event: RunEvent): Run {
  const after = leadPast(apply(run, stored, event));
  const moved = currentStep(after)?.step.id !== currentStep(run)?.step.id;
  return moved ? { ...after, currentSince: stored.at, askedSince: stored.at, isOfBefore: false } : after;
}

/** The incident was reopened: what is finished by then is of before, and what is not is asked for from now on. */
export function reopenRuns(runs: Run[], at: string): Run[] {
  return runs.map((run) =>
    currentStep(run) === undefined ? { ...run, isOfBefore: true } : { ...run, askedSince: at },
  );
}

function apply(run: Run, { by, byName, at }: Told, event: RunEvent): Run {
  if (event.kind === "playbook.card_posted") {
    return { ...run, cards: { ...run.cards, [platformOf(event.message)]: event.message } };
  }
  const on = (news: (step: StepState) => StepState) => change(run, event.step, news);
  const done = { state: "done" as const, by, byName, at };
  switch (event.kind) {
    case "playbook.step_completed":
      return on((step) => ({ ...withEvidence(step, event.evidence, { by, at }), ...done, remark: event.note }));
    case "playbook.step_answered":
      return on((step) => ({ ...step, ...done, answer: event.answer, remark: event.note }));
    case "playbook.step_agreed":
      return on((step) => ({ ...step, agreed: [...step.agreed, { person: event.person, by, byName, at }] }));
    case "playbook.step_waited":
      return on((step) => ({ ...step, ...done, remark: "the time has passed" }));
    case "playbook.step_checked":
      return on((step) => ({ ...step, ...done, remark: event.detail, looked: undefined }));
    case "playbook.step_looked":
      return on((step) => ({ ...step, looked: { detail: event.detail, at } }));
    case "playbook.step_skipped":
      return on((step) => ({ ...step, state: "skipped", by, byName, at, remark: event.reason }));
    case "playbook.step_reopened":
      return on(({ step, assignee, notes, evidence }) => ({
        step,
        state: "todo",
        ...(assignee !== undefined && { assignee }),
        notes,
        evidence,
        agreed: [],
        reopened: { reason: event.reason, by, byName, at },
      }));
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

/**
 * What the answers lead past, said anew after each fact: an answer that is taken back, or is itself led past, leads past
 * nothing.
 */
function leadPast(run: Run): Run {
  const by = leadsPast(run.steps);
  if (run.steps.every((step, index) => (step.state === "passed" ? step.passedBy === by[index]?.step.id : !by[index]))) {
    return run;
  }
  return { ...run, steps: run.steps.map((step, index) => passed(step, by[index])) };
}

function passed(step: StepState, question: StepState | undefined): StepState {
  // What was done before an answer led past it stays done.
  if (step.state !== "todo" && step.state !== "passed") return step;
  const { passedBy: _, ...rest } = step;
  return question === undefined ? { ...rest, state: "todo" } : { ...rest, state: "passed", passedBy: question.step.id };
}

/** For each step the question that leads past it. Steps between a question and where its answer leads are led past. */
function leadsPast(steps: readonly StepState[]): (StepState | undefined)[] {
  let question: StepState | undefined;
  let until = 0;
  return steps.map((one, index) => {
    if (index < until) return question;
    question = undefined;
    const target = one.state === "done" ? one.step.ask?.answers.find(({ say }) => say === one.answer)?.then : undefined;
    if (target !== undefined) {
      question = one;
      until = indexOfTarget(steps, index, target);
    }
    return undefined;
  });
}

function indexOfTarget(steps: readonly StepState[], from: number, target: string): number {
  if (target === "end") return steps.length;
  // A file in which an answer leads back is refused; should one come all the same, it leads on.
  return Math.max(
    from + 1,
    steps.findIndex(({ step }) => step.id === target),
  );
}

function change(run: Run, id: string, apply: (step: StepState) => StepState): Run {
  if (!run.steps.some(({ step }) => step.id === id)) throw new Error(`${run.id} has no step ${id}.`);
  return { ...run, steps: run.steps.map((step) => (step.step.id === id ? apply(step) : step)) };
}
