import { z } from "zod";
import { answeredCard } from "../../src/chat/cards/page-answer.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { UserRef } from "../../src/core/ids.ts";
import { answerPage } from "../../src/core/paging-ops.ts";
import { incidentField } from "../fields.ts";

/** One press, from wherever it rang: it stops every call of the incident. */
export const answer = defineCommand({
  name: "oncall answer",
  summary: "I'm on it: stop calling others",
  title: "I'm on it",
  submit: "I'm on it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    page: z
      .string()
      .trim()
      .regex(/^[1-9]\d{0,3}$/, "Calls of an incident are numbered 1, 2, 3.")
      .optional()
      .meta({ description: "Which call; the newest if left out" }),
    from: UserRef.optional().meta({ description: "From whom you take over", widget: "person" }),
  }),
  async handler({ incident, page, from }, { app, actor, cause }) {
    const which = page === undefined ? {} : { page: Number(page) };
    const state = await answerPage(app, cause, { incident, ...which, ...(from !== undefined && { from }) });
    return { view: answeredCard(app.plan(), state, { ...which, user: actor.user }) };
  },
});
