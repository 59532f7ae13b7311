import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { postUpdate } from "../../src/core/incident-ops.ts";
import { UPDATE_LENGTH_MAX } from "../../src/core/message-template.ts";
import { incidentField, words } from "../fields.ts";

/** Goes to #security-alerts too: say where it stands, never how it is done. */
export const update = defineCommand({
  name: "incident update",
  summary: "Tell everybody where it stands",
  title: "Post an update",
  submit: "Post it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    text: words("Where it stands; never the vulnerability", { max: UPDATE_LENGTH_MAX, widget: "paragraph" }).meta({
      draftFrom: "draft",
    }),
    draft: z
      .string()
      .trim()
      .max(60)
      .regex(/^[\w/-]+$/, "Name a prepared message, such as first-statement.")
      .optional()
      .meta({ description: "Prepared message to start from", choices: "drafts", given: true }),
  }),
  async handler({ incident, text }, { app, cause }) {
    await postUpdate(app, cause, { incident, text });
    return {};
  },
});
