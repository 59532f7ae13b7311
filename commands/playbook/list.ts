import { z } from "zod";
import { playbookListCard } from "../../src/chat/cards/playbook-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { streamOf } from "../../src/core/record-incident.ts";

export const list = defineCommand({
  name: "playbook list",
  summary: "See the playbooks, and what is running",
  access: "responder",
  input: z.object({}),
  async handler(_, { app, incident }) {
    const state = incident === undefined ? undefined : await app.journal.state(streamOf(incident));
    return { view: playbookListCard(app, state) };
  },
});
