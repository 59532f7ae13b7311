import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { Place, UserRef } from "../../src/core/ids.ts";
import { captureMessage } from "../../src/core/incident-ops.ts";
import { incidentField } from "../fields.ts";

/** The message shortcut *Add to timeline*: the message's own words, author and time, thread replies included. */
export const capture = defineCommand({
  name: "message capture",
  summary: "Add to timeline",
  access: "responder",
  input: z.object({
    incident: incidentField,
    message: Place.meta({ description: "The message" }),
    author: UserRef.optional().meta({ description: "Who wrote it" }),
    text: z.string().optional().meta({ description: "Its text" }),
    at: z.iso.datetime().meta({ description: "When it was written" }),
    permalink: z.string().optional().meta({ description: "Link to it" }),
  }),
  async handler({ incident, ...captured }, { app, cause }) {
    await captureMessage(app, cause, { incident, captured, via: "shortcut" });
    return {};
  },
});
