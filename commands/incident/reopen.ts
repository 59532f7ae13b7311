import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { reopenIncident } from "../../src/core/incident-ops.ts";
import { incidentField, words } from "../fields.ts";

export const reopen = defineCommand({
  name: "incident reopen",
  summary: "It is not over after all",
  title: "Reopen the incident",
  access: "responder",
  input: z.object({ incident: incidentField, reason: words("Why") }),
  async handler(input, { app, cause }) {
    await reopenIncident(app, cause, input);
    return {};
  },
  unchanged: ({ incident }) => `${incident} is open: there is nothing to reopen.`,
});
