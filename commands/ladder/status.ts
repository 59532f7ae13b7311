import { z } from "zod";
import { ladderCard } from "../../src/chat/cards/ladder-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { kindOf } from "../../src/core/intervention.ts";

export const status = defineCommand({
  name: "ladder status",
  summary: "See which pauses are signed ahead of time",
  title: "The ladder",
  access: "responder",
  input: z.object({}),
  async handler(_, { app }) {
    const around = {
      store: app.ladder,
      links: app.links,
      roster: await app.journal.state("roster"),
      plan: app.plan(),
      now: app.clock.now(),
    };
    const pauses = Object.entries(app.plan().interventions).filter(([, one]) => kindOf(one) === "pause");
    const keys = pauses.map(([key]) => key);
    return { view: ladderCard(await app.journal.state("ladder"), around, keys) };
  },
});
