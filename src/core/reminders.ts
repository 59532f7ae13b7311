import type { Effect } from "./effects.ts";
import type { Incident } from "./incident.ts";
import { nothing } from "./nothing.ts";
import type { LoadedPlan } from "./plan.ts";
import { refreshRun } from "./playbook-go-on.ts";
import { againAfterMs, type Duty, dutiesOf, findDuty, holderOf, reminderOf, whoHears } from "./reminder-duty.ts";
import type { Reminder } from "./reminder-state.ts";
import { endOf, type Timer, type TimerKind } from "./timers.ts";

/** What is overdue, and who is told: the next update, roles that nobody holds, a playbook's step. */
export const reminderTimers: TimerKind = {
  name: "remind",
  timersOf: (incident, plan) => dutiesOf(incident, plan).map((duty) => timerOf(incident, duty)),
  fire(incident, plan, { id }, now) {
    const duty = findDuty(incident, plan, id.slice(PREFIX.length));
    if (duty === undefined) return nothing;
    const stage = (reminderOf(incident, duty)?.stage ?? 0) + 1;
    const users = whoHears(duty, { stage, incident, plan, now });
    // Showing it is owed as all that it shows is, by `remindersOwed`; the run's own card says from now on that it is overdue.
    const effects = duty.kind === "step" ? refreshRun(incident.id, duty.run.id) : [];
    return { events: [{ kind: "reminder.sent", reminder: duty.id, stage, users, since: duty.since }], effects };
  },
};

const PREFIX = "remind/";

/** When it is said next. Somebody's snooze only ever puts it off. */
function timerOf(incident: Incident, duty: Duty): Timer {
  const id = `${PREFIX}${duty.id}`;
  const reminder = reminderOf(incident, duty);
  if (reminder === undefined) return { id, since: duty.since, afterMs: duty.afterMs };
  const next = { id, since: reminder.waitsFrom, afterMs: againAfterMs(duty, reminder.stage) };
  if (reminder.snoozed === undefined) return next;
  const { at, until } = reminder.snoozed;
  const put = { id, since: at, afterMs: Date.parse(until) - Date.parse(at) };
  return endOf(put) > endOf(next) ? put : next;
}

/**
 * What the reminders in the rooms show has changed by a decision, or is settled: their messages are owed an edit, and so
 * is the card, which says what is overdue. Derived, so that none is forgotten when something is done by another way.
 */
export function remindersOwed(before: Incident | undefined, after: Incident, plan: LoadedPlan): Effect[] {
  if (after.reminders.length === 0) return [];
  const [was, is] = [before === undefined ? new Map() : shownOf(before, plan), shownOf(after, plan)];
  const changed = after.reminders.filter(({ id }) => was.get(id) !== is.get(id));
  if (changed.length === 0) return [];
  return [
    ...changed.map(({ id }): Effect => ({ kind: "show_reminder", incident: after.id, reminder: id })),
    { kind: "refresh_card", incident: after.id },
  ];
}

/** All that each reminder's message depends on, as one text to compare, by its id. */
function shownOf(incident: Incident, plan: LoadedPlan): Map<string, string> {
  const duties = new Map(dutiesOf(incident, plan).map((duty) => [duty.id, duty]));
  return new Map(
    incident.reminders.map((reminder) => [reminder.id, shown(incident, reminder, duties.get(reminder.id))]),
  );
}

function shown(incident: Incident, reminder: Reminder, duty: Duty | undefined): string {
  if (duty === undefined || reminder.since !== duty.since) return `settled ${reminder.said}`;
  const { said, snoozed, taken } = reminder;
  const about = duty.kind === "roles" ? duty.roles : holderOf(duty, incident);
  return JSON.stringify([said, snoozed, taken, about]);
}
