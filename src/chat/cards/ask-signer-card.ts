import { actWords } from "../../core/act-words.ts";
import type { Address } from "../../core/ids.ts";
import { pauseCardRows } from "../../core/pause-card.ts";
import {
  isCollecting,
  type Pause,
  sameAddress,
  statusOf,
  validAcknowledgements,
  validConfirmations,
} from "../../core/pause-state.ts";
import type { Links } from "../../core/ports.ts";
import type { Text, View } from "../view.ts";
import { cardText } from "./card-text.ts";
import { pauseButtons } from "./pause-buttons.ts";
import { pauseTone, pauseWordOf } from "./words.ts";

/** What one signer can do from a direct message. */
const asked = new Set(["Sign", "Acknowledge", "Decline…", "Paste a signature…"]);

/** What a signer gets as a direct message, at 3 a.m., on a phone: what is wanted of them, and of nobody else. */
export function askSignerCard(
  pause: Pause,
  { links, room, owner }: { links: Links; room?: { place: string; label: string }; owner?: Address },
): View {
  const where: Exclude<Text, string> = room ? [" Room: ", room] : [];
  const by = (entries: { owner: Address }[]) =>
    entries.some((one) => owner !== undefined && sameAddress(one.owner, owner));
  if (!isCollecting(pause)) {
    const text = ["Nothing is needed from you any more.", ...where];
    return note(pause, `${pause.id} ${outcomeWord(pause)}`, text);
  }
  const ready = by(validAcknowledgements(pause));
  if (by(validConfirmations(pause))) return signedNote(pause, { ready, where });
  const declined = pause.declines.find((one) => owner !== undefined && sameAddress(one.owner, owner));
  const phrase = links.phrase(pause.id);
  const done = [ready && "Acknowledge", declined && "Decline…"];
  const title = declined ? `You declined ${pause.id}` : "Your signature is needed";
  const { body, ...rest } = note(pause, `${title}: ${pause.facts.title}`, [
    declined
      ? "The room sees why. If it is settled, compare the card with your wallet again, then sign."
      : ready
        ? "You acknowledged it. Now compare the card with your wallet, then sign."
        : `Compare the card with your wallet, then sign. ${whyAcknowledge(pause)}`,
    ...where,
  ]);
  return {
    ...rest,
    body: [...body, { kind: "fields", fields: whatToCompare(phrase, owner) }],
    buttons: pauseButtons(pause, links).filter(({ label }) => asked.has(label) && !done.includes(label)),
    details: [{ kind: "code", code: cardText(pauseCardRows(pause, { phrase })) }],
  };
}

function whyAcknowledge(pause: Pause): string {
  return validAcknowledgements(pause).length < pause.facts.acknowledgementsRequired
    ? "Acknowledge as well: the two are counted apart."
    : "Acknowledge if you will sign but need a minute.";
}

/** What the eye looks for on the signing page and in the wallet comes before the press, not below it. */
function whatToCompare(phrase: string, owner: Address | undefined): { label: string; value: Text }[] {
  return [
    { label: "Check words", value: [{ bold: phrase }] },
    ...(owner === undefined ? [] : [{ label: "You sign with", value: [{ code: owner }] }]),
  ];
}

/** Whoever signs first and goes back to sleep must not leave an acknowledgement missing that only owners can give. */
function signedNote(pause: Pause, { ready, where }: { ready: boolean; where: Exclude<Text, string> }): View {
  const title = `You have signed ${pause.id}: ${pause.facts.title}`;
  if (ready || validAcknowledgements(pause).length >= pause.facts.acknowledgementsRequired) {
    const done = "Your signature over this is in. Nothing more is needed from you; the room shows who is missing.";
    return { ...note(pause, title, [done, ...where]), tone: "good" };
  }
  const text = "Your signature is in. Acknowledgements are counted apart, and are still missing: press Acknowledge.";
  const input = { proposal: pause.id };
  return {
    ...note(pause, title, [text, ...where]),
    buttons: [{ label: "Acknowledge", command: "pause acknowledge", input, style: "primary" }],
  };
}

/** What came of it, in steps that are worth an edit of everybody's message: not each one on the way. */
function outcomeWord(pause: Pause): string {
  const status = statusOf(pause);
  if (status === "failed" || status === "withdrawn") return pauseWordOf(pause);
  return pause.verified === undefined ? "has what it needs" : actWords(pause.facts.act).done;
}

function note(pause: Pause, title: string, text: Text): View {
  return { tone: pauseTone(pause), title, body: [{ kind: "text", text }], buttons: [] };
}
