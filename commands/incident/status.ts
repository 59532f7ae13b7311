import { z } from "zod";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { changeStatus } from "../../src/core/incident-ops.ts";
import { getIncident } from "../../src/core/record-incident.ts";
import { incidentField, words } from "../fields.ts";

export const status = defineCommand({
  name: "incident status",
  summary: "See where it stands, or say that the bleeding stopped",
  title: "Change the status",
  access: "responder",
  input: z.object({
    incident: incidentField,
    status: z.enum(["active", "mitigated"]).optional().meta({ description: "New status" }),
    reason: words("Why").optional().meta({ description: "Why", rest: true }),
  }),
  async handler({ incident, status, reason }, { app, cause }) {
    const state =
      status === undefined
        ? await getIncident(app, incident)
        : await changeStatus(app, cause, { incident, status, reason });
    return { view: incidentCard(app, state) };
  },
});
