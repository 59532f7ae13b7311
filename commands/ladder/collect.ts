import { z } from "zod";
import { collectCard } from "../../src/chat/cards/ladder-ask-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { layLadder, RUNGS_MAX } from "../../src/core/ladder.ts";
import { interventionField } from "../fields.ts";

const WANTED = `Write a number from 1 to ${RUNGS_MAX}.`;

/**
 * Asks the owners to sign the next pauses in peace time. The signatures are taken in on the page alone: in a chat they
 * would lie in other people's logs.
 */
export const collect = defineCommand({
  name: "ladder collect",
  summary: "Have owners sign the next pauses ahead of time",
  title: "Sign ahead of time",
  access: "responder",
  input: z.object({
    intervention: interventionField,
    count: z
      .string()
      .trim()
      .regex(/^\d{1,3}$/, WANTED)
      .refine((text) => Number(text) >= 1 && Number(text) <= RUNGS_MAX, WANTED)
      .default("5")
      .meta({ description: "For how many nonces", suggested: "5" }),
  }),
  async handler({ intervention, count }, { app, cause }) {
    const set = await layLadder(app, cause, { intervention, count: Number(count) });
    return { view: collectCard(set, { links: app.links }) };
  },
});
