import type { EventOf, TimelineEvent } from "../../core/timeline.ts";
import type { Span } from "../view.ts";

/** One fact about the ladder as a line, in an incident's room or in `#security-alerts`. Undefined for all other facts. */
export function sayLadder(event: TimelineEvent, person: Span): { title: string; text: Span[] } | undefined {
  switch (event.kind) {
    case "ladder.laid":
      return {
        title: `Ladder: ${event.title} is to be signed ahead of time`,
        text: [person, ` asks the owners of ${event.safe.label} for ${noncesOf(event)}. No incident.`],
      };
    case "ladder.dropped":
      return {
        title: `Ladder: a signature of ${event.intervention} is lost`,
        text: [
          "What ",
          { code: event.owner },
          ` signed for nonce ${event.nonce} is lost: ${event.why} Collect it again.`,
        ],
      };
    case "ladder.safe_changed":
      return { title: "Ladder: its Safe changed", text: safeWords(event) };
    case "ladder.invalid":
      return {
        title: `Ladder: ${event.intervention} would not do now`,
        text: [`${event.why} ${event.remedy}`],
      };
    case "ladder.valid":
      return { title: `Ladder: ${event.intervention} would do again`, text: ["What was signed ahead of time holds."] };
    case "ladder.burned":
      return burnedLine(event, person);
    case "ladder.opened":
      return {
        title: `${event.proposal}: the ladder was opened`,
        text: [
          person,
          ` proposed what owners had signed ahead of time: ${event.owners.length} ${event.owners.length === 1 ? "signature" : "signatures"} for nonce ${event.nonce}, of `,
          ...event.owners.flatMap((owner, index): Span[] => [...(index === 0 ? [] : [", "]), { code: owner }]),
          `. ${event.incident}.`,
        ],
      };
    case "ladder.locked":
      return {
        title: `${event.proposal}: signatures made ahead of time can't be read`,
        text: [`${event.signatures} of them. ${event.why} ${event.remedy}`],
      };
    default:
      return undefined;
  }
}

function noncesOf({ rungs }: EventOf<"ladder.laid">): string {
  const [first, last] = [rungs[0]?.nonce, rungs.at(-1)?.nonce];
  return first === last ? `nonce ${first}` : `nonces ${first} to ${last}`;
}

function safeWords(event: EventOf<"ladder.safe_changed">): Span[] {
  const { owners, threshold, thresholdBefore, removed, blockNumber, safe } = event;
  return [
    { code: safe },
    ` is ${threshold} of ${owners.length} now, seen in block ${blockNumber}. `,
    ...removed.flatMap((owner): Span[] => [{ code: owner }, " is no owner any more: what it signed does not count. "]),
    ...(threshold === thresholdBefore ? [] : [`Before, ${thresholdBefore} signatures were enough. `]),
    "See ",
    { code: "/ladder status" },
    ".",
  ];
}

const why: Record<EventOf<"ladder.burned">["cause"], string> = {
  nonce_passed: "Their nonce is used, so that they can never run.",
  by_hand: "On the chain they stay good until their nonce is used.",
  plan_changed: "The plan calls something else now. On the chain they stay good until their nonce is used.",
};

function burnedLine(event: EventOf<"ladder.burned">, person: Span): { title: string; text: Span[] } {
  const { intervention, signatures, nonces, cause, reason } = event;
  return {
    title: `Ladder: ${signatures} ${signatures === 1 ? "signature" : "signatures"} of ${intervention} forgotten`,
    text: [
      ...(cause === "by_hand" ? [person, ", "] : []),
      `nonce ${nonces.join(", ")}. ${why[cause]}`,
      reason === undefined ? "" : ` ${reason}`,
    ],
  };
}
