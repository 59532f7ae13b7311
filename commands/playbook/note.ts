import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { noteStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField, words } from "../fields.ts";

export const note = defineCommand({
  name: "playbook note",
  summary: "Write something down at the current step",
  title: "Note at this step",
  submit: "Add it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    text: words("Note", { widget: "paragraph" }),
  }),
  async handler(input, { app, cause }) {
    await noteStep(app, cause, input);
    return {};
  },
});
