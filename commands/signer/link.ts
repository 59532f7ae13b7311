import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";

/** Opens the page on which an owner's key signs "I am the person behind this chat account". */
export const link = defineCommand({
  name: "signer link",
  summary: "Link your chat account to your owner address",
  access: "anyone",
  input: z.object({}),
  handler(_, { app, actor }) {
    return {
      view: {
        tone: "info",
        title: "Link your owner address",
        body: [
          {
            kind: "text",
            text: "Open the page and sign with the wallet that owns the Safe. It signs a sentence, not a transaction, and costs nothing. The link is yours alone and good for ten minutes.",
          },
          ...(actor.owner === undefined
            ? []
            : [{ kind: "code" as const, label: "Linked now; a new signature replaces it", code: actor.owner }]),
        ],
        buttons: [{ label: "Open the signing page", url: app.links.link(actor.user, actor.name), style: "primary" }],
      },
    };
  },
});
