import { actWords } from "./act-words.ts";
import type { IncidentId, RunId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { ANY_INTERVENTION } from "./playbook-file.ts";
import { currentStep, foldRun, type Run, type RunEvent, type StepState } from "./playbook-state.ts";
import type { Decision } from "./ports.ts";

/** These facts, then whatever holds after them: a step whose pause is proven already is not asked for. */
export function goOn(incident: Incident, run: Run, events: RunEvent[]): RunEvent[] {
  const all = [...events];
  let after = events.reduce(tell, run);
  for (let step = currentStep(after); step !== undefined; step = currentStep(after)) {
    const proof = provenBy(incident, step);
    if (proof === undefined) break;
    const held: RunEvent = { kind: "playbook.step_checked", run: run.id, step: step.step.id, detail: proof };
    all.push(held);
    after = tell(after, held);
  }
  return all;
}

/** What the timeline itself proves of a run's current step, and of those after it. */
export function stepsThatHold(incident: Incident, run: Run): RunEvent[] {
  return goOn(incident, run, []);
}

/** A run as it will be. Who tells it and when is the journal's to say, and no step depends on it. */
function tell(run: Run, event: RunEvent): Run {
  return foldRun(run, { by: "allstop", at: run.currentSince }, event);
}

/** A verified pause of this incident. One that was proven before the step was reopened proves nothing: it is looked up. */
function provenBy(incident: Incident, { step, reopened }: StepState): string | undefined {
  const wanted = step.check?.paused;
  if (wanted === undefined) return undefined;
  const pause = incident.pauses.find(
    ({ facts, verified }) =>
      verified !== undefined &&
      (reopened === undefined || verified.at > reopened.at) &&
      (wanted === ANY_INTERVENTION ? facts.act === undefined : facts.intervention === wanted),
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
