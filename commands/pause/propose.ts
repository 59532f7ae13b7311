import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { proposePause } from "../../src/core/pause.ts";
import { incidentField, words } from "../fields.ts";

/** Names an intervention of the response plan. Addresses and calldata come from the plan alone, never from chat. */
export const propose = defineCommand({
  name: "pause propose",
  summary: "Propose a pause that the response plan names",
  title: "Propose a pause",
  access: "responder",
  input: z.object({
    incident: incidentField,
    intervention: z
      .string()
      .trim()
      .toLowerCase()
      .min(1)
      .meta({ description: "What to pause", choices: "interventions" }),
    reason: words("Why now").optional().meta({ description: "Why now: what was seen", rest: true }),
  }),
  async handler(input, { app, cause }) {
    const pause = await proposePause(app, cause, input);
    return {
      view: {
        tone: "info",
        title: `${pause.id} is proposed`,
        body: [{ kind: "text", text: "Its card is in the room; the owners who are linked have been asked directly." }],
        buttons: [],
      },
    };
  },
});
