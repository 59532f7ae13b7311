import { z } from "zod";
import { notifiedCard } from "../../src/chat/cards/contacts-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { NOTICE_LENGTH_MAX, notifyContact } from "../../src/core/contacts.ts";
import { incidentField, words } from "../fields.ts";

/** Writes down that somebody outside is told, and gives the words to copy. A person sends them: Allstop does not. */
export const notify = defineCommand({
  name: "incident notify",
  summary: "Tell somebody outside, with prepared words",
  title: "Tell somebody outside",
  submit: "Write it down",
  access: "responder",
  input: z.object({
    incident: incidentField,
    contact: z.string().trim().toLowerCase().min(1).max(60).meta({ description: "To whom", choices: "contacts" }),
    text: words("What you tell them; never the cause", { max: NOTICE_LENGTH_MAX, widget: "paragraph" }).meta({
      draftFrom: "contact",
    }),
  }),
  async handler({ incident, contact, text }, { app, cause }) {
    const { told, before } = await notifyContact(app, cause, { incident, contact, text });
    return { view: notifiedCard(told, text, before) };
  },
});
