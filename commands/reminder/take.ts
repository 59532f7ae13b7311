import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { takeReminder } from "../../src/core/reminder-ops.ts";
import { incidentField, reminderField } from "../fields.ts";

/** "I take it", on a reminder: it is theirs from now on, and they are the one who hears of it first. */
export const take = defineCommand({
  name: "reminder take",
  summary: "Take over what a reminder is about",
  access: "responder",
  input: z.object({ incident: incidentField, of: reminderField }),
  async handler({ incident, of }, { app, actor, cause }) {
    await takeReminder(app, cause, { incident, reminder: of, user: actor.user });
    return {};
  },
});
