import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { Role } from "../../src/core/plan.ts";
import { declineRole } from "../../src/core/role-ops.ts";
import { incidentField, words } from "../fields.ts";

export const decline = defineCommand({
  name: "incident decline",
  summary: "Decline a role that is offered to you",
  title: "Decline a role",
  access: "anyone",
  input: z.object({
    incident: incidentField,
    role: Role.optional().meta({ description: "Role" }),
    reason: words("Why", { max: 300 }).optional().meta({ description: "Why", rest: true }),
  }),
  async handler(input, { app, cause }) {
    await declineRole(app, cause, input);
    return {};
  },
});
