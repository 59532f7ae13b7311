import type { Pause } from "./pause-state.ts";

/** What an act of the plan is called. Absent in a proposal's facts is a pause; nothing else is ever called paused. */
export interface ActWords {
  /** `PAUSE`, above a card. */
  title: string;
  noun: string;
  /** Proven: `PAUSED`. */
  done: string;
  isDone: string;
  notYet: string;
  notKnown: string;
}

const words: Record<"pause" | "withdraw" | "revoke", ActWords> = {
  pause: {
    title: "PAUSE",
    noun: "pause",
    done: "PAUSED",
    isDone: "is paused",
    notYet: "is not paused yet",
    notKnown: "is not known to be paused yet",
  },
  withdraw: {
    title: "WITHDRAW",
    noun: "withdrawal",
    done: "MOVED",
    isDone: "has moved what it should",
    notYet: "has moved nothing yet",
    notKnown: "is not known to have moved anything yet",
  },
  revoke: {
    title: "REVOKE ROLE",
    noun: "revocation",
    done: "REVOKED",
    isDone: "is revoked",
    notYet: "is not revoked yet",
    notKnown: "is not known to be revoked yet",
  },
};

export function actWords(act: "withdraw" | "revoke" | undefined): ActWords {
  return words[act ?? "pause"];
}

export function isPause({ facts }: Pause): boolean {
  return facts.act === undefined;
}
