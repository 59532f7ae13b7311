import { z } from "zod";
import { partWith, planCard, planPartCard, planParts } from "../../src/chat/cards/plan-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { NAME_LENGTH_MAX, TOO_LONG } from "../fields.ts";

export const plan = defineCommand({
  name: "incident plan",
  summary: "Read the response plan",
  access: "responder",
  input: z.object({
    part: z.enum(planParts).optional().meta({ description: "Only this part" }),
    name: z
      .string()
      .trim()
      .toLowerCase()
      .min(1)
      .max(NAME_LENGTH_MAX, TOO_LONG)
      .optional()
      .meta({ description: "Only this one of it, such as pause-vault", rest: true }),
    page: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,2}$/, "Pages are numbered 1, 2, 3.")
      .optional()
      .meta({ description: "Page", given: true }),
  }),
  handler({ part, name, page }, { app }) {
    const now = app.clock.now();
    // A name alone is enough, and most often that of a pause.
    const of = part ?? (name === undefined ? undefined : (partWith(app.plan(), name) ?? "interventions"));
    if (of === undefined) return { view: planCard(app.plan(), now) };
    return { view: planPartCard(app.plan(), { part: of, name, now, ...(page && { page: Number(page) }) }) };
  },
});
