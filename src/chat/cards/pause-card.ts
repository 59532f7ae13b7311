import type { Address } from "../../core/ids.ts";
import { pauseCardRows } from "../../core/pause-card.ts";
import {
  includesAddress,
  isCollecting,
  type Pause,
  sameAddress,
  validAcknowledgements,
  validConfirmations,
} from "../../core/pause-state.ts";
import type { Links } from "../../core/ports.ts";
import { type Roster, userOf } from "../../core/roster.ts";
import { approveHashData } from "../../core/signature-message.ts";
import type { Block, Text, View } from "../view.ts";
import { cardText } from "./card-text.ts";
import { pauseButtons } from "./pause-buttons.ts";
import { pauseWarnings } from "./pause-warnings.ts";
import { pauseNeeds, pauseTone, pauseWordOf, who } from "./words.ts";

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
    buttons: pauseButtons(pause, links),
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
