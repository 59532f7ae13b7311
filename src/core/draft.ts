import type { PreparedPause } from "./chain-port.ts";
import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import { formatId, type IncidentId, type ProposalId } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { type Intervention, kindOf } from "./intervention.ts";
import { lookIntoLadder, openingEvents } from "./ladder-open.ts";
import { beginWith } from "./on-pause.ts";
import { limitsOf, mustBeLet } from "./pause-limits.ts";
import { includesAddress, isOpen } from "./pause-state.ts";
import { aliasesOf } from "./plan.ts";
import type { App, Decision } from "./ports.ts";
import { notWhileResolved } from "./record-incident.ts";
import { heldSignatures, ownersOf, reuseEvents } from "./reuse.ts";
import { usersOf } from "./roster.ts";

/** What a proposal says beside what the chain and the plan say. */
export interface DraftOptions {
  incident: IncidentId;
  reason?: string;
  insteadOf?: ProposalId;
  group?: string;
  follows?: ProposalId;
}

/** A proposal that has its number and all that it needs, and is not made yet. */
export interface Draft {
  proposal: ProposalId;
  prepared: PreparedPause;
  /** The facts that make it, and what is owed because of them. Pure. */
  begin(): Decision;
}

/**
 * Turns a prepared transaction into a proposal. What its owners have signed already, for an earlier proposal of the same
 * hash or ahead of time, is taken along; acknowledgements are asked for anew, as those were a word on how things stood
 * then.
 */
export async function draftProposal(app: App, prepared: PreparedPause, options: DraftOptions): Promise<Draft> {
  const { incident, reason, insteadOf, group, follows } = options;
  const plan = app.plan();
  const intervention = mustPlan(app, prepared.intervention);
  const { owners } = prepared.safe;
  const hashed = { chainId: prepared.chain.id, safe: prepared.safe.address, safeTxHash: prepared.safeTxHash };
  const [held, found] = [await heldSignatures(app, hashed), await lookIntoLadder(app, hashed)];
  const roster = await app.journal.state("roster");
  const proposal = formatId("P", await app.journal.nextNumber("P"));
  const { acknowledgements, execute, submission, stillWorks } = intervention;
  const limits = limitsOf(plan, intervention);
  const proposed = {
    kind: "pause.proposed" as const,
    proposal,
    ...(insteadOf && { insteadOf }),
    ...(group && { group }),
    ...(follows && { follows }),
    reason,
    planHash: plan.hash,
    acknowledgementsRequired: acknowledgements,
    execute,
    stillWorks,
    ...(limits && { limits }),
    ...(submission && { submission }),
    ...(checksFirst(intervention) && { finalCheck: "before" as const }),
    ...prepared,
  };
  const begin = (): Decision => {
    const reused = reuseEvents(held, proposal, owners);
    // In one decision with the proposal: what was signed ahead of time is opened, counted and told, or none of it is.
    const opened = openingEvents(found, { incident, facts: proposed, owners, held: ownersOf(reused) });
    const { events, effects } = beginWith(incident, proposed, [...reused, ...opened]);
    return {
      events,
      effects: [
        ...effects,
        ...owners
          .filter((owner) => !includesAddress(ownersOf(reused), owner))
          .flatMap((owner): Effect[] => {
            const users = new Set(usersOf(roster, owner).flatMap((user) => aliasesOf(plan, user)));
            return [...users].map((user) => ({ kind: "ask_signer", incident, proposal, owner, user }));
          }),
      ],
    };
  };
  return { proposal, prepared, begin };
}

/** Throws `UserError` where the plan knows no such intervention, or does not let this person propose it in this incident. */
export function mayBeProposedBy(app: App, by: string): (incident: Incident, key: string) => void {
  return (incident, key) =>
    mustBeLet(app.plan(), incident, { key, intervention: mustPlan(app, key), by, now: app.clock.now() });
}

/** Throws `UserError` `unknown_intervention`, listing those that the plan knows. */
export function mustPlan(app: Pick<App, "plan">, key: string): Intervention {
  const { interventions, groups } = app.plan();
  const intervention = Object.hasOwn(interventions, key) ? interventions[key] : undefined;
  if (intervention !== undefined) return intervention;
  throw new UserError(
    "unknown_intervention",
    `The response plan has no intervention "${key}".`,
    `It has: ${Object.keys({ ...interventions, ...groups }).join(", ") || "none yet"}.`,
    { intervention: key },
  );
}

/** A pause tolerates a false alarm, and is sent first; all else fails closed, and is checked first. */
function checksFirst(intervention: Intervention): boolean {
  const first = "finalCheck" in intervention ? intervention.finalCheck : undefined;
  return (first ?? (kindOf(intervention) === "pause" ? "beside" : "before")) === "before";
}

/** Throws `UserError` when the intervention is proposed already in this incident, or done. */
export function refuseSecond(incident: Incident, intervention: string): void {
  if (isOver(incident)) throw notWhileResolved(incident);
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
