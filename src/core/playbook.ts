import { actWords } from "./act-words.ts";
import { UserError } from "./errors.ts";
import { formatId, type IncidentId, type RunId, type UserRef } from "./ids.ts";
import { findRun, type Incident, isOver } from "./incident.ts";
import type { Playbook } from "./playbook-file.ts";
import { currentStep, type Run, type StepState } from "./playbook-state.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { getIncident, nothing, notWhileResolved, recordIncident } from "./record-incident.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Starts walking a playbook, pinned to its text of now. One that is already being walked is not started twice. */
export async function startPlaybook(
  app: App,
  cause: Cause,
  { incident, playbook: key }: { incident: IncidentId; playbook: string },
): Promise<Run> {
  const playbook = findPlaybook(app, key);
  const before = await getIncident(app, incident);
  const running = before.runs.find((run) => run.playbook === key && currentStep(run) !== undefined);
  if (running !== undefined) return running;
  const run = formatId("R", await app.journal.nextNumber("R"));
  const { key: _, hash, ...text } = playbook;
  const after = await recordIncident(app, cause, incident, (state) => {
    if (isOver(state)) throw notWhileResolved(incident);
    if (state.runs.some((other) => other.playbook === key && currentStep(other) !== undefined)) return nothing;
    return {
      events: [{ kind: "playbook.started", run, playbook: key, hash, text }],
      effects: refreshRun(incident, run),
    };
  });
  return after.runs.find((other) => other.playbook === key && currentStep(other) !== undefined) ?? findRun(after, run);
}

export function findPlaybook(app: Pick<App, "playbooks">, key: string): Playbook {
  const found = app.playbooks().find((playbook) => playbook.key === key);
  if (found !== undefined) return found;
  const keys = app.playbooks().map((playbook) => playbook.key);
  throw new UserError(
    "unknown_playbook",
    `There is no playbook "${key}".`,
    `There are: ${keys.join(", ")}. Run \`/playbook list\` to read what each is for.`,
    { playbook: key },
  );
}

interface StepRef {
  incident: IncidentId;
  run: RunId;
  step: string;
}

/** A press on a step that somebody else has just completed is not news. */
export function completeStep(app: App, cause: Cause, { note, ...at }: StepRef & { note?: string }): Promise<Incident> {
  return onStep(app, cause, at, (step, run) => {
    if (step.state === "done") return undefined;
    mustBeCurrent(run, step);
    return { kind: "playbook.step_completed", run: at.run, step: at.step, note };
  });
}

export function skipStep(app: App, cause: Cause, { reason, ...at }: StepRef & { reason: string }): Promise<Incident> {
  return onStep(app, cause, at, (step, run) => {
    if (step.state === "skipped") return undefined;
    mustBeCurrent(run, step);
    return { kind: "playbook.step_skipped", run: at.run, step: at.step, reason };
  });
}

export function assignStep(app: App, cause: Cause, { user, ...at }: StepRef & { user: UserRef }): Promise<Incident> {
  return onStep(app, cause, at, (step) =>
    step.assignee === user ? undefined : { kind: "playbook.step_assigned", run: at.run, step: at.step, user },
  );
}

export function noteStep(app: App, cause: Cause, { text, ...at }: StepRef & { text: string }): Promise<Incident> {
  return onStep(app, cause, at, () => ({ kind: "playbook.step_noted", run: at.run, step: at.step, text }));
}

function onStep(
  app: App,
  cause: Cause,
  { incident, run: runId, step: stepId }: StepRef,
  decide: (step: StepState, run: Run) => TimelineEvent | undefined,
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state): Decision => {
    if (isOver(state)) throw notWhileResolved(incident);
    const run = findRun(state, runId);
    const step = run.steps.find((candidate) => candidate.step.id === stepId);
    if (step === undefined) {
      throw new UserError(
        "unknown_step",
        `${runId} has no step "${stepId}".`,
        `Its steps are: ${run.steps.map((known) => known.step.id).join(", ")}.`,
        { run: runId, step: stepId },
      );
    }
    const event = decide(step, run);
    if (event === undefined) return nothing;
    const checked = event.kind === "playbook.step_completed" || event.kind === "playbook.step_skipped";
    return {
      events: [event, ...(checked ? stepsThatHold(state, run, stepId) : [])],
      effects: refreshRun(incident, runId),
    };
  });
}

/** One step at a time, in order: the order is what the playbook is for. */
function mustBeCurrent(run: Run, step: StepState): void {
  const current = currentStep(run);
  if (current?.step.id === step.step.id) return;
  throw new UserError(
    "not_the_current_step",
    step.state === "todo" ? `"${step.step.do}" comes later.` : `"${step.step.do}" is already behind us.`,
    current === undefined ? "This playbook is finished." : `The step to do now is "${current.step.do}".`,
    { run: run.id, step: step.step.id },
  );
}

/**
 * Steps that the bot can answer itself: once the pause that a step asks for is verified, the step is done. Looks on
 * from the step after `after`, as far as the answers are known.
 */
export function stepsThatHold(incident: Incident, run: Run, after?: string): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  const start = after === undefined ? 0 : run.steps.findIndex(({ step }) => step.id === after) + 1;
  for (const { step, state } of run.steps.slice(start)) {
    if (state !== "todo") continue;
    const { check } = step;
    const proof = check && verifiedPause(incident, check.paused);
    if (proof === undefined) break;
    events.push({ kind: "playbook.step_checked", run: run.id, step: step.id, detail: proof });
  }
  return events;
}

/** `any` stands for whatever this incident paused. */
function verifiedPause(incident: Incident, intervention: string | undefined): string | undefined {
  const wanted = intervention ?? "any";
  const pause = incident.pauses.find(
    ({ facts, verified }) =>
      verified !== undefined && (wanted === "any" ? facts.act === undefined : facts.intervention === wanted),
  );
  return (
    pause?.verified &&
    `${pause.id}: verified ${actWords(pause.facts.act).done.toLowerCase()} in block ${pause.verified.blockNumber}`
  );
}

export function refreshRun(incident: IncidentId, run: RunId): Decision["effects"] {
  return [
    { kind: "refresh_playbook", incident, run },
    { kind: "refresh_card", incident },
  ];
}
