import { isCollecting, type Pause } from "../../core/pause-state.ts";
import { type Roster, userOf } from "../../core/roster.ts";
import { differences, type Said, standingOf, unplanned } from "../../core/safe-words.ts";
import type { Block, Span } from "../view.ts";

/**
 * What a signer must know before the rest: what changed around the proposal since it was made, what the plan does not
 * know of the Safe, what could void it, and whose word about the chain is in doubt. Nothing where nothing is amiss.
 */
export function pauseWarnings(pause: Pause, roster: Roster | undefined): Block[] {
  const { simulated, checked, doubted } = pause;
  const collecting = isCollecting(pause);
  const { limits } = pause.facts;
  return [
    ...(pause.declaredUnder === undefined ? [] : planChanged(pause.declaredUnder)),
    ...(collecting && limits?.legalReview === "before" ? [legalFirst] : []),
    ...lines("The Safe changed since this was proposed: ", changesOf(pause), roster),
    ...lines("Not as in the plan: ", unplanned(pause.safe.fittings, pause.facts.safe.planned).map(plain), roster),
    // What could still come about is of no use once it is over.
    ...(collecting ? lines("Can void it: ", rivalsOf(pause), roster) : []),
    ...(collecting && simulated?.ok === false ? lines("It would fail now: ", [[simulated.detail]], roster) : []),
    ...(checked?.ok === false ? lines("The final check failed: ", [[checked.detail]], roster) : []),
    ...lines(
      "RPC providers: ",
      doubted.map(({ detail }) => [detail]),
      roster,
    ),
  ];
}

/** The plan that everybody had in mind is not the one that this comes from. */
function planChanged(before: string): Block[] {
  return [
    {
      kind: "text",
      text: [
        { bold: "The plan changed since the incident was declared. " },
        "This comes from the one whose sha256 stands in the details; then it was ",
        { code: before },
      ],
    },
  ];
}

/** A pause waits for no lawyer: the plan wants one asked, and people decide whether there is time. */
const legalFirst: Block = {
  kind: "text",
  text: [
    { bold: "The plan asks for legal review before this runs. " },
    "Tell legal now. It holds nothing up: if waiting costs more, go on and say so.",
  ],
};

function changesOf(pause: Pause): Said[] {
  const { facts } = pause;
  const { owners, threshold, fittings = {} } = facts.safe;
  return differences({ owners, threshold, nonce: facts.observed.nonce, ...fittings }, standingOf(pause));
}

/** So many are named; anybody can queue transactions, and a card has an end. */
const RIVALS_NAMED = 3;

function rivalsOf({ rivals, facts }: Pause): Said[] {
  const executable = rivals.filter((rival) => rival.executable);
  const rest = executable.length - RIVALS_NAMED;
  return [
    ...executable
      .slice(0, RIVALS_NAMED)
      .map(({ safeTxHash, proposal }) => [
        `${proposal ?? "another transaction"} at nonce ${facts.safeTx.nonce} has all its signatures, and anyone can send it: ${safeTxHash}.`,
      ]),
    ...(rest > 0 ? [[`So have ${rest} more.`]] : []),
  ];
}

/** For a line: those that can be sent, by name and hash. */
export function sayRivals(rivals: Pause["rivals"]): string {
  const executable = rivals.filter((rival) => rival.executable);
  const named = executable
    .slice(0, RIVALS_NAMED)
    .map(({ safeTxHash, proposal }) => (proposal === undefined ? safeTxHash : `${proposal} (${safeTxHash})`));
  const rest = executable.length - named.length;
  return `${named.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function plain(sentence: string): Said {
  return [sentence];
}

function lines(lead: string, sentences: Said[], roster: Roster | undefined): Block[] {
  if (sentences.length === 0) return [];
  return [{ kind: "text", text: [{ bold: lead }, ...namedOwners(sentences, roster)] }];
}

/** Sentences in a row; an owner by name where one is known, by the whole address where not. */
export function namedOwners(sentences: Said[], roster: Roster | undefined): Span[] {
  return sentences.flatMap((said, index) => [
    ...(index === 0 ? [] : [" "]),
    ...said.map((part): Span => {
      if (typeof part === "string") return part;
      const user = userOf(roster, part.owner);
      return user === undefined ? { code: part.owner } : { person: user };
    }),
  ]);
}
