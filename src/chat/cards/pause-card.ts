import { actWords } from "../../core/act-words.ts";
import type { Address } from "../../core/ids.ts";
import { type CardRow, partsOf, pauseCardRows } from "../../core/pause-card.ts";
import {
  includesAddress,
  isCollecting,
  type Pause,
  sameAddress,
  statusOf,
  validAcknowledgements,
  validConfirmations,
} from "../../core/pause-state.ts";
import type { Links } from "../../core/ports.ts";
import { type Roster, userOf } from "../../core/roster.ts";
import { approveHashData } from "../../core/signature-message.ts";
import type { Block, Button, CommandButton, Text, View } from "../view.ts";
import { pauseWarnings } from "./pause-warnings.ts";
import { pauseNeeds, pauseTone, pauseWordOf, who } from "./words.ts";

/** Characters that a phone's screen holds in a monospaced line. */
const LINE_MAX = 36;

/** The proposal's card: what will run, on whose authority, who is missing, and what a press does. */
export function pauseCard(pause: Pause, { links, roster }: { links: Links; roster: Roster | undefined }): View {
  const rows = pauseCardRows(pause, { phrase: links.phrase(pause.id) });
  const body: Block[] = [
    { kind: "text", text: [{ bold: "Now: " }, `${pauseNeeds(pause)}.`] },
    ...outcome(pause),
    ...pauseWarnings(pause, roster),
    signatures(pause, roster),
    acknowledgements(pause, roster),
  ];
  return {
    tone: pauseTone(pause),
    title: `${pause.id} ${pauseWordOf(pause)}: ${pause.facts.title}`,
    body,
    buttons: buttons(pause, links),
    details: [
      {
        kind: "code",
        label: isCollecting(pause) ? "What will run. Compare it with your wallet before you sign." : "What was signed",
        code: cardText(rows),
      },
      ...(isCollecting(pause) ? [onChainWay(pause)] : []),
    ],
  };
}

/** For an owner whose wallet can't sign this, and for a Safe that is one. */
function onChainWay({ facts }: Pause): Block {
  return {
    kind: "code",
    label: "Or approve on the chain: from an owner's account, call the Safe with this data. It can't be taken back.",
    code: approveHashData(facts.safeTxHash),
  };
}

/** The card as text that a phone shows without a wrap: a label, and its value below where it is long. */
export function cardText(rows: CardRow[]): string {
  return rows.flatMap(rowLines).join("\n");
}

function rowLines({ label, value, note }: CardRow): string[] {
  const parts = packed(partsOf(value)).flatMap(halves);
  const [only] = parts;
  const short = parts.length === 1 && only !== undefined && label.length + only.length + 2 <= LINE_MAX;
  const aside = note === undefined ? [] : [`  (${note})`];
  return short ? [`${label}: ${only}`, ...aside] : [label, ...parts.map(indented), ...aside];
}

/** What fills a line alone, such as an address, starts at its edge: an indent would only push its end to the next line. */
function indented(part: string): string {
  const [word = ""] = part.split(" ");
  return word.length + 2 > LINE_MAX ? part : `  ${part}`;
}

/** Parts that fit a line together share it. */
function packed(parts: string[]): string[] {
  const rows: string[] = [];
  for (const part of parts) {
    const last = rows.at(-1);
    if (last === undefined || last.length + part.length + 4 > LINE_MAX) rows.push(part);
    else rows[rows.length - 1] = `${last}  ${part}`;
  }
  return rows;
}

/** A grouped hash in four rows of four groups, easy to compare; a plain one, or a bytes32, in two. Never shortened. */
function halves(part: string): string[] {
  if (/^(?:[0-9A-F]{4} ){15}[0-9A-F]{4}$/.test(part)) return [0, 20, 40, 60].map((at) => part.slice(at, at + 19));
  if (/^0x[0-9a-f]{64}$/i.test(part)) return [part.slice(0, 34), part.slice(34)];
  return /^[0-9a-f]{64}$/.test(part) ? [part.slice(0, 32), part.slice(32)] : [part];
}

function outcome(pause: Pause): Block[] {
  const blocks: Block[] = [];
  const { explorer } = pause.facts.chain;
  const hash = pause.included?.transactionHash ?? pause.attempts.at(-1)?.transactionHash;
  if (pause.failed !== undefined)
    blocks.push({ kind: "text", text: [{ bold: pause.failed.why }, ` ${pause.failed.remedy}`] });
  if (pause.replacedBy !== undefined)
    blocks.push({ kind: "text", text: [`It was proposed again, as ${pause.replacedBy}.`] });
  if (pause.withdrawn !== undefined) {
    blocks.push({ kind: "text", text: ["Withdrawn by ", who(pause.withdrawn.by), `: ${pause.withdrawn.reason}`] });
  }
  if (pause.verified !== undefined) {
    blocks.push({
      kind: "checklist",
      items: pause.verified.checks.map(({ ok, detail }) => ({ text: detail, state: ok ? "done" : "failed" })),
    });
    blocks.push({
      kind: "code",
      label: "Block",
      code: `${pause.verified.blockNumber}  ${pause.verified.blockHash}`,
    });
  }
  if (hash !== undefined) {
    blocks.push({ kind: "code", label: "transactionHash", code: hash });
    if (explorer !== undefined)
      blocks.push({ kind: "link", label: "Look at it in the explorer", url: `${explorer}/tx/${hash}` });
  }
  return blocks;
}

