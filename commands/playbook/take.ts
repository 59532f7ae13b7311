import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { assignStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField } from "../fields.ts";

export const take = defineCommand({
  name: "playbook take",
  summary: "Take the current step yourself",
  access: "responder",
  input: z.object({ incident: incidentField, run: runField, step: stepField }),
  async handler(input, { app, cause, actor }) {
    await assignStep(app, cause, { ...input, user: actor.user });
    return {};
  },
});
