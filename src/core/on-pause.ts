import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import type { Address, IncidentId, ProposalId } from "./ids.ts";
import { findPause, type Incident, noSuchPause } from "./incident.ts";
import { includesAddress, isCollecting, missingFor, type Pause, statusOf } from "./pause-state.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { nothing, notWhileResolved, recordIncident } from "./record-incident.ts";
import type { TimelineEvent } from "./timeline.ts";

/** Decides on one proposal; when that makes it ready and the plan says `when-ready`, it is on its way at once. */
export async function onPause(
  app: App,
  cause: Cause,
  proposal: ProposalId,
  decide: (pause: Pause) => TimelineEvent[],
): Promise<Pause> {
  const incident = (await incidentOf(app, proposal)).id;
  const after = await recordIncident(app, cause, incident, (state): Decision => {
    const pause = findPause(state, proposal);
    const events = decide(pause);
    if (events.length === 0) return nothing;
    // What is over asks nobody any more; only the chain still has news.
    if (state.status === "resolved" && !cause.by.startsWith("chain:")) throw notWhileResolved(incident);
    const requested = events.some(({ kind }) => kind === "pause.execution_requested");
    if (!requested && pause.facts.execute === "when-ready" && becomesReady(pause, events)) {
      events.push({ kind: "pause.execution_requested", proposal, cause: "policy" });
    }
    const sent = events.some(({ kind }) => kind === "pause.execution_requested");
    return {
      events,
      effects: [
        ...(sent ? [{ kind: "execute" as const, incident, proposal }] : []),
        ...refreshPause(incident, proposal),
      ],
    };
  });
  return findPause(after, proposal);
}

function becomesReady(pause: Pause, events: TimelineEvent[]): boolean {
  let { confirmations, acknowledgements } = pause;
  const stamp = { by: "allstop" as const, at: pause.proposedAt };
  for (const event of events) {
    if (event.kind === "pause.confirmed") confirmations = [...confirmations, { ...event, ...stamp }];
    if (event.kind === "pause.acknowledged") acknowledgements = [...acknowledgements, { owner: event.owner, ...stamp }];
    if (event.kind === "pause.declined" || event.kind === "pause.withdrawn" || event.kind === "pause.failed")
      return false;
  }
  return missingFor({ ...pause, confirmations, acknowledgements }).length === 0;
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
