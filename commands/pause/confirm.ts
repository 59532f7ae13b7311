import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { confirmPause } from "../../src/core/pause.ts";
import { Signature } from "../../src/core/safe-tx.ts";
import { proposalField } from "../fields.ts";

/**
 * The second of two keys: an owner's signature over the safeTxHash.
 * Anyone who responds may carry a signature here; only the owner's key can have made it.
 */
export const confirm = defineCommand({
  name: "pause confirm",
  summary: "Hand in an owner's signature over the safeTxHash",
  title: "Paste a signature",
  access: "responder",
  input: z.object({
    proposal: proposalField,
    signature: Signature.meta({
      description: "Signature: 0x and 130 hex digits, as the wallet printed it",
      placeholder: "0x…",
    }),
  }),
  async handler({ proposal, signature }, { app, cause }) {
    await confirmPause(app, cause, { proposal, signature, via: "paste" });
    return {};
  },
});
