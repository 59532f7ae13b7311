import type { Address } from "../../core/ids.ts";
import { nextAct } from "../../core/ladder.ts";
import {
  isReady,
  type Ladder,
  livingRungs,
  type Rung,
  type RungSet,
  validSignatures,
} from "../../core/ladder-state.ts";
import type { LadderStore } from "../../core/ladder-store.ts";
import { includesAddress } from "../../core/pause-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { Links } from "../../core/ports.ts";
import { type Roster, userOf } from "../../core/roster.ts";
import type { Block, Button, Span, Text, View } from "../view.ts";

interface Around {
  store: LadderStore | undefined;
  links: Links;
  roster: Roster | undefined;
  plan: LoadedPlan;
  now: Date;
}

/** Every intervention's rungs: how many owners have signed each, how old that is, and what to do next. */
export function ladderCard(ladder: Ladder | undefined, around: Around, interventions: string[]): View {
  const { store } = around;
  const sets = ladder?.sets ?? [];
  const unreadable = store?.read().unreadable.length ?? 0;
  const bare = interventions.filter((key) => !sets.some(({ intervention }) => intervention === key));
  const first = sets[0]?.intervention ?? bare[0];
  return {
    tone: store?.hasKey === true && unreadable === 0 && !sets.some(needsAnybody) ? "info" : "warning",
    title: "Pauses signed ahead of time",
    body: [
      ...keyBlocks(store, unreadable),
      ...sets.flatMap((set) => setBlocks(set, around)),
      ...(bare.length === 0
        ? []
        : [{ kind: "text" as const, quiet: true, text: `Nothing is signed ahead of time for ${bare.join(", ")}.` }]),
      {
        kind: "text",
        quiet: true,
        text: "Used for pauses alone, and only when one is proposed at that very nonce; every use is told in #security-alerts and in the incident's room.",
      },
    ],
    buttons: [
      ...sets.slice(0, 3).map((set): Button => signButton(set, around.links)),
      ...(first === undefined ? [] : [{ label: "Collect…", command: "ladder collect", input: {} } satisfies Button]),
      ...(sets.length === 0
        ? []
        : [{ label: "Burn…", command: "ladder burn", input: {}, style: "danger" } satisfies Button]),
    ],
  };
}

function needsAnybody(set: RungSet): boolean {
  const living = livingRungs(set);
  return set.invalid !== undefined || living.length === 0 || !living.every((rung) => isReady(set, rung));
}

function keyBlocks(store: LadderStore | undefined, unreadable: number): Block[] {
  if (store?.hasKey !== true) {
    return [
      {
        kind: "text",
        text: [
          { bold: "The ladder is off. " },
          "Set ",
          { code: "LADDER_KEY" },
          " to 32 random bytes (",
          { code: "openssl rand -hex 32" },
          ") and restart. What was collected before is kept, and can't be read until then.",
        ],
      },
    ];
  }
  if (unreadable === 0) return [];
  return [
    {
      kind: "text",
      text: [
        { bold: `${unreadable} signatures can't be read. ` },
        "They were sealed under another ",
        { code: "LADDER_KEY" },
        ", or changed since. Nothing is lost: start Allstop with the old key as ",
        { code: "LADDER_KEY_PREVIOUS" },
        " beside the new one.",
      ],
    },
  ];
}

function setBlocks(set: RungSet, around: Around): Block[] {
  const { facts, safe } = set;
  const next: Span[] = [{ bold: "Next: " }, nextAct(set, around.store)];
  return [
    {
      kind: "text",
      text: [
        { bold: facts.title },
        `  ${set.intervention}, ${facts.safe.label}, ${safe.threshold} of ${safe.owners.length}, nonce ${safe.nonce} now`,
      ],
    },
    ...checklists(set, around),
    { kind: "text", text: next },
    { kind: "text", quiet: true, text: onProposal(around.plan, set) },
  ];
}

