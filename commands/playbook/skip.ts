import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { skipStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField, words } from "../fields.ts";

/** A step left out is a decision: the postmortem says who made it and why. */
export const skip = defineCommand({
  name: "playbook skip",
  summary: "Leave the current step out, and say why",
  title: "Skip this step",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    reason: words("Why it is left out"),
  }),
  async handler(input, { app, cause }) {
    await skipStep(app, cause, input);
    return {};
  },
});
