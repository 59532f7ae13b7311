import { livingRungs, type RungSet } from "../../core/ladder-state.ts";
import type { Links } from "../../core/ports.ts";
import type { Block, Span, View } from "../view.ts";

/** What whoever called for signatures gets: where owners sign, and how they can check it without trusting us. */
export function collectCard(set: RungSet, { links }: { links: Links }): View {
  return {
    tone: "info",
    title: `${rungWords(set)} to be signed ahead of time`,
    body: [
      {
        kind: "text",
        text: "Pass the page on to owners who are not linked; those who are were asked directly. Anyone may open it, and only owners' signatures are taken in.",
      },
      ...aboutSet(set, links),
    ],
    buttons: [
      { label: "Open the signing page", url: links.ladder(set.seq), style: "primary" },
      { label: "How far it is", command: "ladder status", input: {} },
    ],
  };
}

/** What one owner gets as a direct message. */
export function askLadderCard(set: RungSet, { links, by }: { links: Links; by: Span }): View {
  return {
    tone: "info",
    title: `Please sign ahead of time: ${set.facts.title}`,
    body: [
      {
        kind: "text",
        text: [
          by,
          " asks the owners for pauses that can be sent without waking you. There is no incident. Each signature pauses this one contract, at one nonce, and does nothing else.",
        ],
      },
      ...aboutSet(set, links),
    ],
    buttons: [{ label: "Sign", url: links.ladder(set.seq), style: "primary" }],
  };
}

function aboutSet(set: RungSet, links: Links): Block[] {
  const { facts } = set;
  const [first, last] = ends(set);
  return [
    {
      kind: "fields",
      fields: [
        { label: "What is signed", value: `${facts.title}, once for each nonce` },
        { label: "Nonces", value: first === last ? first : `${first} to ${last}` },
        { label: "Check words", value: links.phrase(phraseOf(set)) },
      ],
    },
    { kind: "code", label: `Safe: ${facts.safe.label}`, code: facts.safe.address },
    {
      kind: "code",
      label: "The same hashes, printed by a machine of your own",
      code: `allstop hash ${set.intervention} --nonce ${first} --to ${last}`,
    },
  ];
}

/** What the check words of a page of rungs are made from. */
export function phraseOf({ seq }: Pick<RungSet, "seq">): string {
  return `ladder/${seq}`;
}

/** After a burning: what is gone here, what is not gone on the chain, and what ends it there. */
export function burnedCard(set: RungSet, signatures: number): View {
  const living = livingRungs(set);
  const [first, last] = ends(set);
  const which = first === last ? `nonce ${first}` : `each nonce from ${first} to ${last}`;
  return {
    tone: "warning",
    title: `${signatures} signatures are forgotten`,
    body: [
      {
        kind: "text",
        text:
          signatures === 0
            ? "None had been given, so nothing is left that could be sent."
            : "Allstop can't use them any more. On the chain they stay good until their nonce is used: whoever else has a copy can still send the pause.",
      },
      ...(signatures === 0 || living.length === 0
        ? []
        : [
            {
              kind: "text" as const,
              text: [
                { bold: "To end them for good: " },
                `execute any other transaction of ${set.facts.safe.label} at ${which}. Smallest: send 0 from the Safe to itself, with no data. Taking the right to pause away from the Safe, or replacing the owners who signed, ends them, too.`,
              ],
            },
            { kind: "code" as const, label: "To, value 0, data 0x", code: set.facts.safe.address },
          ]),
    ],
    buttons: [{ label: "Collect anew…", command: "ladder collect", input: {} }],
  };
}

function ends(set: RungSet): [string, string] {
  const rungs = livingRungs(set).length > 0 ? livingRungs(set) : set.rungs;
  return [rungs[0]?.nonce ?? set.safe.nonce, rungs.at(-1)?.nonce ?? set.safe.nonce];
}

function rungWords(set: RungSet): string {
  const count = set.facts.rungs.length;
  return count === 1 ? "1 pause" : `${count} pauses`;
}
