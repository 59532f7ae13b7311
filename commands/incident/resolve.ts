import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { resolveIncident } from "../../src/core/incident-ops.ts";
import { incidentField, words } from "../fields.ts";

export const resolve = defineCommand({
  name: "incident resolve",
  summary: "The cause is fixed: resolve, and export the timeline",
  title: "Resolve the incident",
  access: "responder",
  input: z.object({
    incident: incidentField,
    summary: words("What happened and what was done, in two sentences", { widget: "paragraph" }),
  }),
  async handler(input, { app, cause }) {
    await resolveIncident(app, cause, input);
    return {};
  },
  unchanged: ({ incident }) =>
    `${incident} is resolved already. Add to it with /incident note; if it is not over, run /incident reopen.`,
});
