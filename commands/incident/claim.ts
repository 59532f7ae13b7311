import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { Role } from "../../src/core/plan.ts";
import { claimRole } from "../../src/core/role-ops.ts";
import { incidentField } from "../fields.ts";

/** "I take it": what nobody holds. What somebody holds is handed off by them, or taken over by `/incident assign`. */
export const claim = defineCommand({
  name: "incident claim",
  summary: "Take a role that nobody holds",
  title: "Take a role",
  submit: "Take it",
  access: "responder",
  input: z.object({ incident: incidentField, role: Role.meta({ description: "Role" }) }),
  async handler(input, { app, cause }) {
    await claimRole(app, cause, input);
    return {};
  },
  unchanged: ({ role }) => `You are ${role} already.`,
});
