import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { agreeAtStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField } from "../fields.ts";

/** One person's word. It is a decision in chat, and worth nothing on a chain. */
export const agree = defineCommand({
  name: "playbook agree",
  summary: "Agree to go past the current step",
  access: "responder",
  input: z.object({ incident: incidentField, run: runField, step: stepField }),
  async handler(input, { app, cause, actor }) {
    await agreeAtStep(app, { ...cause, by: actor.user }, input);
    return {};
  },
});
