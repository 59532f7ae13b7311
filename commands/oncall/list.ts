import { z } from "zod";
import { onCallCard } from "../../src/chat/cards/oncall-card.ts";
import { defineCommand } from "../../src/chat/command.ts";

export const list = defineCommand({
  name: "oncall list",
  summary: "Who is on call, until when, who is next",
  title: "Who is on call?",
  access: "responder",
  input: z.object({}),
  handler(_, { app }) {
    return { view: onCallCard(app.plan(), app.clock.now()) };
  },
});
