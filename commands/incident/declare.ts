import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { platformOf } from "../../src/core/ids.ts";
import { roomOn } from "../../src/core/incident.ts";
import { declareIncident } from "../../src/core/incident-ops.ts";
import { Severity } from "../../src/core/plan.ts";
import { planName, words } from "../fields.ts";

/** Anyone may raise the alarm: a false one costs an hour, a missing one the protocol. */
export const declare = defineCommand({
  name: "incident declare",
  summary: "Declare an incident",
  access: "anyone",
  input: z.object({
    severity: Severity.meta({
      description: "Severity",
      hint: "When unsure, the higher.",
      suggested: "critical",
      choices: "severities",
    }),
    title: words("What is happening", { max: 200, placeholder: "Vault-USDC is being drained" }),
    kind: planName()
      .optional()
      .meta({ description: "Kind, if one fits", hint: "Its playbook is offered first.", choices: "kinds" }),
    description: z
      .string()
      .trim()
      .max(2000)
      .optional()
      .meta({ description: "What is known so far", widget: "paragraph" }),
    drill: z.boolean().default(false).meta({ description: "Drill", hint: "This is a drill" }),
  }),
  async handler({ kind: playbook, ...input }, { app, actor, cause, where }) {
    const incident = await declareIncident(app, cause, { ...input, ...(playbook && { playbook }), origin: where });
    const room = roomOn(incident, platformOf(actor.user));
    return {
      view: {
        tone: "info",
        title: `${incident.id} is declared`,
        body: [
          {
            kind: "text",
            text:
              room === undefined
                ? "Its private room is being opened; you are invited, with everybody on call."
                : ["Its room: ", room],
          },
        ],
        buttons: [],
      },
    };
  },
});
