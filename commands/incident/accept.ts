import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { Role } from "../../src/core/plan.ts";
import { acceptRole } from "../../src/core/role-ops.ts";
import { incidentField } from "../fields.ts";

/** Whoever was offered a role may take it, in the plan or not: somebody of the plan asked them. */
export const accept = defineCommand({
  name: "incident accept",
  summary: "Accept a role that is offered to you",
  title: "Accept a role",
  access: "anyone",
  input: z.object({ incident: incidentField, role: Role.optional().meta({ description: "Role" }) }),
  async handler(input, { app, cause }) {
    await acceptRole(app, cause, input);
    return {};
  },
  unchanged: () => "You have it already.",
});
