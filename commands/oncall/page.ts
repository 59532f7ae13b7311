import { z } from "zod";
import { pagedCard } from "../../src/chat/cards/page-answer.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { pageByHand } from "../../src/core/paging-ops.ts";
import { incidentField, words } from "../fields.ts";

/** Calls people whatever the severity says: whoever asks for help does not have to argue for it. */
export const page = defineCommand({
  name: "oncall page",
  summary: "Call somebody now, level by level",
  title: "Call somebody",
  submit: "Call them",
  access: "responder",
  input: z.object({
    incident: incidentField,
    level: z
      .enum(["1", "2", "3"], "A level is 1, 2 or 3.")
      .optional()
      .meta({ description: "From which level on", hint: "The first, or the next one, if left out." }),
    reason: words("What they are needed for", { max: 300 }).optional().meta({
      description: "What they are needed for",
      rest: true,
    }),
  }),
  async handler({ incident, level, reason }, { app, cause }) {
    const state = await pageByHand(app, cause, {
      incident,
      ...(level !== undefined && { level: Number(level) }),
      ...(reason !== undefined && { reason }),
    });
    return { view: pagedCard(app.plan(), state) };
  },
});
