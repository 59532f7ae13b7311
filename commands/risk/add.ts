import { z } from "zod";
import { riskCard } from "../../src/chat/cards/risk-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { riskLevels, riskStatuses } from "../../src/core/plan-response.ts";
import { addRisk } from "../../src/core/risk.ts";
import { mitigationField, ownerField, roomField, words } from "../fields.ts";

/** In an incident's room it is a risk that this incident taught. */
export const add = defineCommand({
  name: "risk add",
  summary: "Put a risk into the register",
  title: "Add a risk",
  submit: "Add it",
  access: "responder",
  input: z.object({
    likelihood: z.enum(riskLevels).meta({ description: "Likelihood" }),
    impact: z.enum(riskLevels).meta({ description: "Impact" }),
    title: words("What can go wrong", { max: 200, placeholder: "The oracle stalls, and loans can't be liquidated" }),
    mitigation: mitigationField,
    owner: ownerField,
    status: z.enum(riskStatuses).default("open").meta({ description: "Status" }),
    incident: roomField,
  }),
  async handler(input, { app, cause }) {
    return { view: riskCard(await addRisk(app, cause, input), app.plan()) };
  },
});
