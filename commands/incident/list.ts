import { z } from "zod";
import { homeCard } from "../../src/chat/cards/home.ts";
import { defineCommand } from "../../src/chat/command.ts";

export const list = defineCommand({
  name: "incident list",
  summary: "What is open, who leads, what is due",
  access: "responder",
  input: z.object({
    all: z.boolean().default(false).meta({ description: "All", hint: "Also those that are over" }),
  }),
  async handler({ all }, { app, actor }) {
    return { view: homeCard(app.plan(), await app.journal.incidents(), actor.user, { all, now: app.clock.now() }) };
  },
});
