import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { changeSeverity } from "../../src/core/incident-ops.ts";
import { Severity } from "../../src/core/plan.ts";
import { incidentField, words } from "../fields.ts";

export const severity = defineCommand({
  name: "incident severity",
  summary: "Change how bad it is",
  submit: "Change it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    severity: Severity.meta({ description: "Severity", hint: "When unsure, the higher.", choices: "severities" }),
    reason: words("Why").optional().meta({ description: "Why", rest: true }),
  }),
  async handler(input, { app, cause }) {
    await changeSeverity(app, cause, input);
    return {};
  },
  unchanged: ({ severity }) => `It is ${severity.toUpperCase()} already.`,
});
