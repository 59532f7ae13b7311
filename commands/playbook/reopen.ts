import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { RunId } from "../../src/core/ids.ts";
import { reopenStep, runOfStep } from "../../src/core/playbook.ts";
import { incidentField, words } from "../fields.ts";

/** Something was done too early, or an answer was wrong: the timeline says who said so and why. */
export const reopen = defineCommand({
  name: "playbook reopen",
  summary: "Do a step again that is behind us",
  title: "Reopen a step",
  access: "responder",
  input: z.object({
    incident: incidentField,
    run: RunId.optional().meta({ description: "Playbook run, such as R-0003", from: "run" }),
    step: z
      .string()
      .trim()
      .regex(/^(?:[Rr]-\d+\/)?[a-z0-9][a-z0-9-]{0,39}$/, "A step is named by its id, such as confirm-it.")
      .meta({ description: "Which step", choices: "steps behind" }),
    reason: words("Why it is to be done again"),
  }),
  async handler({ incident, run, step, reason }, { app, cause }) {
    await reopenStep(app, cause, { ...(await runOfStep(app, { incident, run, step })), reason });
    return {};
  },
});
