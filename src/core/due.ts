import type { Incident } from "./incident.ts";
import type { ResponsePlan } from "./plan.ts";
import { type Duty, dueAt, dutiesOf, reminderOf } from "./reminder-duty.ts";

/** One thing that is due by a time. */
export interface Due {
  /** `Next update`, `Scribe, legal`, `Step: Confirm that it is real`. */
  what: string;
  /** ISO 8601. */
  at: string;
  /** It has been said in the room that its time has run out. */
  overdue: boolean;
  duty: Duty;
}

/** What is due in an incident, the soonest first. By the timeline alone: what has run out has been said there. */
export function dueIn(incident: Incident, plan: Pick<ResponsePlan, "severities">): Due[] {
  return dutiesOf(incident, plan)
    .map((duty) => ({
      what: nameOf(duty),
      at: dueAt(duty),
      overdue: reminderOf(incident, duty) !== undefined,
      duty,
    }))
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function nameOf(duty: Duty): string {
  switch (duty.kind) {
    case "update":
      return "Next update";
    case "roles":
      return `Somebody as ${duty.roles.join(", ")}`;
    case "step":
      return `Step "${duty.step.step.do}"`;
    default:
      return duty satisfies never;
  }
}
