import { actWords } from "./act-words.ts";
import type { IncidentId, RunId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { ANY_INTERVENTION } from "./playbook-file.ts";
import { currentStep, foldRun, type Run, type RunEvent, type StepState } from "./playbook-state.ts";
import type { Decision } from "./ports.ts";

type Facts = Decision["events"];

/** These facts, then whatever holds after them: a step whose pause is proven already is not asked for. */
export function goOn(incident: Incident, run: Run, events: RunEvent[]): Facts {
  const all: Facts = events.map((event) => (doneByItself.has(event.kind) ? { by: "allstop", event } : event));
  let after = events.reduce(tell, run);
  for (let step = currentStep(after); step !== undefined; step = currentStep(after)) {
    const proof = provenBy(incident, after, step);
    if (proof === undefined) break;
    const held: RunEvent = { kind: "playbook.step_checked", run: run.id, step: step.step.id, detail: proof };
    all.push({ by: "allstop", event: held });
    after = tell(after, held);
  }
  return all;
}

/** What the chain and the clock say is Allstop's word, whoever pressed when it was seen. */
const doneByItself = new Set<RunEvent["kind"]>(["playbook.step_checked", "playbook.step_waited"]);

/** What the timeline itself proves of a run's current step, and of those after it. */
export function stepsThatHold(incident: Incident, run: Run): Facts {
  return goOn(incident, run, []);
}

/** A run as it will be. Who tells it and when is the journal's to say, and no step depends on it. */
function tell(run: Run, event: RunEvent): Run {
  return foldRun(run, { by: "allstop", at: run.currentSince }, event);
}

/**
 * A verified pause of this incident. One that was proven before the run was started, or the step reopened, proves nothing
 * any more, as it may have been lifted since: it is looked up.
 */
function provenBy(incident: Incident, { startedAt }: Run, { step, reopened }: StepState): string | undefined {
  const wanted = step.check?.paused;
  if (wanted === undefined) return undefined;
  const since = Date.parse(reopened?.at ?? startedAt);
  const pause = incident.pauses.find(
    ({ facts, verified }) =>
      verified !== undefined &&
      Date.parse(verified.at) > since &&
      (wanted === ANY_INTERVENTION ? facts.act === undefined : facts.intervention === wanted),
  );
  return (
    pause?.verified &&
    `${pause.id}: verified ${actWords(pause.facts.act).done.toLowerCase()} in block ${pause.verified.blockNumber}`
  );
}

/** Runs' cards name whoever has the role for a step, and ask for nothing more once the incident is over. */
export function runCardsOwed(before: Incident | undefined, { id, roles, status, runs }: Incident): Decision["effects"] {
  if (before === undefined || (before.roles === roles && before.status === status)) return [];
  return runs.map(({ id: run }) => ({ kind: "refresh_playbook", incident: id, run }));
}

export function refreshRun(incident: IncidentId, run: RunId): Decision["effects"] {
  return [
    { kind: "refresh_playbook", incident, run },
    { kind: "refresh_card", incident },
  ];
}
