import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { addNote } from "../../src/core/incident-ops.ts";
import { incidentField, words } from "../fields.ts";

export const note = defineCommand({
  name: "incident note",
  summary: "Put a note on the timeline",
  title: "Add a note",
  submit: "Add it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    text: words("What happened, or what was decided", { widget: "paragraph" }),
    action: z.boolean().default(false).meta({ description: "Action item", hint: "Something to do after the incident" }),
  }),
  async handler(input, { app, cause }) {
    await addNote(app, cause, input);
    return {};
  },
});
