import { UserError } from "./errors.ts";
import type { IncidentId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { LoadedPlan } from "./plan.ts";
import { currentStep, type Run } from "./playbook-state.ts";
import type { App, Cause } from "./ports.ts";
import { nothing, recordIncident, refreshAll } from "./record-incident.ts";
import { offersToShow } from "./roles.ts";

/** What has to be done before an incident can be closed. */
export type LeftToDo =
  | { kind: "resolve" }
  /** The plan's checklist: not begun where it has no `run`, else at the step that is due. */
  | { kind: "checklist"; playbook: string; run?: Run }
  /** Which risks did it teach us? None is an answer, with the reason why. */
  | { kind: "risks" };

/**
 * The last thing that is said of an incident: what it taught is in the register, and what the plan asks for afterwards is
 * done. Twice is no news. Throws `UserError` `not_ready_to_close`, with all that is left.
 */
export async function closeIncident(
  app: Pick<App, "journal" | "plan" | "clock">,
  cause: Cause,
  { incident, noNewRisk }: { incident: IncidentId; noNewRisk?: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (state.status === "closed") return nothing;
    const left = leftBeforeClosing(state, app.plan(), { noNewRisk });
    if (left.length > 0) throw notReady(incident, left);
    return {
      events: [{ kind: "incident.closed", noNewRisk }],
      // What was exported when it was resolved knows nothing of what came afterwards.
      effects: [...refreshAll(incident), ...offersToShow(state), { kind: "deliver_export", incident }],
    };
  });
}

/** A drill teaches, too, and is asked; but nobody has to make up a reason why it taught nothing. */
export function leftBeforeClosing(
  incident: Incident,
  plan: Pick<LoadedPlan, "closing">,
  { noNewRisk }: { noNewRisk?: string } = {},
): LeftToDo[] {
  const checklist = checklistOf(incident, plan);
  return [
    ...(incident.status === "resolved" || incident.status === "closed" ? [] : [{ kind: "resolve" as const }]),
    ...(checklist === undefined || checklist.isDone
      ? []
      : [{ kind: "checklist" as const, playbook: checklist.playbook, run: checklist.run }]),
    ...(isTaught(incident) || incident.drill || noNewRisk !== undefined ? [] : [{ kind: "risks" as const }]),
  ];
}

/**
 * The plan's checklist as it stands in this incident: of several runs, one that is finished counts. One that was finished
 * before the incident was reopened knows nothing of what came then.
 */
export function checklistOf(
  { runs }: Incident,
  { closing }: Pick<LoadedPlan, "closing">,
): { playbook: string; run?: Run; isDone: boolean } | undefined {
  if (closing === undefined) return undefined;
  const ours = runs.filter(({ playbook }) => playbook === closing);
  const finished = ours.find((run) => currentStep(run) === undefined && !run.isOfBefore);
  const underWay = ours.findLast((run) => currentStep(run) !== undefined);
  return { playbook: closing, run: finished ?? underWay, isDone: finished !== undefined };
}

/** Whether a risk of the register says that this incident taught or touched it. */
export function isTaught({ risks }: Incident): boolean {
  return risks.length > 0;
}

function notReady(incident: IncidentId, left: LeftToDo[]): UserError {
  return new UserError(
    "not_ready_to_close",
    `${incident} can't be closed yet: ${left.map(sayLeft).join("; ")}.`,
    "Do what is left, then close it.",
    { incident },
  );
}

function sayLeft(left: LeftToDo): string {
  switch (left.kind) {
    case "resolve":
      return "it is not resolved";
    case "checklist":
      return left.run === undefined
        ? `the checklist "${left.playbook}" was not begun`
        : `${left.run.id} is not finished`;
    case "risks":
      return "nobody has said which risks it taught us";
    default:
      return left satisfies never;
  }
}
