import { z } from "zod";
import { riskCard, riskListCard } from "../../src/chat/cards/risk-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { UserError } from "../../src/core/errors.ts";
import { RiskId } from "../../src/core/ids.ts";
import { riskStatuses } from "../../src/core/plan-response.ts";
import { findRisk } from "../../src/core/risk.ts";

export const list = defineCommand({
  name: "risk list",
  summary: "See the risks that are known, or one of them in full",
  title: "Risks",
  access: "responder",
  input: z.object({
    risk: RiskId.optional().meta({ description: "One risk in full, such as RISK-0005", from: "risk" }),
    status: z.enum(riskStatuses).optional().meta({ description: "Only those that are" }),
    whose: z.enum(["mine", "all"]).default("all").meta({ description: "Whose" }),
    page: z
      .string()
      .trim()
      .regex(/^\d{1,4}$/, "Write a page's number, such as 2.")
      .default("1")
      .meta({ description: "Page" }),
  }),
  async handler({ risk, status, whose, page }, { app, actor }) {
    const register = await app.journal.state("risk-register");
    if (risk !== undefined) return { view: riskCard(findRisk(register, risk), app.plan()) };
    const owner = whose === "mine" ? actor.person?.key : undefined;
    if (whose === "mine" && owner === undefined) {
      throw new UserError(
        "not_in_plan",
        "Only people of the response plan own risks, and your account is not in it.",
        "Run `/risk list` to see them all.",
      );
    }
    return { view: riskListCard(register?.risks ?? [], app.plan(), { status, owner, page: Number(page) }) };
  },
});
