import type { HandedIn, Outcome } from "./signature-hand-in.ts";

/** What came of one signature, in a sentence or two. Addresses are whole. */
export function sayOutcome(outcome: Outcome): string {
  switch (outcome.kind) {
    case "counted":
      return `${outcome.owner}: counted.`;
    case "known":
      return `${outcome.owner}: it was here already, nothing to do.`;
    case "part": {
      const { owner, signer, have, need } = outcome;
      const rest = have >= need ? "That Safe is now asked whether it holds." : `${need - have} more to go.`;
      return `${signer}: counted for the nested Safe ${owner}, ${have} of ${need}. ${rest}`;
    }
    case "refused":
      return `Does not count. ${outcome.why} ${outcome.remedy}`;
    default:
      return outcome satisfies never;
  }
}

/** `3 counted, 1 here already, 1 not counted`. */
export function sumUp(handedIn: readonly HandedIn[]): string {
  const count = (...kinds: Outcome["kind"][]) => handedIn.filter(({ outcome }) => kinds.includes(outcome.kind)).length;
  const parts = [
    [count("counted", "part"), "counted"],
    [count("known"), "here already"],
    [count("refused"), "not counted"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return said.join(", ") || "nothing in it";
}
