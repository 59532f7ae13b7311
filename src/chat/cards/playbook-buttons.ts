import type { Incident } from "../../core/incident.ts";
import { missingEvidence } from "../../core/playbook-evidence.ts";
import { type Run, type StepState, stepsToReopen } from "../../core/playbook-state.ts";
import type { CommandButton } from "../view.ts";

/** What moves the step comes first, what is said about it after; what leaves it out is last. */
export function playbookButtons(incident: Incident, run: Run, current: StepState): CommandButton[] {
  const { step, assignee } = current;
  const input = { incident: incident.id, run: run.id, step: step.id };
  const offered = [...offer(incident, current), ...draft(incident, run, current)];
  const moves = onward(incident, run, current);
  const [first] = moves;
  // One press is the next one to make: the first that the step offers, else what completes it.
  if (offered.length === 0 && moves.length === 1 && first !== undefined) first.style = "primary";
  return [
    ...offered,
    ...moves,
    ...(assignee === undefined ? [{ label: "I take it", command: "playbook take", input }] : []),
    { label: "Assign…", command: "playbook assign", input },
    { label: "Note…", command: "playbook note", input },
    { label: "Evidence…", command: "playbook evidence", input },
    ...(step.gate === undefined ? [{ label: "Skip…", command: "playbook skip", input }] : []),
    ...reopenButton(incident, run),
  ];
}

/** What moves the step, without what is said about it: a reminder of it leads to the same. */
export function movingButtons(incident: Incident, run: Run, current: StepState): CommandButton[] {
  return [...offer(incident, current), ...draft(incident, run, current), ...onward(incident, run, current)];
}

/** Brings back a step that is behind us; which one is asked. */
export function reopenButton(incident: Incident, run: Run): CommandButton[] {
  if (stepsToReopen(run).length === 0) return [];
  return [{ label: "Reopen…", command: "playbook reopen", input: { incident: incident.id, run: run.id } }];
}

function offer(incident: Incident, { step }: StepState): CommandButton[] {
  if (step.offer === undefined) return [];
  const { label, command, input } = step.offer;
  return [
    {
      label,
      command,
      input: { ...input, incident: incident.id },
      style: command.startsWith("pause ") ? "danger" : "primary",
    },
  ];
}

/** The words are prepared; a person reads them before they go out. */
function draft(incident: Incident, run: Run, { step }: StepState): CommandButton[] {
  if (step.draft === undefined) return [];
  const named = step.draft.message ?? `${run.id}/${step.id}`;
  return [
    {
      label: "Draft the update…",
      command: "incident update",
      input: { incident: incident.id, draft: named },
      ...(step.offer === undefined ? { style: "primary" as const } : {}),
    },
  ];
}

function onward(incident: Incident, run: Run, current: StepState): CommandButton[] {
  const { step } = current;
  const input = { incident: incident.id, run: run.id, step: step.id };
  if (step.ask !== undefined) {
    // Without the incident, which the room says: with it the longest ids would not fit into a button.
    return step.ask.answers.map(({ say }, index) => ({
      label: say,
      command: "playbook answer",
      input: { run: run.id, step: step.id, answer: String(index + 1) },
    }));
  }
  if (step.gate !== undefined) return [{ label: "I agree", command: "playbook agree", input }];
  const complete = { label: "Complete", command: "playbook complete", input };
  if (step.wait !== undefined) return [{ ...complete, label: "Go on now" }];
  if (step.check !== undefined) return [{ label: "Look again", command: "playbook look", input }, complete];
  return [missingEvidence(current) === undefined ? complete : { ...complete, label: "Complete…" }];
}