/** So many lines to a block: a platform may put the next ones into a message of their own. */
const LINES_MAX = 8;

/** One line for each run of nonces of which the same is to be said. */
function checklists(set: RungSet, around: Around): Block[] {
  const lines: { first: Rung; last: Rung; same: string }[] = [];
  for (const rung of set.rungs) {
    const same = JSON.stringify([stateOf(set, rung), validSignatures(set, rung).length, detailOf(set, rung, around)]);
    const line = lines.at(-1);
    if (line?.same === same) line.last = rung;
    else lines.push({ first: rung, last: rung, same });
  }
  const items = lines.map(({ first, last }) => ({
    text: `${first === last ? `Nonce ${first.nonce}` : `Nonces ${first.nonce} to ${last.nonce}`}: ${validSignatures(set, first).length} of ${set.safe.threshold} signatures`,
    state: stateOf(set, first),
    detail: detailOf(set, first, around),
  }));
  return Array.from({ length: Math.ceil(items.length / LINES_MAX) }, (_, index) => ({
    kind: "checklist" as const,
    items: items.slice(index * LINES_MAX, (index + 1) * LINES_MAX),
  }));
}

/** What the plan lets happen with them: whoever reads this should know how few hands it takes. */
function onProposal({ interventions }: LoadedPlan, { intervention }: RungSet): string {
  const planned = interventions[intervention];
  if (planned === undefined) return "The response plan does not name it any more.";
  const { acknowledgements: wanted, execute } = planned;
  const after = wanted === 0 ? "" : ` once ${wanted} ${wanted === 1 ? "owner has" : "owners have"} acknowledged it`;
  if (execute === "by-press") return `When it is proposed, a person sends it by a press${after}.`;
  return wanted === 0
    ? "When a responder proposes it, it is sent at once: nobody else is asked."
    : `When a responder proposes it, it is sent${after}.`;
}

function stateOf(set: RungSet, rung: Rung): "done" | "todo" | "skipped" | "failed" {
  if (!livingRungs(set).includes(rung)) return "skipped";
  if (set.invalid !== undefined) return "failed";
  return isReady(set, rung) ? "done" : "todo";
}

function detailOf(set: RungSet, rung: Rung, { roster, now }: Around): Text {
  const valid = validSignatures(set, rung);
  const gone = rung.signatures.length - valid.length;
  const oldest = rung.signatures.map(({ at }) => at).sort()[0];
  const missing = set.safe.owners.filter(
    (owner) =>
      !includesAddress(
        valid.map((one) => one.owner),
        owner,
      ),
  );
  const parts: Span[][] = [
    ...(oldest === undefined ? [] : [[`the oldest is ${age(oldest, now)} old`]]),
    ...(gone === 0 ? [] : [[`${gone} of somebody who is no owner any more`]]),
    ...(isReady(set, rung) ? [] : [["not yet ", ...joined(missing.map((owner) => ownerSpan(owner, roster)))]]),
  ];
  return joined(
    parts.map((part) => part),
    "; ",
  );
}

function joined(items: (Span | Span[])[], between = ", "): Span[] {
  return items.flatMap((item, index): Span[] => [
    ...(index === 0 ? [] : [between]),
    ...(Array.isArray(item) ? item : [item]),
  ]);
}

function ownerSpan(owner: Address, roster: Roster | undefined): Span {
  const user = userOf(roster, owner);
  return user === undefined ? { code: owner } : { person: user };
}

const DAY_MS = 86_400_000;

function age(at: string, now: Date): string {
  const days = Math.floor((now.getTime() - Date.parse(at)) / DAY_MS);
  if (days < 1) return "less than a day";
  return days === 1 ? "1 day" : `${days} days`;
}

function signButton({ facts, seq }: RungSet, links: Links): Button {
  return { label: `Sign: ${facts.target.label}`, url: links.ladder(seq), style: "primary" };
}
