import { messageOf, UserError } from "./errors.ts";
import type { Address, Hex, IncidentId, ProposalId } from "./ids.ts";
import { isOver } from "./incident.ts";
import { findRung } from "./ladder-state.ts";
import type { LadderStore } from "./ladder-store.ts";
import { onPause } from "./on-pause.ts";
import { includesAddress, isCollecting, type Pause, sameAddress } from "./pause-state.ts";
import type { App, Cause } from "./ports.ts";
import { nothing, streamOf } from "./record-incident.ts";
import { recoverOwner } from "./safe-tx.ts";
import type { EventOf, TimelineEvent } from "./timeline.ts";

/** Signatures made ahead of time over exactly one hash, as they came out of the ladder. */
export interface LadderFind {
  confirmations: { owner: Address; signature: Hex }[];
  /** How many lie there and could not be read, and why. */
  unreadable: number;
  why: string;
  remedy: string;
}

const NOTHING_THERE: LadderFind = { confirmations: [], unreadable: 0, why: "", remedy: "" };

/**
 * Takes out what the ladder holds for exactly this hash. Only what was laid as a rung is ever found, and a rung is only
 * ever a pause. Each signature is recovered again; whether its owner is one now is for the caller's decision. Whoever
 * uses what comes out records `openingEvents` with it.
 */
export async function lookIntoLadder(
  app: Pick<App, "journal" | "ladder">,
  { chainId, safe, safeTxHash }: { chainId: number; safe: Address; safeTxHash: Hex },
): Promise<LadderFind> {
  if (app.ladder === undefined) return NOTHING_THERE;
  try {
    return await take(app.journal, app.ladder, { chainId, safe, safeTxHash });
  } catch (error) {
    // Whatever is wrong with the ladder is told, and never stands in the way of a pause.
    return { confirmations: [], unreadable: 1, why: messageOf(error), remedy: BY_HAND };
  }
}

const BY_HAND = "Collect signatures as always.";

async function take(
  journal: App["journal"],
  store: LadderStore,
  { chainId, safe, safeTxHash }: { chainId: number; safe: Address; safeTxHash: Hex },
): Promise<LadderFind> {
  const found = findRung(await journal.state("ladder"), safeTxHash);
  if (found === undefined) return NOTHING_THERE;
  const { facts } = found.set;
  if (facts.chain.id !== chainId || !sameAddress(facts.safe.address, safe)) return NOTHING_THERE;
  const { signatures, unreadable } = store.read(safeTxHash);
  const recovered = await Promise.all(signatures.map(({ signature }) => recoverOwner(safeTxHash, signature)));
  const confirmations = signatures.filter(({ owner }, index) => sameAddress(owner, recovered[index] ?? ""));
  const locked = unreadable.some(({ fault }) => fault === "locked");
  return {
    confirmations: confirmations.map(({ owner, signature }) => ({ owner, signature })),
    unreadable: unreadable.length + signatures.length - confirmations.length,
    why: locked ? whyLocked(store.hasKey) : "What lies there is not what was put there.",
    remedy: locked ? `${BY_HAND} Nothing is lost: they open under the key that they were sealed under.` : BY_HAND,
  };
}

export function whyLocked(hasKey: boolean): string {
  return hasKey ? "They were sealed under another LADDER_KEY." : "LADDER_KEY is not set.";
}

/**
 * What an incident's timeline says when the ladder is opened for a proposal: the opening, then each signature. Nothing
 * for owners that the Safe no longer has, or whose signature the proposal holds already.
 */
export function openingEvents(
  found: LadderFind,
  {
    incident,
    facts,
    owners,
    held,
  }: {
    incident: IncidentId;
    facts: Pick<EventOf<"pause.proposed">, "proposal" | "safeTx" | "safeTxHash">;
    /** Who owns the Safe now. */
    owners: Address[];
    /** Whose signatures the proposal has without the ladder. */
    held: Address[];
  },
): TimelineEvent[] {
  const { proposal, safeTxHash, safeTx } = facts;
  const { unreadable, why, remedy } = found;
  const usable = found.confirmations.filter(
    ({ owner }) => includesAddress(owners, owner) && !includesAddress(held, owner),
  );
  const opened = { kind: "ladder.opened" as const, incident, proposal, nonce: safeTx.nonce, safeTxHash };
  return [
    ...(usable.length > 0 ? [{ ...opened, owners: usable.map(({ owner }) => owner) }] : []),
    ...usable.map(({ owner, signature }) => ({
      kind: "pause.confirmed" as const,
      proposal,
      owner,
      signature,
      via: "ladder" as const,
    })),
    ...(unreadable > 0 ? [{ kind: "ladder.locked" as const, proposal, signatures: unreadable, why, remedy }] : []),
  ];
}

/**
 * Opens the ladder for proposals that are collecting and have not had all that it holds for them: signatures that came
 * in meanwhile, or that could not be read when the proposal was made.
 */
export async function openForProposals(app: App, cause: Cause): Promise<void> {
  if (app.ladder === undefined) return;
  for (const incident of await app.journal.incidents()) {
    for (const pause of incident.pauses) {
      if (isOver(incident) || !isCollecting(pause)) continue;
      const { chain, safe, safeTxHash } = pause.facts;
      const found = await lookIntoLadder(app, { chainId: chain.id, safe: safe.address, safeTxHash });
      if (!isNews(found, pause)) continue;
      try {
        await onPause(app, cause, pause.id, (now) =>
          isCollecting(now) ? openingEvents({ ...found, unreadable: 0 }, openingOf(now)) : [],
        );
      } catch (error) {
        // Resolved in this very moment: it asks nobody any more, and the signatures stay where they are.
        if (!(error instanceof UserError)) throw error;
      }
    }
  }
}

function isNews({ confirmations }: LadderFind, pause: Pause): boolean {
  const { owners, held } = openingOf(pause);
  return confirmations.some(({ owner }) => includesAddress(owners, owner) && !includesAddress(held, owner));
}

function openingOf({ incident, facts, safe, confirmations }: Pause) {
  return { incident, facts, owners: safe.owners, held: confirmations.map(({ owner }) => owner) };
}

/** Puts an incident's openings of the ladder for one proposal on the ladder's own timeline. Twice is once. */
export async function noteOpening(
  app: Pick<App, "journal">,
  { incident, proposal }: { incident: IncidentId; proposal: ProposalId },
): Promise<void> {
  for (const { event, by, byName, at } of await app.journal.events(streamOf(incident))) {
    if (event.kind !== "ladder.opened" || event.proposal !== proposal) continue;
    await app.journal.record("ladder", { by, byName }, (ladder) => {
      const known = (ladder?.openings ?? []).some(
        (one) => one.proposal === proposal && one.owners.join() === event.owners.join() && one.at === at,
      );
      return known ? nothing : { events: [{ at, event }], effects: [] };
    });
  }
}
