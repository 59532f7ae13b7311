import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import { type IncidentId, platformOf } from "./ids.ts";
import { type Incident, noSuchIncident } from "./incident.ts";
import { foldIncident } from "./incident-fold.ts";
import { pagesOwed } from "./paging.ts";
import type { LoadedPlan } from "./plan.ts";
import { runCardsOwed } from "./playbook-go-on.ts";
import type { App, Cause, Decision } from "./ports.ts";
import { remindersOwed } from "./reminders.ts";
import { isSameDoubt, newlyExecutable } from "./rivals.ts";
import { GENESIS_HASH, type TimelineEvent } from "./timeline.ts";
import { timersOwed } from "./timers.ts";

export { nothing } from "./nothing.ts";

/**
 * Records in an incident that must exist. What people in the room should hear of is owed to them as one line each, and
 * what is to happen by itself later as a timer.
 */
export async function recordIncident(
  app: Pick<App, "journal" | "plan">,
  cause: Cause,
  incident: IncidentId,
  decide: (state: Incident) => Decision,
): Promise<Incident> {
  return app.journal.record(streamOf(incident), cause, (state, now) => {
    if (state === undefined) throw noSuchIncident(incident);
    const decision = decide(state);
    const effects = [...decision.effects, ...linesOwed(state, decision)];
    return withTimers(app.plan(), { before: state, decision: { events: decision.events, effects }, now });
  });
}

/** The decision, and the timers and edits that it brings about. `before` is what it was made upon, `now` when it is recorded. */
export function withTimers(
  plan: LoadedPlan,
  {
    before,
    decision: { events, effects },
    now,
    id = before?.id,
  }: { before: Incident | undefined; decision: Decision; now: Date; id?: IncidentId | undefined },
): Decision {
  // What stands between a signature and its transaction is not folded twice: nothing here depends on a pause.
  if (id === undefined || events.every((entry) => isOfPauses(entry))) return { events, effects };
  const [stream, recordedAt] = [streamOf(id), now.toISOString()];
  const after = events.reduce<Incident | undefined>((incident, entry) => {
    const { event, at = recordedAt } = "event" in entry ? entry : { event: entry };
    // Hashes are the journal's to make, and no timer depends on one.
    const link = { stream, seq: (incident?.head.seq ?? 0) + 1, by: "allstop", previousHash: GENESIS_HASH } as const;
    return foldIncident(incident, { ...link, at, recordedAt, event, hash: GENESIS_HASH });
  }, before);
  return after === undefined
    ? { events, effects }
    : {
        events,
        effects: [
          ...effects,
          ...timersOwed(before, after, plan),
          ...pagesOwed(before, after),
          ...remindersOwed(before, after, plan),
          ...runCardsOwed(before, after),
        ],
      };
}

function isOfPauses(entry: Decision["events"][number]): boolean {
  const { kind } = "event" in entry ? entry.event : entry;
  return kind.startsWith("pause.") || kind.startsWith("ladder.");
}

export function streamOf(incident: IncidentId): `incident/${string}` {
  return `incident/${incident}`;
}

export async function getIncident(app: Pick<App, "journal">, incident: IncidentId): Promise<Incident> {
  const state = await app.journal.state(streamOf(incident));
  if (state === undefined) throw noSuchIncident(incident);
  return state;
}

const toldInRoom = new Set<TimelineEvent["kind"]>([
  "severity.changed",
  "status.changed",
  "incident.resolved",
  "incident.reopened",
  "role.assigned",
  "role.offer_declined",
  "incident.closed",
  "oncall.answered",
  "contact.notified",
  "risk.linked",
  "note.added",
  "update.posted",
  "pause.declined",
  "pause.withdrawn",
  "pause.safe_changed",
  "pause.signature_lapsed",
  "pause.simulated",
  "pause.execution_requested",
  "pause.verified",
  "pause.final",
  "pause.failed",
  "pause.blocked",
  "pause.reorged",
  "ladder.opened",
  "ladder.locked",
  "pause.attempt_lost",
  "bot.restarted",
  "message.captured",
  "message.retracted",
]);

/** Turning points, after which the timeline's head is posted where we can't rewrite it. */
const headPosted = new Set<TimelineEvent["kind"]>([
  "pause.verified",
  "pause.final",
  "incident.resolved",
  "incident.closed",
]);

function linesOwed(state: Incident, { events }: Decision): Effect[] {
  const incident = state.id;
  return events.flatMap((entry, index): Effect[] => {
    const event = "event" in entry ? entry.event : entry;
    const seq = state.head.seq + 1 + index;
    // Under the captured message itself it is said by `confirm_capture`; the other rooms hear of it in a line.
    const except = "message" in event && event.message !== undefined ? platformOf(event.message) : undefined;
    return [
      ...(isTold(state, event) ? [{ kind: "tell_room" as const, incident, seq, except }] : []),
      ...(headPosted.has(event.kind) ? [{ kind: "post_head" as const, incident, seq }] : []),
      // Signatures made ahead of time are taken out: whoever guards them hears of it, whatever the incident is.
      ...(event.kind === "ladder.opened"
        ? [
            { kind: "tell_alerts" as const, stream: streamOf(incident), seq },
            { kind: "note_opening" as const, incident, proposal: event.proposal },
          ]
        : []),
    ];
  });
}

/** What turns only now and then into news is told when it does; all else by its kind. */
function isTold(state: Incident, event: TimelineEvent): boolean {
  switch (event.kind) {
    case "pause.rivals_changed": {
      const before = state.pauses.find(({ id }) => id === event.proposal)?.rivals ?? [];
      return newlyExecutable(before, event.rivals).length > 0;
    }
    case "pause.checked":
      return !event.ok;
    case "oncall.paged":
      return event.why === "asked";
    case "oncall.paged_out":
      return !event.ok || state.pages.find(({ page }) => page === event.page)?.out.at(-1)?.ok === false;
    case "pause.provider_doubted":
      // Its other proposals may have been told of the same: the room hears it once.
      return !state.pauses.some(({ doubted }) => doubted.some((known) => isSameDoubt(known, event)));
    default:
      return toldInRoom.has(event.kind);
  }
}

/** Nothing of the kind is done any more: it is resolved, or closed as well. */
export function notWhileResolved({ id, status }: Pick<Incident, "id" | "status">): UserError {
  return new UserError(
    "incident_resolved",
    `${id} is ${status}.`,
    `If it is not over, run \`/incident reopen ${id}\` first.`,
    { incident: id },
  );
}

export function notWhileClosed(incident: IncidentId): UserError {
  return new UserError(
    "incident_closed",
    `${incident} is closed.`,
    `If it is not over, run \`/incident reopen ${incident}\` first.`,
    { incident },
  );
}

/** A decision about an incident that can still change: resolved is not too late, closed is. */
export function unlessClosed(decide: (state: Incident) => Decision): (state: Incident) => Decision {
  return (state) => {
    if (state.status === "closed") throw notWhileClosed(state.id);
    return decide(state);
  };
}

export function refreshAll(incident: IncidentId): Effect[] {
  return [
    { kind: "refresh_card", incident },
    { kind: "announce", incident },
  ];
}
