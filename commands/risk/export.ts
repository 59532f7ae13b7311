import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import { UserError } from "../../src/core/errors.ts";
import { requestRisks } from "../../src/core/risk.ts";

export const exportRisks = defineCommand({
  name: "risk export",
  summary: "Put the register here, as Markdown and JSON",
  title: "Export the risks",
  access: "responder",
  input: z.object({}),
  async handler(_, { app, actor, cause, where }) {
    if (where === undefined) {
      throw new UserError(
        "no_place",
        "The files have no place to go to.",
        "Say it in a channel, or run `allstop risks`.",
      );
    }
    await requestRisks(app, cause, { at: where, user: actor.user });
    return {
      view: {
        tone: "info",
        title: "Exporting the risks",
        body: [{ kind: "text", text: "The two files appear here; where Allstop may not write, in a direct message." }],
        buttons: [],
      },
    };
  },
});
