import { UserError } from "./errors.ts";
import type { IncidentId, RunId } from "./ids.ts";
import { findRun, type Incident } from "./incident.ts";
import { goOn, refreshRun } from "./playbook-go-on.ts";
import { currentStep, ledPastBy, type Run, type RunEvent, type StepState } from "./playbook-state.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { nothing, notWhileClosed, recordIncident } from "./record-incident.ts";
import type { By } from "./timeline.ts";

export interface StepRef {
  incident: IncidentId;
  run: RunId;
  step: string;
}

/** What a decision about one step is made upon. */
export interface AtStep {
  step: StepState;
  run: Run;
  incident: Incident;
}

/** Records what `decide` says of one step, and whatever holds after it. No facts are no news. */
export function onStep(app: App, cause: Cause, at: StepRef, decide: (found: AtStep) => RunEvent[]): Promise<Incident> {
  return recordIncident(app, cause, at.incident, (incident): Decision => {
    const found = findStep(incident, at);
    const events = decide(found);
    if (events.length === 0) return nothing;
    // Notes and the like move nothing: what holds has been said when the step became the current one.
    const moves = events.some(({ kind }) => endsStep.has(kind));
    return {
      events: moves ? goOn(incident, found.run, events) : events,
      effects: refreshRun(at.incident, at.run),
    };
  });
}

const endsStep = new Set<RunEvent["kind"]>([
  "playbook.step_completed",
  "playbook.step_answered",
  "playbook.step_waited",
  "playbook.step_checked",
  "playbook.step_skipped",
]);

/** Throws `UserError` `incident_closed`, `unknown_run`, `unknown_step`. */
export function findStep(incident: Incident, { run: runId, step: stepId }: StepRef): AtStep {
  // What is to be done after an incident is walked once it is resolved.
  if (incident.status === "closed") throw notWhileClosed(incident.id);
  const run = findRun(incident, runId);
  const step = run.steps.find((candidate) => candidate.step.id === stepId);
  if (step !== undefined) return { incident, run, step };
  throw new UserError(
    "unknown_step",
    `${runId} has no step "${stepId}".`,
    `Its steps are: ${run.steps.map((known) => known.step.id).join(", ")}.`,
    { run: runId, step: stepId },
  );
}

/** One step at a time, in order: the order is what the playbook is for. An old button is answered with how it stands. */
export function mustBeCurrent(run: Run, step: StepState): void {
  const current = currentStep(run);
  if (current?.step.id === step.step.id) return;
  throw new UserError("not_the_current_step", sayWhere(run, step), sayNow(run), { run: run.id, step: step.step.id });
}

export function sayNow(run: Run): string {
  const current = currentStep(run);
  return current === undefined ? "This playbook is finished." : `The step to do now is "${current.step.do}".`;
}

function sayWhere(run: Run, step: StepState): string {
  const what = `"${step.step.do}"`;
  switch (step.state) {
    case "todo":
      return `${what} comes later.`;
    case "done":
      return `${what} is already behind us: done${byWhom(step)}.`;
    case "skipped":
      return `${what} is already behind us: skipped${byWhom(step)}.`;
    case "passed": {
      const question = ledPastBy(run, step.step.id);
      return `${what} is not asked for: the answer "${question?.answer ?? ""}" led past it.`;
    }
    default:
      return step.state satisfies never;
  }
}

/** By name where one is known: an account's id tells nobody anything. */
export function byWhom({ by, byName }: { by?: By; byName?: string }): string {
  if (by === "allstop") return " by Allstop";
  return byName === undefined ? "" : ` by ${byName}`;
}
