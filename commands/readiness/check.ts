import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readinessAnswer } from "../../src/chat/cards/readiness-card.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { checkReadiness } from "../../src/core/check-readiness.ts";
import { UserError } from "../../src/core/errors.ts";
import { planName } from "../fields.ts";

/** Between a look that has news and the one that confirms it. */
const CONFIRM_MS = 1_000;

/** Proves now, without a key, that every pause would work; or says the first reason why one would not. */
export const check = defineCommand({
  name: "readiness check",
  summary: "Prove now that every pause would work",
  title: "Is everything ready?",
  access: "responder",
  soon: "Trying every pause on the chain, without a key and without sending anything. The board in the alerts channel follows.",
  input: z.object({
    intervention: planName()
      .optional()
      .meta({ description: "Which pause; all of them if left out", choices: "interventions", rest: true }),
  }),
  async handler({ intervention }, { app, cause }) {
    const known = Object.keys(app.plan().interventions);
    if (intervention !== undefined && !known.includes(intervention)) {
      throw new UserError(
        "unknown_intervention",
        `There is no intervention "${intervention}" in the response plan.`,
        `Choose one of: ${known.join(", ")}.`,
        { intervention },
      );
    }
    const { board } = await checkReadiness(app, cause, "asked", { confirm: () => sleep(CONFIRM_MS) });
    return { view: readinessAnswer(board, { only: intervention }) };
  },
});
