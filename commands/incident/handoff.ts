import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { UserRef } from "../../src/core/ids.ts";
import { Role } from "../../src/core/plan.ts";
import { offerRole } from "../../src/core/role-ops.ts";
import { nameOf } from "../../src/core/roles.ts";
import { incidentField } from "../fields.ts";

/** Nobody is left without a commander by a hand-off: until the other one accepts, the giver holds the role. */
export const handoff = defineCommand({
  name: "incident handoff",
  summary: "Hand a role off: it is yours until they accept",
  title: "Hand a role off",
  submit: "Offer it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    role: Role.meta({ description: "Role" }),
    user: UserRef.meta({ description: "Who is to take it", widget: "person" }),
  }),
  async handler(input, { app, cause }) {
    await offerRole(app, cause, input);
    return {};
  },
  unchanged: ({ role, user }, { app }) => `${nameOf(app.plan(), user)} is ${role} already, or is being asked.`,
});
