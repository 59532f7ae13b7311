import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import { formatId, type IncidentId, type Place, platformOf, type UserRef } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { peopleAt } from "./on-call.ts";
import { callFor, endPages, everybodyCalled } from "./paging.ts";
import { accountsOf, aliasesOf, type LoadedPlan, type Severity } from "./plan.ts";
import { kindsOf } from "./playbook-file.ts";
import type { App, Cause, Decision } from "./ports.ts";
import {
  getIncident,
  nothing,
  notWhileResolved,
  recordIncident,
  refreshAll,
  streamOf,
  unlessClosed,
  withTimers,
} from "./record-incident.ts";
import { offersToShow, rolesFromPlan } from "./roles.ts";
import { isAtLeast } from "./severity.ts";

export interface Declaration {
  title: string;
  severity: Severity;
  description?: string;
  /** The kind of incident: a playbook that says how people recognise it. */
  playbook?: string;
  drill: boolean;
  origin?: Place;
}

/** Opens an incident. A redelivered command finds the incident that it declared the first time. */
export async function declareIncident(app: App, cause: Cause, declaration: Declaration): Promise<Incident> {
  const earlier = cause.invocation === undefined ? undefined : await app.journal.streamOf(cause.invocation);
  if (earlier?.startsWith("incident/")) return getIncident(app, earlier.slice("incident/".length));
  if (declaration.playbook !== undefined) mustBeKind(app, declaration.playbook);
  const incident = formatId("INC", await app.journal.nextNumber("INC"));
  const plan = app.plan();
  const now = app.clock.now();
  const call = callFor({ id: incident, severity: declaration.severity, pages: [] }, plan, { why: "declared", now });
  const decision: Decision = {
    events: [
      { kind: "incident.declared", incident, ...declaration, planHash: plan.hash },
      ...rolesFromPlan(plan, platformOf(cause.by)),
      ...call.events,
    ],
    effects: [{ kind: "open_room", incident }, { kind: "announce", incident }, ...call.effects],
  };
  return app.journal.record(streamOf(incident), cause, (_, now) =>
    withTimers(plan, { before: undefined, decision, now, id: incident }),
  );
}

function mustBeKind(app: Pick<App, "playbooks">, kind: string): void {
  const kinds = kindsOf(app.playbooks()).map(({ key }) => key);
  if (kinds.includes(kind)) return;
  throw new UserError(
    "unknown_kind",
    `There is no kind of incident "${kind}". Nothing was declared.`,
    `Leave it out, or take one of: ${kinds.join(", ") || "none yet"}.`,
    { kind },
  );
}

/**
 * Who is invited when the room opens: on call, role holders, the severity's own list, whoever declared, was called, is
 * on it, or is asked to take a role.
 */
export function inviteesOf(plan: LoadedPlan, incident: Incident, platform: string, now: Date): UserRef[] {
  const people = peopleAt(plan, [...plan.onCall, ...(plan.invite[incident.severity] ?? [])], now);
  const named = [
    ...Object.values(incident.roles),
    incident.declaredBy,
    ...everybodyCalled(incident),
    ...incident.pages.flatMap(({ answered }) => answered?.by ?? []),
    ...incident.offers.map(({ user }) => user),
  ];
  const others = named.flatMap((user) => aliasesOf(plan, user));
  const users = [...people.flatMap(({ person }) => accountsOf(person)), ...others];
  return [...new Set(users)].filter((user) => platformOf(user) === platform);
}

/**
 * Says anew how bad it is. What the level calls for is done again: people are invited, and where it got worse they are
 * paged; roles, pauses and updates are asked for by the cards. A milder one takes nothing away from anybody.
 */
export async function changeSeverity(
  app: App,
  cause: Cause,
  { incident, severity, reason }: { incident: IncidentId; severity: Severity; reason?: string },
): Promise<Incident> {
  return recordIncident(
    app,
    cause,
    incident,
    unlessClosed((state) => {
      if (state.severity === severity) return nothing;
      const isWorse = !isAtLeast(state.severity, severity);
      const call =
        isWorse && !isOver(state)
          ? callFor({ ...state, severity }, app.plan(), { why: "severity", now: app.clock.now() })
          : nothing;
      return {
        events: [{ kind: "severity.changed", from: state.severity, to: severity, reason }, ...call.events],
        effects: [
          ...refreshAll(incident),
          // What asks somebody to take a role says how bad it is.
          ...offersToShow(state),
          ...inviteForSeverity(app, state, severity),
          ...call.effects,
        ],
      };
    }),
  );
}

