import { draftProposal, mayBeProposedBy, mustPlan, refuseSecond } from "./draft.ts";
import { UserError } from "./errors.ts";
import type { Address, Hex, IncidentId, ProposalId } from "./ids.ts";
import { findPause, type Incident, noSuchPause } from "./incident.ts";
import { mustBeOwner, mustCollect, onPause } from "./on-pause.ts";
import { followersOf, isBehind, lastAhead } from "./pause-queue.ts";
import { includesAddress, missingFor, type Pause, sameAddress } from "./pause-state.ts";
import type { App, Cause } from "./ports.ts";
import { getIncident, recordIncident } from "./record-incident.ts";
import { ownersOf } from "./reuse.ts";
import { handInSignatures, type Outcome } from "./signature-hand-in.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface Proposal {
  incident: IncidentId;
  intervention: string;
  reason?: string;
  /** The proposal that failed, and in whose place this one is made. */
  insteadOf?: ProposalId;
}

/**
 * Proposes an intervention of the plan: reads the Safe, builds and checks the transaction, then asks the owners. What
 * they have signed already, for an earlier proposal of the same hash or ahead of time, is taken along; acknowledgements
 * are asked for anew, as those were a word on how things stood then.
 */
export async function proposePause(
  app: App,
  cause: Cause,
  { incident, intervention: key, reason, insteadOf }: Proposal,
): Promise<Pause> {
  mustPlan(app, key);
  const mayPropose = mayBeProposedBy(app, cause.by);
  const before = await getIncident(app, incident);
  const failed = insteadOf === undefined ? undefined : findPause(before, insteadOf);
  if (failed !== undefined) mustSucceed(failed, key);
  refuseSecond(before, key);
  mayPropose(before, key);
  // What was proposed in a group takes its place in the row again, behind those that are still to run.
  const ahead = failed?.facts.group === undefined ? undefined : await lastAhead(app, key);
  const prepared = await app.chain.prepare(key, ahead && { nonceFrom: ahead.nonce + 1n });
  const behind = ahead !== undefined && isBehind(prepared) ? { follows: ahead.proposal } : {};
  const group = failed?.facts.group;
  const draft = await draftProposal(app, prepared, { incident, reason, insteadOf, group, ...behind });
  const after = await recordIncident(app, cause, incident, (state) => {
    refuseSecond(state, key);
    mayPropose(state, key);
    return draft.begin();
  });
  // A redelivered proposal finds the one it made.
  return after.pauses.find(({ id }) => id === draft.proposal) ?? lastOf(after, key);
}

/** A proposal is followed by one of the same intervention, and only once it can't run any more. */
function mustSucceed({ id, facts, failed, withdrawn }: Pause, intervention: string): void {
  const isOver = failed !== undefined || withdrawn !== undefined;
  if (isOver && facts.intervention === intervention) return;
  throw new UserError(
    "not_its_successor",
    isOver ? `${id} proposed ${facts.intervention}, not ${intervention}.` : `${id} has not failed: it can still run.`,
    `See \`/pause status ${id}\`, or propose ${intervention} by itself.`,
    { proposal: id, intervention },
  );
}

function lastOf(incident: Incident, intervention: string): Pause {
  const pause = incident.pauses.findLast(({ facts }) => facts.intervention === intervention);
  if (pause === undefined) throw noSuchPause(intervention);
  return pause;
}

/** The first of two keys: an owner says in chat "I compared the hash, I stand ready". Worth nothing on-chain. */
export async function acknowledgePause(
  app: App,
  cause: Cause,
  { proposal, owner }: { proposal: ProposalId; owner: Address },
): Promise<Pause> {
  return onPause(app, cause, proposal, (pause) => {
    mustCollect(pause);
    mustBeOwner(pause, owner);
    if (includesAddress(ownersOf(pause.acknowledgements), owner)) return []; // A second press is not news.
    return [{ kind: "pause.acknowledged", proposal, owner }];
  });
}

export async function declinePause(
  app: App,
  cause: Cause,
  { proposal, owner, reason }: { proposal: ProposalId; owner: Address; reason: string },
): Promise<Pause> {
  return onPause(app, cause, proposal, (pause) => {
    mustCollect(pause);
    mustBeOwner(pause, owner);
    if (pause.declines.some((decline) => sameAddress(decline.owner, owner) && decline.reason === reason)) return [];
    return [{ kind: "pause.declined", proposal, owner, reason }];
  });
}

/**
 * The second of two keys: an owner's signature over the safeTxHash. Anyone may carry it here; whose it is, is recovered.
 * When it completes what a `when-ready` plan asks for, the execution is requested in the same breath. Throws `UserError`
 * where it doesn't count: `not_an_owner`, `malformed_signature`, `proposal_over`.
 */
export async function confirmPause(
  app: App,
  cause: Cause,
  { proposal, signature, via }: { proposal: ProposalId; signature: Hex; via: "page" | "paste" },
): Promise<Pause> {
  const given = [{ where: "signature 1", read: { kind: "ecdsa" as const, signature } }];
  const { pause, handedIn } = await handInSignatures(app, cause, { proposal, given, via });
  for (const { outcome } of handedIn) throwIfRefused(proposal, outcome);
  return pause;
}

/** Throws as `UserError` why a signature does not count, if so. */
export function throwIfRefused(proposal: ProposalId, outcome: Outcome): void {
  if (outcome.kind !== "refused") return;
  const { code, why, remedy, owner } = outcome;
  throw new UserError(code, why, remedy, { proposal, ...(owner && { owner }) });
}

/** A person asks for the execution of a proposal that is ready. A second press is not news. */
export async function executePause(app: App, cause: Cause, { proposal }: { proposal: ProposalId }): Promise<Pause> {
  return onPause(app, cause, proposal, (pause) => {
    if (pause.requested !== undefined && pause.failed === undefined) return [];
    mustCollect(pause);
    const missing = missingFor(pause);
    if (missing.length > 0) {
      throw new UserError(
        "not_ready",
        `${proposal} is not ready: it needs ${missing.join(" and ")}.`,
        "The card shows who is missing. Nudge them, or carry their signature in with `/pause confirm`.",
        { proposal },
      );
    }
    return [{ kind: "pause.execution_requested", proposal, cause: "press" }];
  });
}

export async function withdrawPause(
  app: App,
  cause: Cause,
  { proposal, reason }: { proposal: ProposalId; reason: string },
): Promise<Pause> {
  return onPause(app, cause, proposal, (pause, incident) => {
    if (pause.withdrawn !== undefined) return [];
    mustCollect(pause);
    const stranded = followersOf(incident, proposal).map((follower) => strandedBy(pause, follower));
    return [{ kind: "pause.withdrawn", proposal, reason }, ...stranded];
  });
}

/** It was to run after one that is withdrawn. Left open, it would wait for a nonce that nobody uses. */
function strandedBy(withdrawn: Pause, { id, facts }: Pause): TimelineEvent {
  return {
    kind: "pause.failed",
    proposal: id,
    code: "predecessor_withdrawn",
    why: `${withdrawn.id}, after which it was to run, is withdrawn, so the Safe may never come to nonce ${facts.safeTx.nonce}.`,
    remedy: `Propose it again: \`/pause propose ${facts.group ?? facts.intervention}\`.`,
  };
}
