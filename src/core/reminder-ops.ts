import { sayMs } from "./duration.ts";
import { UserError } from "./errors.ts";
import type { IncidentId, UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { aliasesOf } from "./plan.ts";
import { refreshRun } from "./playbook.ts";
import type { App, Cause } from "./ports.ts";
import { nothing, recordIncident } from "./record-incident.ts";
import { type Duty, findDuty, reminderOf } from "./reminder-duty.ts";
import type { Reminder } from "./reminder-state.ts";

/** Longer than that, and it is not put off but forgotten. */
export const SNOOZE_MS_MAX = 3_600_000;

/** Puts a reminder off. It is said again by then at the latest, unless what it is about is done. */
export async function snoozeReminder(
  app: App,
  cause: Cause,
  { incident, reminder: id, forMs }: { incident: IncidentId; reminder: string; forMs: number },
): Promise<Incident> {
  if (forMs > SNOOZE_MS_MAX) {
    throw new UserError(
      "snooze_too_long",
      `${sayMs(forMs)} is too long: a reminder is put off by an hour at most.`,
      "Put it off by an hour, and again then.",
      { incident, reminder: id },
    );
  }
  return recordIncident(app, cause, incident, (state) => {
    const { reminder } = outstanding(app, state, id);
    const until = new Date(app.clock.now().getTime() + forMs).toISOString();
    if (reminder.snoozed?.until === until) return nothing;
    return { events: [{ kind: "reminder.snoozed", reminder: id, until }], effects: [] };
  });
}

/** "I take it": whoever says so hears of it from now on, and a playbook's step is theirs. */
export async function takeReminder(
  app: App,
  cause: Cause,
  { incident, reminder: id, user }: { incident: IncidentId; reminder: string; user: UserRef },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const { duty, reminder } = outstanding(app, state, id);
    if (duty.kind === "roles") throw sayWhichRole(duty, incident);
    const accounts = aliasesOf(app.plan(), user);
    const isMine = duty.kind === "step" ? duty.step.assignee : reminder.taken?.user;
    if (isMine !== undefined && accounts.includes(isMine)) return nothing;
    const taken = { kind: "reminder.taken" as const, reminder: id, user };
    if (duty.kind === "update") return { events: [taken], effects: [] };
    const at = { run: duty.run.id, step: duty.step.step.id };
    return {
      events: [taken, { kind: "playbook.step_assigned", ...at, user }],
      effects: refreshRun(incident, duty.run.id),
    };
  });
}

/** What the reminder is about, where it still is: a press on what is done by now changes nothing, and is told so. */
function outstanding(app: App, state: Incident, id: string): { duty: Duty; reminder: Reminder } {
  const duty = findDuty(state, app.plan(), id);
  const reminder = duty && reminderOf(state, duty);
  if (duty !== undefined && reminder !== undefined) return { duty, reminder };
  throw new UserError(
    "nothing_is_due",
    "That is done by now, or not due yet: nobody is reminded of it.",
    `Run \`/incident status ${state.id}\` to see what is due.`,
    { incident: state.id, reminder: id },
  );
}

function sayWhichRole({ roles }: Extract<Duty, { kind: "roles" }>, incident: IncidentId): UserError {
  return new UserError(
    "which_role",
    `Nobody is ${roles.join(", or ")} yet.`,
    `Say which one you take, such as \`/incident claim ${roles[0]?.replaceAll(" ", "-")}\`.`,
    { incident },
  );
}
