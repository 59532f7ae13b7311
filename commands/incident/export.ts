import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { requestExport } from "../../src/core/incident-ops.ts";
import { incidentField } from "../fields.ts";

export const exportTimeline = defineCommand({
  name: "incident export",
  summary: "Put the timeline into the room, as Markdown and JSON",
  title: "Export the timeline",
  access: "responder",
  input: z.object({ incident: incidentField }),
  async handler({ incident }, { app, cause }) {
    await requestExport(app, cause, incident);
    return {
      view: {
        tone: "info",
        title: `Exporting ${incident}`,
        body: [{ kind: "text", text: "The two files appear in the incident's room." }],
        buttons: [],
      },
    };
  },
});
