import { z } from "zod";
import { homeCard } from "../../src/chat/cards/home.ts";
import { defineCommand } from "../../src/chat/command.ts";

export const list = defineCommand({
  name: "incident list",
  summary: "What is open, who leads, what is due",
  access: "responder",
  input: z.object({
    all: z.boolean().default(false).meta({ description: "All", hint: "Also the resolved ones" }),
  }),
  async handler({ all }, { app, actor }) {
    return { view: homeCard(await app.journal.incidents(), actor.user, { all }) };
  },
});
