import { z } from "zod";
import { defineCommand } from "../../src/chat/command.ts";
import type { View } from "../../src/chat/view.ts";
import { ProposalId } from "../../src/core/ids.ts";
import { proposePause } from "../../src/core/pause.ts";
import { type ProposedGroup, proposeGroup } from "../../src/core/propose-group.ts";
import { incidentField, planName, words } from "../fields.ts";

/** Names an intervention of the response plan. Addresses and calldata come from the plan alone, never from chat. */
export const propose = defineCommand({
  name: "pause propose",
  summary: "Propose a pause that the response plan names",
  title: "Propose a pause",
  access: "responder",
  input: z.object({
    incident: incidentField,
    intervention: planName().meta({ description: "What to pause", choices: "interventions and groups" }),
    "instead-of": ProposalId.optional().meta({
      description: "Failed proposal in whose place it stands, such as P-0007",
      given: true,
    }),
    reason: words("Why now").optional().meta({ description: "Why now: what was seen", rest: true }),
  }),
  async handler({ "instead-of": insteadOf, ...input }, { app, cause }) {
    if (insteadOf === undefined && Object.hasOwn(app.plan().groups, input.intervention)) {
      const { incident, intervention: group, reason } = input;
      return { view: groupView(await proposeGroup(app, cause, { incident, group, reason })) };
    }
    const pause = await proposePause(app, cause, { ...input, insteadOf });
    return {
      view: {
        tone: "info",
        title: `${pause.id} is proposed`,
        body: [{ kind: "text", text: "Its card is in the room; the owners who are linked have been asked directly." }],
        buttons: [],
      },
    };
  },
});

/** Each member of a group in a line: what is proposed, after what it runs, and what was left out and why. */
function groupView({ proposed, left }: ProposedGroup): View {
  const lines = proposed.map(({ id, facts }) => {
    const after = facts.follows === undefined ? "" : `, after ${facts.follows}`;
    return `${id}: ${facts.title}, nonce ${facts.safeTx.nonce}${after}`;
  });
  return {
    tone: left.length === 0 ? "info" : "warning",
    title: `${proposed.map(({ id }) => id).join(", ")} ${proposed.length === 1 ? "is" : "are"} proposed`,
    body: [
      ...lines.map((text) => ({ kind: "text" as const, text })),
      ...left.map(({ intervention, why }) => ({
        kind: "text" as const,
        text: [{ bold: `${intervention} is left out. ` }, why],
      })),
      {
        kind: "text",
        text: "Each has its own card and its own signatures; the first one does not wait for the others.",
      },
    ],
    buttons: [],
  };
}
