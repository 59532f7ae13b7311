import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { completeStep, evidenceWantedAt } from "../../src/core/playbook.ts";
import { readEvidence, wantedEvidence } from "../../src/core/playbook-evidence.ts";
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
    evidence: z
      .string()
      .trim()
      .max(2000)
      .optional()
      .meta({ description: "Link, transaction hash or file's link", placeholder: "https://… or 0x…", given: true }),
  }),
  /** What the step asks for is asked for in a form, and not refused afterwards. */
  async asks(at, { app }) {
    const wanted = await evidenceWantedAt(app, at);
    if (wanted === undefined) return undefined;
    const field = wanted === "note" ? "note" : "evidence";
    // Either field will do for words: who gave the other has given them.
    if (wanted === "note" && at.evidence !== undefined) return undefined;
    const { wanted: words } = wantedEvidence[wanted];
    const given = at[field];
    const mistake = given !== undefined && readEvidence(wanted, given) === undefined ? words : undefined;
    return { field, required: given === undefined, intro: `This step asks for: ${words}`, ...(mistake && { mistake }) };
  },
  async handler(input, { app, cause }) {
    await completeStep(app, cause, input);
    return {};
  },
});
