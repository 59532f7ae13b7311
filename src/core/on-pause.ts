import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import type { Address, IncidentId, ProposalId } from "./ids.ts";
import { findPause, type Incident, isOver, noSuchPause } from "./incident.ts";
import {
  beginPause,
  foldPause,
  includesAddress,
  isCollecting,
  isOnPause,
  type Pause,
  statusOf,
} from "./pause-state.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { nothing, notWhileResolved, recordIncident } from "./record-incident.ts";
import type { EventOf, TimelineEvent } from "./timeline.ts";

/** Decides on one proposal; when that makes it ready and the plan says `when-ready`, it is on its way at once. */
export async function onPause(
  app: App,
  cause: Cause,
  proposal: ProposalId,
  decide: (pause: Pause, incident: Incident) => Fact[],
): Promise<Pause> {
  const incident = (await incidentOf(app, proposal)).id;
  const after = await recordIncident(app, cause, incident, (state): Decision => {
    const pause = findPause(state, proposal);
    const events = decide(pause, state);
    const kinds = events.map((fact) => eventOf(fact).kind);
    if (events.length === 0) return nothing;
    // What is over asks nobody any more; only the chain still has news.
    if (isOver(state) && !cause.by.startsWith("chain:")) throw notWhileResolved(state);
    const atOnce = pause.facts.execute === "when-ready" && !isOver(state) && becomesReady(pause, events);
    const requested: Fact[] = atOnce ? [{ kind: "pause.execution_requested", proposal, cause: "policy" }] : [];
    // What somebody else has executed for us has to be proven as well.
    const goesOn = atOnce || kinds.includes("pause.execution_requested") || kinds.includes("pause.included");
    return {
      events: [...events, ...requested],
      effects: [
        ...(goesOn ? [{ kind: "execute" as const, incident, proposal }] : []),
        ...(kinds.includes("pause.part_signed") ? [{ kind: "settle_nested" as const, incident, proposal }] : []),
        ...refreshPause(incident, proposal),
        ...othersIn(events, proposal).flatMap((other) => refreshPause(incident, other)),
      ],
    };
  });
  return findPause(after, proposal);
}

/**
 * A new proposal, with what was given for its hash before it was made. When that is all that a `when-ready` plan asks
 * for, the execution is requested in the same breath.
 */
export function beginWith(incident: IncidentId, proposed: EventOf<"pause.proposed">, given: TimelineEvent[]): Decision {
  const { proposal } = proposed;
  const pause = beginPause(incident, { by: "allstop", at: "" }, proposed);
  const atOnce = proposed.execute === "when-ready" && becomesReady(pause, given);
  return {
    events: [
      proposed,
      ...given,
      ...(atOnce ? [{ kind: "pause.execution_requested" as const, proposal, cause: "policy" as const }] : []),
    ],
    effects: [
      { kind: "arm", incident, proposal },
      ...(atOnce ? [{ kind: "execute" as const, incident, proposal }] : []),
      ...refreshPause(incident, proposal),
    ],
  };
}

/** Whether these facts put the last piece in its place. What was ready all along waits for a press. */
function becomesReady(pause: Pause, facts: Fact[]): boolean {
  if (statusOf(pause) === "ready") return false;
  const stamp = { by: "allstop" as const, at: pause.proposedAt };
  const after = facts
    .map(eventOf)
    .filter((event) => isOnPause(event) && event.proposal === pause.id)
    .reduce((state, event) => (isOnPause(event) ? foldPause(state, stamp, event) : state), pause);
  return statusOf(after) === "ready";
}

/** Proposals beside this one that the facts are about: theirs are cards too. */
function othersIn(facts: Fact[], proposal: ProposalId): ProposalId[] {
  const about = facts.map(eventOf).flatMap((event) => (isOnPause(event) ? [event.proposal] : []));
  return [...new Set(about)].filter((one) => one !== proposal);
}

/** A fact, or a fact with the time at which it happened, where that is not now. */
type Fact = Decision["events"][number];

function eventOf(fact: Fact): TimelineEvent {
  return "event" in fact ? fact.event : fact;
}

export async function getPause(app: Pick<App, "journal">, proposal: ProposalId): Promise<Pause> {
  return findPause(await incidentOf(app, proposal), proposal);
}

async function incidentOf(app: Pick<App, "journal">, proposal: ProposalId): Promise<Incident> {
  const incidents = await app.journal.incidents();
  const found = incidents.find(({ pauses }) => pauses.some(({ id }) => id === proposal));
  if (found === undefined) throw noSuchPause(proposal);
  return found;
}

export function refreshPause(incident: IncidentId, proposal: ProposalId): Effect[] {
  return [
    { kind: "refresh_pause", incident, proposal },
    { kind: "refresh_card", incident },
  ];
}

/** Throws unless the proposal still gathers what it needs: what is over says how it ended. */
export function mustCollect(pause: Pause): void {
  if (isCollecting(pause)) return;
  const status = statusOf(pause);
  const why =
    status === "withdrawn" ? `was withdrawn: ${pause.withdrawn?.reason}` : `is ${statusWords[status] ?? status}`;
  throw new UserError(
    "proposal_over",
    `${pause.id} ${why}.`,
    status === "withdrawn" || status === "failed"
      ? `To pause after all, run \`/pause propose ${pause.facts.intervention}\`.`
      : `Nothing more is needed from you. See \`/pause status ${pause.id}\`.`,
    { proposal: pause.id, status },
  );
}

const statusWords: Partial<Record<ReturnType<typeof statusOf>, string>> = {
  requested: "already on its way",
  signed: "already on its way",
  broadcast: "already on its way",
  included: "already in a block",
  verified: "already executed and verified",
  safe: "already executed and verified",
  final: "already executed and final",
  failed: "over: it failed",
};

/** Throws unless `owner` is an owner of the proposal's Safe as it stands now. */
export function mustBeOwner(pause: Pause, owner: Address): void {
  if (includesAddress(pause.safe.owners, owner)) return;
  throw new UserError(
    "not_an_owner",
    `${owner} is not an owner of ${pause.facts.safe.label}.`,
    "Only its owners are counted here. If you hold an owner's key, link it with `/signer link`.",
    { owner, proposal: pause.id },
  );
}
