import { z } from "zod";
import { handedInCard } from "../../src/chat/cards/handed-in.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { throwIfRefused } from "../../src/core/pause.ts";
import { readSignatures } from "../../src/core/signature-file.ts";
import { handInSignatures } from "../../src/core/signature-hand-in.ts";
import { proposalField } from "../fields.ts";

/**
 * The second of two keys: owners' signatures over the safeTxHash, one or several, as a wallet or an offline tool wrote
 * them. Anyone who responds may carry them here; only the owners' keys can have made them.
 */
export const confirm = defineCommand({
  name: "pause confirm",
  summary: "Hand in owners' signatures over the safeTxHash",
  title: "Paste signatures",
  submit: "Hand them in",
  access: "responder",
  input: z.object({
    proposal: proposalField,
    signature: z
      .string()
      .trim()
      .superRefine((text, context) => {
        const given = readSignatures(text);
        const why = given.map(({ read }) => (read.kind === "unreadable" ? read.why : undefined));
        if (given.length > 0 && why.includes(undefined)) return;
        context.addIssue({ code: "custom", message: why[0] ?? "Paste a signature: 0x and 130 hex digits." });
      })
      .meta({
        description: "Signature: 0x and 130 hex digits, one or several",
        rest: true,
        widget: "paragraph",
        placeholder: "0x…",
        hint: "As the wallet printed it. Several with spaces, commas or new lines between them, or the text of a file.",
      }),
  }),
  async handler({ proposal, signature }, { app, cause }) {
    const given = readSignatures(signature);
    const { pause, handedIn } = await handInSignatures(app, cause, { proposal, given, via: "paste" });
    const [only] = handedIn;
    if (handedIn.length > 1) return handedInCard(pause, handedIn);
    if (only !== undefined) throwIfRefused(proposal, only.outcome);
    // What counts, the room's card shows. What counts only for a nested Safe is not on it.
    return only?.outcome.kind === "part" ? handedInCard(pause, handedIn) : {};
  },
});
