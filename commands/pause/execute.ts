import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { executePause } from "../../src/core/pause.ts";
import { proposalField } from "../fields.ts";

export const execute = defineCommand({
  name: "pause execute",
  summary: "Send the pause to the chain",
  title: "Execute a pause",
  access: "responder",
  input: z.object({ proposal: proposalField }),
  async handler({ proposal }, { app, cause }) {
    await executePause(app, cause, { proposal });
    return {};
  },
});
