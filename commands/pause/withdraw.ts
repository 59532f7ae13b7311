import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { withdrawPause } from "../../src/core/pause.ts";
import { proposalField, words } from "../fields.ts";

/** Withdrawing stops *us*. Signatures that were given stay valid on-chain until the Safe's nonce moves. */
export const withdraw = defineCommand({
  name: "pause withdraw",
  summary: "Take a proposal back",
  access: "responder",
  input: z.object({ proposal: proposalField, reason: words("Why it is taken back") }),
  async handler(input, { app, cause }) {
    await withdrawPause(app, cause, input);
    return {};
  },
});
