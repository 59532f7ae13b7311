import type { Effect } from "./effects.ts";
import { UserError } from "./errors.ts";
import { formatId, type IncidentId, type Place, platformOf, type UserRef } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { peopleAt } from "./on-call.ts";
import { accountsOf, aliasesOf, type LoadedPlan, type Role, roleNames, type Severity } from "./plan.ts";
import type { App, Cause, Decision } from "./ports.ts";
import {
  getIncident,
  nothing,
  notWhileResolved,
  recordIncident,
  refreshAll,
  streamOf,
  withTimers,
} from "./record-incident.ts";
import type { TimelineEvent } from "./timeline.ts";

export interface Declaration {
  title: string;
  severity: Severity;
  description?: string;
  drill: boolean;
  origin?: Place;
}

/** Opens an incident. A redelivered command finds the incident that it declared the first time. */
export async function declareIncident(app: App, cause: Cause, declaration: Declaration): Promise<Incident> {
  const earlier = cause.invocation === undefined ? undefined : await app.journal.streamOf(cause.invocation);
  if (earlier?.startsWith("incident/")) return getIncident(app, earlier.slice("incident/".length));
  const incident = formatId("INC", await app.journal.nextNumber("INC"));
  const plan = app.plan();
  const decision: Decision = {
    events: [
      { kind: "incident.declared", incident, ...declaration, planHash: plan.hash },
      ...rolesFromPlan(plan, platformOf(cause.by)),
    ],
    effects: [
      { kind: "open_room", incident },
      { kind: "announce", incident },
    ],
  };
  return app.journal.record(streamOf(incident), cause, () => withTimers(app, undefined, decision, streamOf(incident)));
}

/** Role holders that the plan names, the first by plan order for each role. */
function rolesFromPlan(plan: LoadedPlan, platform: string): TimelineEvent[] {
  return roleNames.flatMap((role): TimelineEvent[] => {
    const holder = Object.values(plan.people).find((person) => person.roles.includes(role));
    const accounts = holder === undefined ? [] : accountsOf(holder);
    const user = accounts.find((account) => platformOf(account) === platform) ?? accounts[0];
    return user === undefined ? [] : [{ kind: "role.assigned", role, user }];
  });
}

/** Who is invited when the room opens: on call, role holders, the severity's own list, whoever declared. */
export function inviteesOf(plan: LoadedPlan, incident: Incident, platform: string, now: Date): UserRef[] {
  const people = peopleAt(plan, [...plan.onCall, ...(plan.invite[incident.severity] ?? [])], now);
  const others = [...Object.values(incident.roles), incident.declaredBy].flatMap((user) => aliasesOf(plan, user));
  const users = [...people.flatMap(({ person }) => accountsOf(person)), ...others];
  return [...new Set(users)].filter((user) => platformOf(user) === platform);
}

export async function changeSeverity(
  app: App,
  cause: Cause,
  { incident, severity, reason }: { incident: IncidentId; severity: Severity; reason?: string },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    if (state.severity === severity) return nothing;
    return {
      events: [{ kind: "severity.changed", from: state.severity, to: severity, reason }],
      effects: [...refreshAll(incident), ...inviteForSeverity(app, state, severity)],
    };
  });
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
    if (isOver(state)) throw notWhileResolved(incident);
    return {
      events: [{ kind: "status.changed", from: state.status, to: status, reason }],
      effects: refreshAll(incident),
    };
  });
}

export async function assignRole(
  app: App,
  cause: Cause,
  { incident, role, user }: { incident: IncidentId; role: Role; user: UserRef },
): Promise<Incident> {
  return recordIncident(app, cause, incident, (state) => {
    const accounts = aliasesOf(app.plan(), user);
    const holder = state.roles[role];
    if (holder !== undefined && accounts.includes(holder)) return nothing;
    const users = accounts.filter((account) => !state.invited.includes(account));
    return {
      events: [{ kind: "role.assigned", role, user, previous: holder }],
      effects: [
        { kind: "refresh_card", incident },
        ...(users.length === 0 ? [] : [{ kind: "invite" as const, incident, users }]),
      ],
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
  return recordIncident(app, cause, incident, () => ({
    events: [{ kind: "update.posted", text }],
    effects: refreshAll(incident),
  }));
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
      effects: [...refreshAll(incident), { kind: "deliver_export", incident }],
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