function inviteForSeverity({ plan, clock }: App, incident: Incident, severity: Severity): Effect[] {
  const users = Object.keys(incident.chats)
    .flatMap((chat) => inviteesOf(plan(), { ...incident, severity }, chat, clock.now()))
    .filter((user) => !incident.invited.includes(user));
  return users.length === 0 ? [] : [{ kind: "invite", incident: incident.id, users }];
}

export async function changeStatus(
  app: App,
  cause: Cause,
  { incident, status, reason }: { incident: IncidentId; status: "active" | "mitigated"; reason?: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (state.status === status) return nothing;
    if (isOver(state)) throw notWhileResolved(state);
    return {
      events: [{ kind: "status.changed", from: state.status, to: status, reason }],
      effects: refreshAll(incident),
    };
  });
}

export async function addNote(
  app: App,
  cause: Cause,
  { incident, text, action }: { incident: IncidentId; text: string; action: boolean },
): Promise<Incident> {
  return recordIncident(app, cause, incident, () => ({
    events: [{ kind: "note.added", text, action }],
    effects: [],
  }));
}

export async function postUpdate(
  app: App,
  cause: Cause,
  { incident, text }: { incident: IncidentId; text: string },
): Promise<Incident> {
  return recordIncident(
    app,
    cause,
    incident,
    unlessClosed(() => ({
      events: [{ kind: "update.posted", text }],
      effects: refreshAll(incident),
    })),
  );
}

export async function resolveIncident(
  app: App,
  cause: Cause,
  { incident, summary }: { incident: IncidentId; summary: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (isOver(state)) return nothing;
    const flying = state.pauses.find(
      (pause) => pause.requested && !pause.verified && !pause.failed && !pause.withdrawn,
    );
    if (flying !== undefined) {
      throw new UserError(
        "pause_under_way",
        `${flying.id} is on its way to the chain: ${incident} can't be resolved before it is verified.`,
        `Watch it with \`/pause status ${flying.id}\`, then resolve.`,
        { proposal: flying.id },
      );
    }
    return {
      events: [{ kind: "incident.resolved", summary }],
      effects: [
        ...refreshAll(incident),
        ...endPages(state),
        ...offersToShow(state),
        { kind: "deliver_export", incident },
      ],
    };
  });
}

export async function reopenIncident(
  app: App,
  cause: Cause,
  { incident, reason }: { incident: IncidentId; reason: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (!isOver(state)) return nothing;
    return { events: [{ kind: "incident.reopened", reason }], effects: refreshAll(incident) };
  });
}

export interface CapturedMessage {
  message: Place;
  author?: UserRef;
  authorName?: string;
  text?: string;
  /** ISO 8601: the message's own time, which becomes the event's. */
  at: string;
  permalink?: string;
}

/** Puts a chat message on the timeline at its own time. Twice is once, until it is retracted. */
export async function captureMessage(
  app: App,
  cause: Cause,
  { incident, captured, via }: { incident: IncidentId; captured: CapturedMessage; via: "shortcut" | "reaction" },
): Promise<Incident> {
  const { at, ...rest } = captured;
  return recordIncident(app, cause, incident, (state) => {
    if (state.captured.has(captured.message)) return nothing;
    return {
      events: [{ at, event: { kind: "message.captured", ...rest, via } }],
      effects: [{ kind: "confirm_capture", incident, message: captured.message, retracted: false }],
    };
  });
}

export async function retractMessage(
  app: App,
  cause: Cause,
  { incident, message }: { incident: IncidentId; message: Place },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (!state.captured.has(message)) return nothing;
    return {
      events: [{ kind: "message.retracted", message }],
      effects: [{ kind: "confirm_capture", incident, message, retracted: true }],
    };
  });
}

/** Owes the room its two files. Nothing is recorded until they are there. */
export async function requestExport(app: App, cause: Cause, incident: IncidentId): Promise<Incident> {
  return recordIncident(app, cause, incident, () => ({ events: [], effects: [{ kind: "deliver_export", incident }] }));
}
