import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { acknowledgePause } from "../../src/core/pause.ts";
import { proposalField } from "../fields.ts";

/** The first of two keys: "I compared the hash, I stand ready". Counted for linked owners only; worth nothing on-chain. */
export const acknowledge = defineCommand({
  name: "pause acknowledge",
  summary: "Say that you compared the hash and stand ready",
  title: "Acknowledge",
  access: "signer",
  input: z.object({ proposal: proposalField }),
  async handler({ proposal }, { app, actor, cause }) {
    await acknowledgePause(app, cause, { proposal, owner: actor.owner });
    return {};
  },
});
