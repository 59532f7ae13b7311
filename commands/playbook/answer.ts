import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { answerStep } from "../../src/core/playbook.ts";
import { incidentField, runField, stepField, words } from "../fields.ts";

/** A button bears the answer's number: words would not fit into it. */
export const answer = defineCommand({
  name: "playbook answer",
  summary: "Answer the current step's question",
  title: "Answer the question",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: runField,
    step: stepField,
    answer: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .meta({ description: "The answer's number, or its words", placeholder: "1" }),
    note: words("Why").optional().meta({ description: "Why", rest: true }),
  }),
  async handler(input, { app, cause }) {
    await answerStep(app, cause, input);
    return {};
  },
});
