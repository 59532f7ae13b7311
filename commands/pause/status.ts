import { z } from "zod";
import { pauseCard } from "../../src/chat/cards/pause-card.ts";
import { pauseListCard } from "../../src/chat/cards/pause-list.ts";
import { defineCommand } from "../../src/chat/command.ts";
import { ProposalId } from "../../src/core/ids.ts";
import { getPause } from "../../src/core/on-pause.ts";

export const status = defineCommand({
  name: "pause status",
  summary: "See a proposal, or all that are open",
  title: "A pause proposal",
  access: "responder",
  input: z.object({
    proposal: ProposalId.optional().meta({ description: "Pause proposal, such as P-0007", from: "proposal" }),
  }),
  async handler({ proposal }, { app }) {
    if (proposal === undefined) return { view: pauseListCard(await app.journal.incidents()) };
    const roster = await app.journal.state("roster");
    return { view: pauseCard(await getPause(app, proposal), { links: app.links, roster }) };
  },
});
