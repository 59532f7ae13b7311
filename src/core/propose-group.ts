import { type Draft, draftProposal, refuseSecond } from "./draft.ts";
import { UserError } from "./errors.ts";
import type { IncidentId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { isBehind, lastAhead } from "./pause-queue.ts";
import type { Pause } from "./pause-state.ts";
import type { App, Cause } from "./ports.ts";
import { getIncident, recordIncident } from "./record-incident.ts";

/** A group's proposals, in the order in which they are to run, and its members that were left out. */
export interface ProposedGroup {
  proposed: Pause[];
  left: { intervention: string; why: string }[];
}

/**
 * Proposes the members of a group, one transaction each, at consecutive nonces of their Safe: what fails or is paused
 * already never holds up another one. A member that can't be proposed is left out and said. Nothing is taken from
 * proposals that are open: the group's nonces follow theirs. Throws `UserError` `unknown_group`, and `nothing_to_propose`
 * when every member is left out; `RetryableError` when the chain can't be read, and then nothing is proposed.
 */
export async function proposeGroup(
  app: App,
  cause: Cause,
  { incident, group, reason }: { incident: IncidentId; group: string; reason?: string },
): Promise<ProposedGroup> {
  const before = await getIncident(app, incident);
  const drafts: Draft[] = [];
  const left: ProposedGroup["left"] = [];
  for (const intervention of mustKnow(app, group).together) {
    try {
      refuseSecond(before, intervention);
      const ahead = await lastAhead(app, intervention, drafts);
      const prepared = await app.chain.prepare(intervention, ahead && ahead.nonce + 1n);
      const follows = ahead !== undefined && isBehind(prepared) ? ahead.proposal : undefined;
      drafts.push(await draftProposal(app, prepared, { incident, reason, group, follows }));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      left.push({ intervention, why: error.message });
    }
  }
  if (drafts.length === 0) throw nothingLeft(group, left);
  const after = await recordIncident(app, cause, incident, (state) => {
    for (const { prepared } of drafts) refuseSecond(state, prepared.intervention);
    const decisions = drafts.map((draft) => draft.begin());
    return {
      events: decisions.flatMap(({ events }) => events),
      effects: decisions.flatMap(({ effects }) => effects),
    };
  });
  return { proposed: madeBy(after, group, drafts), left };
}

/** A redelivered command finds the proposals that it made. */
function madeBy(incident: Incident, group: string, drafts: Draft[]): Pause[] {
  const own = incident.pauses.filter(({ id }) => drafts.some(({ proposal }) => proposal === id));
  return own.length > 0 ? own : incident.pauses.filter(({ facts }) => facts.group === group);
}

function mustKnow(app: App, key: string) {
  const { groups } = app.plan();
  const group = Object.hasOwn(groups, key) ? groups[key] : undefined;
  if (group !== undefined) return group;
  const known = Object.keys(groups).join(", ") || "none yet";
  throw new UserError("unknown_group", `The response plan has no group "${key}".`, `It has: ${known}.`, { group: key });
}

function nothingLeft(group: string, left: ProposedGroup["left"]): UserError {
  return new UserError(
    "nothing_to_propose",
    `Nothing of ${group} can be proposed. ${left.map(({ intervention, why }) => `${intervention}: ${why}`).join(" ")}`,
    "See what is said of each one. What is paused already needs no proposal.",
    { group },
  );
}
