import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import { type Address, formatId, type Hex, type IncidentId, type ProposalId } from "./ids.ts";
import { type Incident, noSuchPause } from "./incident.ts";
import { getPause, mustBeOwner, mustCollect, onPause, refreshPause } from "./on-pause.ts";
import { includesAddress, isCollecting, isOpen, missingFor, type Pause, sameAddress } from "./pause-state.ts";
import { aliasesOf } from "./plan.ts";
import type { App, Cause } from "./ports.ts";
import { getIncident, notWhileResolved, recordIncident } from "./record-incident.ts";
import { usersOf } from "./roster.ts";
import { canonicalSignature, recoverOwner } from "./safe-tx.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Proposes an intervention of the plan: reads the Safe, builds and checks the transaction, then asks the owners. */
export async function proposePause(
  app: App,
  cause: Cause,
  { incident, intervention: key, reason }: { incident: IncidentId; intervention: string; reason?: string },
): Promise<Pause> {
  const plan = app.plan();
  const intervention = plan.interventions[key];
  if (intervention === undefined) {
    throw new UserError(
      "unknown_intervention",
      `The response plan has no intervention "${key}".`,
      `It has: ${Object.keys(plan.interventions).join(", ") || "none yet"}.`,
      { intervention: key },
    );
  }
  refuseSecond(await getIncident(app, incident), key);
  const prepared = await app.chain.prepare(key);
  const roster = await app.journal.state("roster");
  const proposal = formatId("P", await app.journal.nextNumber("P"));
  const { acknowledgements, execute, stillWorks } = intervention;
  const after = await recordIncident(app, cause, incident, (state) => {
    refuseSecond(state, key);
    return {
      events: [
        {
          kind: "pause.proposed",
          proposal,
          reason,
          planHash: plan.hash,
          acknowledgementsRequired: acknowledgements,
          execute,
          stillWorks,
          ...prepared,
        },
      ],
      effects: [
        { kind: "arm", incident, proposal },
        ...refreshPause(incident, proposal),
        ...prepared.safe.owners.flatMap((owner): Effect[] => {
          const users = new Set(usersOf(roster, owner).flatMap((user) => aliasesOf(plan, user)));
          return [...users].map((user) => ({ kind: "ask_signer", incident, proposal, owner, user }));
        }),
      ],
    };
  });
  // A redelivered proposal finds the one it made.
  return after.pauses.find(({ id }) => id === proposal) ?? lastOf(after, key);
}

function refuseSecond(incident: Incident, intervention: string): void {
  if (incident.status === "resolved") throw notWhileResolved(incident.id);
  const open = incident.pauses.find((pause) => pause.facts.intervention === intervention && isOpen(pause));
  if (open === undefined) return;
  const done = open.verified !== undefined;
  throw new UserError(
    done ? "already_paused" : "already_proposed",
    done ? `${open.facts.title} is done: ${open.id} is verified.` : `${open.id} already proposes ${intervention}.`,
    done ? `See \`/pause status ${open.id}\`.` : `Acknowledge and sign ${open.id}, or withdraw it first.`,
    { proposal: open.id, intervention },
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
 * When it completes what a `when-ready` plan asks for, the execution is requested in the same breath.
 */
export async function confirmPause(
  app: App,
  cause: Cause,
  { proposal, signature: given, via }: { proposal: ProposalId; signature: Hex; via: "page" | "paste" },
): Promise<Pause> {
  const { safeTxHash } = (await getPause(app, proposal)).facts;
  const signature = canonicalSignature(given);
  const owner = await recoverOwner(safeTxHash, signature);
  return onPause(app, await creditSigner(app, cause, { owner, via }), proposal, (pause) => {
    // A signature that we already hold is not news, however late it comes.
    if (includesAddress(ownersOf(pause.confirmations), owner)) return [];
    mustCollect(pause);
    if (!includesAddress(pause.safe.owners, owner)) {
      throw new UserError(
        "not_an_owner",
        `This signature over ${proposal} recovers to ${owner}, which is not an owner of ${pause.facts.safe.label}.`,
        "Was it made for another hash, or with another account? Compare the safeTxHash on the card and sign again.",
        { owner, proposal },
      );
    }
    return [{ kind: "pause.confirmed", proposal, owner, signature, via }];
  });
}

/** On the page nobody says who they are: the signature is credited to whoever speaks for its owner in chat. */
async function creditSigner(app: App, cause: Cause, { owner, via }: { owner: Address; via: "page" | "paste" }) {
  if (via !== "page") return cause;
  const [user] = usersOf(await app.journal.state("roster"), owner);
  return { ...cause, by: user ?? cause.by };
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
  return onPause(app, cause, proposal, (pause) => {
    if (pause.withdrawn !== undefined) return [];
    mustCollect(pause);
    return [{ kind: "pause.withdrawn", proposal, reason }];
  });
}

/** The Safe changed on-chain while a proposal was open. A removed owner's signature stops counting from here. */
export async function noteSafeChange(
  app: App,
  proposal: ProposalId,
  safe: { owners: Address[]; threshold: number; nonce: bigint; blockNumber: bigint },
): Promise<void> {
  const { facts } = await getPause(app, proposal);
  await onPause(app, { by: `chain:${facts.chain.id}` }, proposal, (pause) => {
    const nonce = safe.nonce.toString();
    const same =
      pause.safe.threshold === safe.threshold &&
      pause.safe.nonce === nonce &&
      pause.safe.owners.join().toLowerCase() === safe.owners.join().toLowerCase();
    if (same || !isCollecting(pause)) return [];
    const { owners, threshold } = safe;
    const changed: TimelineEvent = {
      kind: "pause.safe_changed",
      proposal,
      owners,
      threshold,
      nonce,
      blockNumber: safe.blockNumber.toString(),
    };
    if (nonce === pause.facts.safeTx.nonce) return [changed];
    return [
      changed,
      {
        kind: "pause.failed",
        proposal,
        code: "superseded",
        why: `Nonce ${pause.facts.safeTx.nonce} of ${pause.facts.safe.label} was used by another transaction; the Safe now stands at ${nonce}.`,
        remedy: `Propose again: \`/pause propose ${pause.facts.intervention}\`. The old signatures can't be reused.`,
      },
    ];
  });
}

function ownersOf(entries: { owner: Address }[]): Address[] {
  return entries.map(({ owner }) => owner);
}
