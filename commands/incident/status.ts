import { z } from "zod";
import { incidentCard } from "../../src/chat/cards/incident-card.ts";
import { statusWord } from "../../src/chat/cards/words.ts";
import { defineCommand } from "../../src/chat/command.ts";
import type { View } from "../../src/chat/view.ts";
import type { Incident } from "../../src/core/incident.ts";
import { changeStatus } from "../../src/core/incident-ops.ts";
import { getIncident } from "../../src/core/record-incident.ts";
import { incidentField, words } from "../fields.ts";

export const status = defineCommand({
  name: "incident status",
  summary: "See where it stands, or say that the bleeding stopped",
  title: "Change the status",
  submit: "Change it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    status: z.enum(["active", "mitigated"]).optional().meta({ description: "New status" }),
    reason: words("Why").optional().meta({ description: "Why", rest: true }),
  }),
  async handler({ incident, status, reason }, { app, cause }) {
    if (status === undefined) return { view: incidentCard(app, await getIncident(app, incident)) };
    return { view: changedCard(await changeStatus(app, cause, { incident, status, reason })) };
  },
});

/** The pinned card shows the rest: a second one, with buttons that grow old, would only stand in the way. */
function changedCard(incident: Incident): View {
  const text = "The pinned card and the alerts channel say so.";
  return {
    tone: "info",
    title: `${incident.id} is ${statusWord(incident)}`,
    body: [{ kind: "text", text }],
    buttons: [],
  };
}
