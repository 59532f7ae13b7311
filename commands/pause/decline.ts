import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { declinePause } from "../../src/core/pause.ts";
import { proposalField, words } from "../fields.ts";

export const decline = defineCommand({
  name: "pause decline",
  summary: "Say that you will not sign, and why",
  title: "Decline to sign",
  access: "signer",
  input: z.object({ proposal: proposalField, reason: words("Why you will not sign") }),
  async handler({ proposal, reason }, { app, actor, cause }) {
    await declinePause(app, cause, { proposal, owner: actor.owner, reason });
    return {};
  },
});
