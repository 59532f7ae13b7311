import { z } from "zod";
import { riskCard } from "../../src/chat/cards/risk-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { RiskId } from "../../src/core/ids.ts";
import { riskLevels, riskStatuses } from "../../src/core/plan-response.ts";
import { updateRisk } from "../../src/core/risk.ts";
import { mitigationField, ownerField, roomField, words } from "../fields.ts";

/** What is left empty stays as it is. In an incident's room it is a risk that this incident touched. */
export const update = defineCommand({
  name: "risk update",
  summary: "Say what has changed about a risk",
  title: "Update a risk",
  submit: "Save",
  access: "responder",
  input: z.object({
    risk: RiskId.meta({ description: "Risk, such as RISK-0005", from: "risk" }),
    status: z.enum(riskStatuses).optional().meta({ description: "Status; as it is if left empty" }),
    note: words("What is new").optional().meta({ description: "What is new", rest: true }),
    mitigation: mitigationField,
    owner: ownerField,
    likelihood: z.enum(riskLevels).optional().meta({ description: "Likelihood" }),
    impact: z.enum(riskLevels).optional().meta({ description: "Impact" }),
    title: z
      .string()
      .trim()
      .min(1)
      .max(200, "Write 200 characters at most.")
      .optional()
      .meta({ description: "What can go wrong" }),
    incident: roomField,
  }),
  async handler(input, { app, cause }) {
    return { view: riskCard(await updateRisk(app, cause, input), app.plan()) };
  },
});
