import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { lookNow } from "../../src/core/playbook-check.ts";
import { incidentField, runField, stepField } from "../fields.ts";

/** Allstop looks by itself all the time: this is for whoever can't wait for the next look. */
export const look = defineCommand({
  name: "playbook look",
  summary: "Look the current step up on the chain now",
  title: "Look at the chain now",
  access: "responder",
  soon: "Asking the chain.",
  input: z.object({ incident: incidentField, run: runField, step: stepField }),
  async handler(input, { app, cause }) {
    const { holds, means, detail } = await lookNow(app, cause, input);
    if (holds) return {};
    const text = detail === "" || detail === means ? means : detail;
    return { view: { tone: "warning", title: "Not yet", body: [{ kind: "text", text }], buttons: [] } };
  },
});
