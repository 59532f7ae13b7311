import { z } from "zod";
import { burnedCard } from "../../src/chat/cards/ladder-ask-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { burnLadder } from "../../src/core/ladder.ts";
import { interventionField, words } from "../fields.ts";

/** Forgetting can't be taken back, so that it is typed, and not pressed. */
export const burn = defineCommand({
  name: "ladder burn",
  summary: "Forget the pauses that were signed ahead of time",
  title: "Burn the ladder",
  access: "responder",
  input: z.object({
    intervention: interventionField,
    confirm: z
      .string()
      .trim()
      .regex(/^burn$/i, "Type the word burn.")
      .meta({ description: "Type burn to forget them", placeholder: "burn" }),
    reason: words("Why").optional().meta({ description: "Why", rest: true }),
  }),
  async handler({ intervention, reason }, { app, cause }) {
    const { set, signatures } = await burnLadder(app, cause, { intervention, reason });
    return { view: burnedCard(set, signatures) };
  },
});
