import { type Place, platformOf, type RunId, type UserRef } from "./ids.ts";
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
  /** Its card in each chat that mirrors the room, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  steps: StepState[];
}

export interface StepState {
  step: PlaybookStep;
  state: "todo" | "done" | "skipped";
  by?: By;
  at?: string;
  /** Why it was skipped, or what was said at completing. */
  remark?: string;
  assignee?: UserRef;
  notes: { text: string; by: By; byName?: string; at: string }[];
}

/** The first step that is neither done nor skipped; undefined when the run is over. */
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
    cards: {},
    steps: event.text.steps.map((step) => ({ step, state: "todo", notes: [] })),
  };
}

type RunEvent = Exclude<Extract<TimelineEvent, { run: string }>, { kind: "playbook.started" }>;

export function foldRun(run: Run, { by, byName, at }: StoredEvent, event: RunEvent): Run {
  switch (event.kind) {
    case "playbook.step_completed":
      return change(run, event.step, (step) => ({ ...step, state: "done", by, at, remark: event.note }));
    case "playbook.step_checked":
      return change(run, event.step, (step) => ({ ...step, state: "done", by, at, remark: event.detail }));
    case "playbook.step_skipped":
      return change(run, event.step, (step) => ({ ...step, state: "skipped", by, at, remark: event.reason }));
    case "playbook.step_assigned":
      return change(run, event.step, (step) => ({ ...step, assignee: event.user }));
    case "playbook.step_noted":
      return change(run, event.step, (step) => ({
        ...step,
        notes: [...step.notes, { text: event.text, by, byName, at }],
      }));
    case "playbook.card_posted":
      return { ...run, cards: { ...run.cards, [platformOf(event.message)]: event.message } };
    default:
      return event satisfies never;
  }
}

function change(run: Run, id: string, apply: (step: StepState) => StepState): Run {
  if (!run.steps.some(({ step }) => step.id === id)) throw new Error(`${run.id} has no step ${id}.`);
  return { ...run, steps: run.steps.map((step) => (step.step.id === id ? apply(step) : step)) };
}
