import type { App } from "./ports.ts";
import { recordIncident, refreshAll } from "./record-incident.ts";
import { dutiesOf, reminderOf } from "./reminder-duty.ts";
import { oweTimers } from "./timers.ts";

/** Another plan is in force: what it calls for in time it calls for now, and what stands in the rooms shows it. */
export async function planTaken(app: App): Promise<void> {
  await oweTimers(app);
  for (const { id, status } of await app.journal.incidents()) {
    if (status === "closed") continue;
    await recordIncident(app, { by: "allstop" }, id, (incident) => {
      const pages = incident.pages.filter(({ ended }) => ended === undefined);
      const reminders = dutiesOf(incident, app.plan()).flatMap((duty) => reminderOf(incident, duty) ?? []);
      return {
        events: [],
        effects: [
          ...refreshAll(id),
          ...pages.map(({ page }) => ({ kind: "show_page" as const, incident: id, page })),
          ...incident.runs.map(({ id: run }) => ({ kind: "refresh_playbook" as const, incident: id, run })),
          ...reminders.map(({ id: reminder }) => ({ kind: "show_reminder" as const, incident: id, reminder })),
        ],
      };
    });
  }
}
