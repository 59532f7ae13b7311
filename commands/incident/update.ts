import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { postUpdate } from "../../src/core/incident-ops.ts";
import { incidentField, words } from "../fields.ts";

/** Goes to #security-alerts too: say where it stands, never how it is done. */
export const update = defineCommand({
  name: "incident update",
  summary: "Tell everybody where it stands",
  title: "Post an update",
  access: "responder",
  input: z.object({
    incident: incidentField,
    text: words("Where it stands; never the vulnerability", { max: 1000, widget: "paragraph" }),
  }),
  async handler(input, { app, cause }) {
    await postUpdate(app, cause, input);
    return {};
  },
});
