import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { executionCalldata, handOffPause, safeAppLink } from "../../src/core/handoff.ts";
import { proposalField } from "../fields.ts";

/** When Allstop can't get it mined, people can: what the owners have signed is theirs. */
export const handoff = defineCommand({
  name: "pause handoff",
  summary: "Get all it takes to send a pause by hand",
  title: "Send it by hand",
  access: "responder",
  input: z.object({ proposal: proposalField }),
  async handler(input, { app, cause }) {
    const pause = await handOffPause(app, cause, input);
    const { chain, safe } = pause.facts;
    const link = safeAppLink(chain.id, safe.address);
    const sendable = executionCalldata(pause) !== undefined;
    return {
      view: {
        tone: sendable ? "info" : "warning",
        title: `${pause.id}: how to send it without Allstop`,
        body: [
          {
            kind: "text",
            text: sendable
              ? "The file appears in the room: commands to copy, the signed transaction, and the data for any account with gas money. The Safe runs it once, whoever sends it."
              : "The file appears in the room. Signatures are still missing, so nothing can be sent yet; it says what was signed so far.",
          },
          ...(link === undefined ? [] : [{ kind: "link" as const, label: "The Safe in its app", url: link }]),
        ],
        buttons: [],
      },
    };
  },
});
