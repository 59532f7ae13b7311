import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { msOf } from "../../src/core/duration.ts";
import { snoozeReminder } from "../../src/core/reminder-ops.ts";
import { incidentField, reminderField } from "../fields.ts";

/** The button on a reminder. It puts it off for everybody, and says so on it. */
export const snooze = defineCommand({
  name: "reminder snooze",
  summary: "Put a reminder off",
  access: "responder",
  input: z.object({
    incident: incidentField,
    of: reminderField,
    for: z.enum(["10m", "20m", "30m", "60m"]).meta({
      description: "For how long",
      hint: "For everybody. It is said again then, unless it is done.",
    }),
  }),
  async handler({ incident, of, for: length }, { app, cause }) {
    await snoozeReminder(app, cause, { incident, reminder: of, forMs: msOf(length) });
    return {};
  },
});
