import type { PreparedPause } from "./chain-port.ts";
import { type Draft, draftProposal, mayBeProposedBy, mustPlan, refuseSecond } from "./draft.ts";
import { RetryableError, UserError } from "./errors.ts";
import type { IncidentId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { sayRefusal } from "./pause-limits.ts";
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
  const mayPropose = mayBeProposedBy(app, cause.by);
  const { ready, left } = await prepareMembers(app, before, mustKnow(app, group).together, mayPropose);
  const drafts: Draft[] = [];
  for (const prepared of ready) {
    const ahead = isBehind(prepared) ? await lastAhead(app, prepared.intervention, drafts) : undefined;
    drafts.push(await draftProposal(app, prepared, { incident, reason, group, follows: ahead?.proposal }));
  }
  if (drafts.length === 0) throw nothingLeft(group, left);
  const after = await recordIncident(app, cause, incident, (state) => {
    for (const { prepared } of drafts) {
      refuseSecond(state, prepared.intervention);
      mayPropose(state, prepared.intervention);
    }
    const decisions = drafts.map((draft) => draft.begin());
    return {
      events: decisions.flatMap(({ events }) => events),
      effects: decisions.flatMap(({ effects }) => effects),
    };
  });
  return { proposed: madeBy(after, group, drafts), left };
}

/** Others were quicker so often that the Safe has to be busy with something else. */
const ROUNDS_MAX = 8;

interface Member {
  intervention: string;
  /** Of its Safe, the same text for the same one. */
  safe: string;
  prepared?: PreparedPause;
}

/**
 * The members that can be proposed, each prepared at its place in the row of its Safe. Several at once, as every block
 * counts; when one of them can't be proposed, those behind it move up and are prepared again.
 */
async function prepareMembers(
  app: App,
  incident: Incident,
  together: string[],
  mayPropose: (incident: Incident, intervention: string) => void,
): Promise<{ ready: PreparedPause[]; left: ProposedGroup["left"] }> {
  const left: ProposedGroup["left"] = [];
  const unlessRefused = async <T>(intervention: string, work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      left.push({ intervention, why: sayRefusal(error) });
      return undefined;
    }
  };
  const asked = together.map((intervention) =>
    unlessRefused(intervention, (): Member => {
      refuseSecond(incident, intervention);
      mayPropose(incident, intervention);
      const { chainId, safe } = app.chain.planned(intervention);
      return { intervention, safe: `${chainId} ${safe.toLowerCase()}` };
    }),
  );
  let members = defined(await Promise.all(asked));
  const first = await firstNonces(app, members);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const places = placesOf(members, first);
    const moved = members.filter(({ prepared }, index) => prepared?.safeTx.nonce !== places[index]?.toString());
    if (moved.length === 0) {
      const inOrder = left.sort((a, b) => together.indexOf(a.intervention) - together.indexOf(b.intervention));
      return { ready: members.flatMap(({ prepared }) => prepared ?? []), left: inOrder };
    }
    members = defined(
      await fewAtOnce(members, async (member, index): Promise<Member | undefined> => {
        if (!moved.includes(member)) return member;
        const { intervention } = member;
        const after = members.slice(0, index).filter(({ safe }) => safe === member.safe);
        const options = { nonceFrom: places[index], after: after.map((one) => one.intervention) };
        const prepared = await unlessRefused(intervention, () => app.chain.prepare(intervention, options));
        return prepared && { ...member, prepared };
      }),
    );
    for (const { safe, prepared } of members) raise(first, safe, BigInt(prepared?.observed.nonce ?? 0));
  }
  throw new RetryableError("The Safe's nonce moved each time that the group was prepared.");
}

/** By Safe, the nonce of its first member: behind what is proposed already, or where the Safe stands. */
async function firstNonces(app: App, members: Member[]): Promise<Map<string, bigint>> {
  const first = new Map<string, bigint>();
  for (const { safe, intervention } of members) {
    if (first.has(safe)) continue;
    const ahead = await lastAhead(app, intervention);
    const nonce = await nonceOf(app, intervention);
    first.set(safe, ahead === undefined || ahead.nonce < nonce ? nonce : ahead.nonce + 1n);
  }
  return first;
}

/** Of a Safe that is refused, none: each of its members says why when it is prepared, and the other Safes' go on. */
async function nonceOf(app: App, intervention: string): Promise<bigint> {
  try {
    return (await app.chain.readSafe(mustPlan(app, intervention).safe)).nonce;
  } catch (error) {
    if (error instanceof UserError) return 0n;
    throw error;
  }
}

/** Each one that is prepared takes a thread with protocol-kit in it, some 70 MB, for a moment. */
const AT_ONCE = 3;

async function fewAtOnce<T, R>(list: T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < list.length; from += AT_ONCE) {
    done.push(...(await Promise.all(list.slice(from, from + AT_ONCE).map((item, at) => work(item, from + at)))));
  }
  return done;
}

function placesOf(members: Member[], first: Map<string, bigint>): bigint[] {
  const next = new Map(first);
  return members.map(({ safe }) => {
    const nonce = next.get(safe) ?? 0n;
    next.set(safe, nonce + 1n);
    return nonce;
  });
}

function raise(first: Map<string, bigint>, safe: string, nonce: bigint): void {
  if (nonce > (first.get(safe) ?? 0n)) first.set(safe, nonce);
}

function defined<T>(list: (T | undefined)[]): T[] {
  return list.filter((one) => one !== undefined);
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
