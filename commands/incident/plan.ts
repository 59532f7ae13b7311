import { z } from "zod";
import { partWith, planCard, planPartCard, planParts } from "../../src/chat/cards/plan-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { pageField, planName } from "../fields.ts";

export const plan = defineCommand({
  name: "incident plan",
  summary: "Read the response plan",
  access: "responder",
  input: z.object({
    part: z.enum(planParts).optional().meta({ description: "Only this part" }),
    name: planName().optional().meta({ description: "Only this one of it, such as pause-vault", rest: true }),
    page: pageField,
  }),
  handler({ part, name, page }, { app }) {
    const now = app.clock.now();
    // A name alone is enough, and most often that of a pause.
    const of = part ?? (name === undefined ? undefined : (partWith(app.plan(), name) ?? "interventions"));
    if (of === undefined) return { view: planCard(app.plan(), now) };
    return { view: planPartCard(app.plan(), { part: of, name, now, ...(page && { page: Number(page) }) }) };
  },
});
