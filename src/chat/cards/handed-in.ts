import type { Pause } from "../../core/pause-state.ts";
import { type HandedIn, haveOf } from "../../core/signature-hand-in.ts";
import { sayOutcome, sumUp } from "../../core/signature-words.ts";
import type { Answer } from "../platform.ts";

/** What came of each signature, for the person who brought them. A bad one has spoiled no good one. */
export function handedInCard(pause: Pause, handedIn: readonly HandedIn[]): Answer & { view: object } {
  const refused = handedIn.filter(({ outcome }) => outcome.kind === "refused");
  return {
    failed: refused.length === handedIn.length,
    view: {
      tone: refused.length > 0 ? "warning" : "good",
      title: `${pause.id}: ${sumUp(handedIn)}. Signatures: ${haveOf(pause)}`,
      body: [
        {
          kind: "checklist",
          items: handedIn.map(({ where, outcome }) => ({
            text: `${where}: ${sayOutcome(outcome)}`,
            state: outcome.kind === "refused" ? "failed" : "done",
          })),
        },
      ],
      buttons: [],
    },
  };
}
