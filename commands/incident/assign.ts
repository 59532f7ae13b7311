import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { UserRef } from "../../src/core/ids.ts";
import { Role } from "../../src/core/plan.ts";
import { assignRole } from "../../src/core/role-ops.ts";
import { nameOf } from "../../src/core/roles.ts";
import { incidentField } from "../fields.ts";

export const assign = defineCommand({
  name: "incident assign",
  summary: "Give somebody a role",
  submit: "Give it",
  access: "responder",
  input: z.object({
    incident: incidentField,
    role: Role.meta({ description: "Role" }),
    user: UserRef.meta({ description: "Who", widget: "person" }),
  }),
  async handler(input, { app, cause }) {
    await assignRole(app, cause, input);
    return {};
  },
  unchanged: ({ role, user }, { app }) => `${nameOf(app.plan(), user)} is ${role} already.`,
});
