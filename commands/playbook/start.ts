import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { startPlaybook } from "../../src/core/playbook.ts";
import { incidentField } from "../fields.ts";

export const start = defineCommand({
  name: "playbook start",
  summary: "Walk a playbook, step by step",
  title: "Start a playbook",
  access: "responder",
  input: z.object({
    incident: incidentField,
    playbook: z.string().trim().toLowerCase().min(1).meta({ description: "Playbook", choices: "playbooks" }),
  }),
  async handler(input, { app, cause }) {
    await startPlaybook(app, cause, input);
    return {};
  },
  unchanged: ({ incident, playbook }) =>
    `${playbook} is being walked already: see its card in the room of ${incident}.`,
});
