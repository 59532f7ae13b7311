import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { evidenceStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField, words } from "../fields.ts";

export const evidence = defineCommand({
  name: "playbook evidence",
  summary: "Hand something in at the current step",
  title: "Hand in evidence",
  submit: "Hand it in",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    evidence: words("A link, a transaction hash, or words", { placeholder: "https://… or 0x…" }),
  }),
  async handler(input, { app, cause }) {
    await evidenceStep(app, cause, input);
    return {};
  },
});
