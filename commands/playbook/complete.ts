import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { completeStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField, words } from "../fields.ts";

export const complete = defineCommand({
  name: "playbook complete",
  summary: "The current step is done",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    note: words("What came of it").optional().meta({ description: "What came of it", rest: true }),
  }),
  async handler(input, { app, cause }) {
    await completeStep(app, cause, input);
    return {};
  },
});
