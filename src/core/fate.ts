import type { Inclusion } from "./chain-port.ts";
import { type Pause, sameAddress } from "./pause-state.ts";
import type { TimelineEvent } from "./timeline.ts";

/**
 * What became of an execution, as a fact: included, failed, or overtaken. Undefined while it is open. `taker` is our own
 * proposal that used the nonce, where it was one.
 */
export function fateEvent(pause: Pause, found: Inclusion, taker?: Pause): TimelineEvent | undefined {
  switch (found.state) {
    case "pending":
      return undefined;
    case "superseded":
      return superseded(pause, found, taker);
    case "included":
      return inclusionOf(pause, found);
    default:
      return found satisfies never;
  }
}

function superseded(
  { id: proposal, facts }: Pause,
  { by, nonce }: Extract<Inclusion, { state: "superseded" }>,
  taker: Pause | undefined,
): TimelineEvent {
  const whose = taker === undefined ? "another transaction" : `${taker.id} (${taker.facts.title})`;
  return {
    kind: "pause.failed",
    proposal,
    code: "superseded",
    why: `Nonce ${facts.safeTx.nonce} of ${facts.safe.label} was used by ${whose}${
      by === undefined ? "" : `, ${by}`
    }; the Safe now stands at ${nonce}.`,
    remedy: howToGoOn(proposal, facts.intervention),
    nonce: nonce.toString(),
    ...(by !== undefined && { transactionHash: by }),
  };
}

function inclusionOf(
  { id: proposal, facts, attempts }: Pause,
  found: Extract<Inclusion, { state: "included" }>,
): TimelineEvent {
  const { transactionHash, blockNumber, blockHash, blockTime, gasUsed, executed, why, from } = found;
  if (!executed) {
    return {
      kind: "pause.failed",
      proposal,
      code: "inner_failed",
      why: `It is in block ${blockNumber}, but the pause did NOT happen. ${why ?? ""}`.trim(),
      remedy: `Read the Safe's state first. ${howToGoOn(proposal, facts.intervention)}`,
      transactionHash,
    };
  }
  return {
    kind: "pause.included",
    proposal,
    transactionHash,
    blockNumber: blockNumber.toString(),
    blockHash,
    blockTime: blockTime.toISOString(),
    gasUsed: gasUsed.toString(),
    ...(from !== undefined && !attempts.some(({ executor }) => sameAddress(executor, from)) && { sentBy: from }),
  };
}

/** The one press, and its words. */
export function howToGoOn(proposal: string, intervention: string): string {
  return `Press Propose again on its card, or run \`/pause propose ${intervention} --instead-of ${proposal}\`.`;
}
