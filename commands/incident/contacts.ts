import { z } from "zod";
import { contactsCard } from "../../src/chat/cards/contacts-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { IncidentId } from "../../src/core/ids.ts";
import { dependencyKinds } from "../../src/core/plan-response.ts";
import { getIncident } from "../../src/core/record-incident.ts";
import { pageField } from "../fields.ts";

export const contacts = defineCommand({
  name: "incident contacts",
  summary: "Whom we depend on, how to reach them, who was told",
  title: "Contacts",
  access: "responder",
  input: z.object({
    // In peace time it is read as well.
    incident: IncidentId.optional().meta({ description: "Incident, such as INC-0042", from: "incident" }),
    kind: z.enum(dependencyKinds).optional().meta({ description: "Only these, such as oracle" }),
    page: pageField,
  }),
  async handler({ incident, kind, page }, { app }) {
    const state = incident === undefined ? undefined : await getIncident(app, incident);
    return { view: contactsCard(app.plan(), { incident: state, kind, ...(page && { page: Number(page) }) }) };
  },
});