/** Signatures: worth something on-chain. */
function signatures(pause: Pause, roster: Roster | undefined): Block {
  const valid = validConfirmations(pause);
  const gone = pause.confirmations.filter(({ owner }) => !includesAddress(pause.safe.owners, owner));
  return {
    kind: "tally",
    label: "Signatures",
    have: valid.length,
    need: pause.safe.threshold,
    entries: [
      ...pause.safe.owners.map((owner) => {
        const signed = valid.find((confirmation) => sameAddress(confirmation.owner, owner));
        const detail = signed ? sayForm(signed) : sayParts(pause, owner);
        return {
          who: ownerText(owner, roster),
          state: signed ? ("yes" as const) : ("waiting" as const),
          ...(detail !== undefined && { detail }),
        };
      }),
      ...gone.map(({ owner }) => ({
        who: ownerText(owner, roster),
        state: "no" as const,
        detail: "no longer an owner: this signature does not count",
      })),
    ],
  };
}

/** How a signature came, where that is not the usual way. */
function sayForm({ form, via }: Pause["confirmations"][number]): string | undefined {
  if (form === "approved") return "approved on the chain";
  if (form === "contract") return "a contract, which stands by its signature";
  return via === "ladder" ? "signed ahead of time" : undefined;
}

/** A Safe that is an owner signs by its own owners, one after the other. */
function sayParts(pause: Pause, owner: Address): string | undefined {
  const signers = pause.parts
    .filter((part) => sameAddress(part.owner, owner))
    .map(({ signer }) => signer.toLowerCase());
  const count = new Set(signers).size;
  return count === 0 ? undefined : `a Safe: ${count} of its own owners signed`;
}

/** Acknowledgements: a promise in chat, worth nothing on-chain. */
function acknowledgements(pause: Pause, roster: Roster | undefined): Block {
  const valid = validAcknowledgements(pause);
  return {
    kind: "tally",
    label: "Acknowledgements",
    have: valid.length,
    need: pause.facts.acknowledgementsRequired,
    entries: pause.safe.owners.map((owner) => {
      const declined = pause.declines.find((decline) => sameAddress(decline.owner, owner));
      const given = valid.some((acknowledgement) => sameAddress(acknowledgement.owner, owner));
      return {
        who: ownerText(owner, roster),
        state: declined ? ("no" as const) : given ? ("yes" as const) : ("waiting" as const),
        detail: declined?.reason,
      };
    }),
  };
}

/** Who it is where that is known, and the whole address where it is not: `/signer list` has both. */
function ownerText(owner: Address, roster: Roster | undefined): Text {
  const user = userOf(roster, owner);
  return user === undefined ? [{ code: owner }] : [{ person: user }];
}

function buttons(pause: Pause, links: Links): Button[] {
  if (pause.failed !== undefined && pause.replacedBy === undefined) return [proposeAgain(pause)];
  if (!isCollecting(pause)) return [];
  const input = { proposal: pause.id };
  const ready = statusOf(pause) === "ready";
  return [
    ...(ready ? [executeButton(pause)] : []),
    { label: "Sign", url: links.sign(pause.id), ...(ready ? {} : { style: "primary" as const }) },
    { label: "Acknowledge", command: "pause acknowledge", input },
    { label: "Decline…", command: "pause decline", input },
    { label: "Paste a signature…", command: "pause confirm", input },
    { label: "Withdraw…", command: "pause withdraw", input },
  ];
}

/** The one-press way on. Everything is read anew; signatures that still hold are taken along. */
export function proposeAgain(pause: Pause): CommandButton {
  const { failed, facts, safe } = pause;
  const nonce = failed?.nonce ?? (safe.nonce === facts.safeTx.nonce ? undefined : safe.nonce);
  return {
    label: nonce === undefined ? "Propose again" : `Propose again at nonce ${nonce}`,
    command: "pause propose",
    input: { incident: pause.incident, intervention: facts.intervention, "instead-of": pause.id },
    style: "primary",
  };
}

/** Sends the pause. It asks first: this is the press that acts on the chain. */
export function executeButton(pause: Pause): CommandButton {
  return {
    label: "Execute",
    command: "pause execute",
    input: { proposal: pause.id },
    style: "danger",
    confirm: {
      title: `Execute the ${actWords(pause.facts.act).noun}?`,
      text: `${pause.facts.title}. This sends the transaction now. Still works: ${pause.facts.stillWorks.join(", ")}.`,
      yes: "Execute",
    },
  };
}

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
    buttons: buttons(pause, links).filter(({ label }) => asked.has(label) && !done.includes(label)),
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
