import { z } from "zod";
import { notYetClosedCard } from "../../src/chat/cards/closing-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { closeIncident, isTaught, leftBeforeClosing } from "../../src/core/close.ts";
import { platformOf } from "../../src/core/ids.ts";
import { getIncident } from "../../src/core/record-incident.ts";
import { incidentField, words } from "../fields.ts";

/** The last thing that is said of an incident. Until then it asks what it taught us, and for the plan's checklist. */
export const close = defineCommand({
  name: "incident close",
  summary: "Everything that was owed afterwards is done: close it",
  title: "Close the incident",
  access: "responder",
  input: z.object({
    incident: incidentField,
    reason: words("Which risks did it teach us? None: say why", { max: 1000, widget: "paragraph" })
      .optional()
      .meta({ description: "Which risks did it teach us? None: say why", widget: "paragraph", rest: true }),
  }),
  async asks({ incident, reason }, { app }) {
    const state = await getIncident(app, incident);
    if (state.status === "closed" || isTaught(state)) return undefined;
    // A form that is filled in, and then refused for something else, was a minute for nothing.
    if (leftBeforeClosing(state, app.plan(), { noNewRisk: reason ?? "to be asked" }).length > 0) return undefined;
    const intro = `No risk is linked to ${incident} so far. If it taught us one, leave this form and press “Add a risk…”, or “Link a known risk…”.`;
    return { field: "reason", required: !state.drill, intro };
  },
  async handler({ incident, reason }, { app, actor, cause }) {
    const before = await getIncident(app, incident);
    if (before.status === "closed") {
      return { view: { tone: "info", title: `${incident} is closed already`, body: [], buttons: [] } };
    }
    const left = leftBeforeClosing(before, app.plan(), { noNewRisk: reason });
    if (left.length > 0) return { view: notYetClosedCard(app, before, left, platformOf(actor.user)), failed: true };
    await closeIncident(app, cause, { incident, noNewRisk: reason });
    return {};
  },
});
