import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { UserRef } from "../../src/core/ids.ts";
import { assignStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField } from "../fields.ts";

export const assign = defineCommand({
  name: "playbook assign",
  summary: "Give the current step to somebody",
  title: "Assign this step",
  submit: "Give it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    user: UserRef.meta({ description: "Who", widget: "person" }),
  }),
  async handler(input, { app, cause }) {
    await assignStep(app, cause, input);
    return {};
  },
});
