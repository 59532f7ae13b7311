import { UserError } from "./errors.ts";
import { type IncidentId, type Place, type ProposalId, platformOf, type RunId, type UserRef } from "./ids.ts";
import { beginPause, foldPause, isOpen, type Pause } from "./pause-state.ts";
import type { Role, Severity } from "./plan.ts";
import { beginRun, foldRun, type Run } from "./playbook-state.ts";
import type { By, StoredEvent } from "./timeline.ts";

/** An incident as its timeline tells it: a fold, and nothing that the timeline does not say. */
export interface Incident {
  id: IncidentId;
  title: string;
  severity: Severity;
  status: "active" | "mitigated" | "resolved";
  description?: string;
  drill: boolean;
  planHash: string;
  origin?: Place;
  declaredBy: By;
  declaredByName?: string;
  declaredAt: string;
  /** What each chat shows of it, by the chat's name. One incident may have a room in several, mirrored. */
  chats: Readonly<Record<string, ChatPresence>>;
  roles: Partial<Record<Role, UserRef>>;
  invited: UserRef[];
  notInvited: { user: UserRef; code: string; why: string }[];
  /** Optional steps in the chat that failed and have not recovered since. */
  degraded: { chat: string; step: string; code: string; why: string; remedy: string }[];
  lastUpdate?: { text: string; by: By; at: string };
  resolution?: { summary: string; at: string };
  actions: { text: string; by: By; byName?: string; at: string }[];
  /** Messages on the timeline now; a retracted one has left. */
  captured: Set<Place>;
  pauses: Pause[];
  runs: Run[];
  /** Newest event's number, hash and recording time. */
  head: { seq: number; hash: string; recordedAt: string };
}

/** An incident as one chat shows it. */
export interface ChatPresence {
  room?: Place;
  roomName?: string;
  /** The pinned card. */
  card?: Place;
  /** The message in `#security-alerts`. */
  alert?: Place;
}

/** The incident after one more fact. Never changes the incident it was given. */
export function foldIncident(incident: Incident | undefined, stored: StoredEvent): Incident {
  const head = { seq: stored.seq, hash: stored.hash, recordedAt: stored.recordedAt };
  if (incident === undefined) return { ...begin(stored), head };
  return { ...apply(incident, stored), head };
}

function begin(stored: StoredEvent): Omit<Incident, "head"> {
  const { event } = stored;
  if (event.kind !== "incident.declared") throw new Error(`${stored.stream} begins with ${event.kind}.`);
  return {
    id: event.incident,
    title: event.title,
    severity: event.severity,
    status: "active",
    description: event.description,
    drill: event.drill,
    planHash: event.planHash,
    origin: event.origin,
    declaredBy: stored.by,
    declaredByName: stored.byName,
    declaredAt: stored.at,
    chats: {},
    roles: {},
    invited: [],
    notInvited: [],
    degraded: [],
    actions: [],
    captured: new Set(),
    pauses: [],
    runs: [],
  };
}

function apply(incident: Incident, stored: StoredEvent): Incident {
  const { event, by, byName, at } = stored;
  switch (event.kind) {
    case "incident.declared":
      throw new Error(`${stored.stream} is declared twice.`);
    case "severity.changed":
      return { ...incident, severity: event.to };
    case "status.changed":
      return { ...incident, status: event.to };
    case "incident.resolved":
      return { ...incident, status: "resolved", resolution: { summary: event.summary, at } };
    case "incident.reopened":
      return { ...incident, status: "active", resolution: undefined };
    case "role.assigned":
      return { ...incident, roles: { ...incident.roles, [event.role]: event.user } };
    case "note.added":
      if (!event.action) return incident;
      return { ...incident, actions: [...incident.actions, { text: event.text, by, byName, at }] };
    case "update.posted":
      return { ...incident, lastUpdate: { text: event.text, by, at } };
    case "message.captured":
      return { ...incident, captured: new Set(incident.captured).add(event.message) };
    case "message.retracted": {
      const captured = new Set(incident.captured);
      captured.delete(event.message);
      return { ...incident, captured };
    }
    case "room.opened":
      return shown(incident, event.room, { room: event.room, roomName: event.name });
    case "room.card_posted":
      return shown(incident, event.message, { card: event.message });
    case "room.invited":
      return {
        ...incident,
        invited: [...new Set([...incident.invited, ...event.users])],
        notInvited: incident.notInvited.filter(({ user }) => !event.users.includes(user)),
      };
    case "room.invite_failed": {
      const { user, code, why } = event;
      const others = incident.notInvited.filter((entry) => entry.user !== user);
      return { ...incident, notInvited: [...others, { user, code, why }] };
    }
    case "alert.posted":
      return shown(incident, event.message, { alert: event.message });
    case "chat.degraded": {
      const { kind: _, ...trouble } = event;
      return { ...incident, degraded: [...incident.degraded.filter((known) => !sameStep(known, event)), trouble] };
    }
    case "chat.recovered":
      return { ...incident, degraded: incident.degraded.filter((known) => !sameStep(known, event)) };
    case "bot.restarted":
    case "timeline.exported":
    case "head.posted":
      return incident;
    case "playbook.started":
      return { ...incident, runs: [...incident.runs, beginRun(stored, event)] };
    case "playbook.step_completed":
    case "playbook.step_checked":
    case "playbook.step_skipped":
    case "playbook.step_assigned":
    case "playbook.step_noted":
    case "playbook.card_posted":
      return { ...incident, runs: replace(incident.runs, event.run, (run) => foldRun(run, stored, event)) };
    case "pause.proposed":
      return {
        ...incident,
        pauses: [
          ...incident.pauses.map((pause) =>
            pause.id === event.insteadOf ? { ...pause, replacedBy: event.proposal } : pause,
          ),
          beginPause(incident.id, stored, event),
        ],
      };
    case "signer.linked":
    case "signer.unlinked":
    case "ladder.laid":
    case "ladder.signed":
    case "ladder.dropped":
    case "ladder.safe_changed":
    case "ladder.invalid":
    case "ladder.valid":
    case "ladder.burned":
    case "readiness.checked":
    case "readiness.card_posted":
      throw new Error(`${event.kind} does not belong to ${stored.stream}.`);
    default:
      return {
        ...incident,
        pauses: replace(incident.pauses, event.proposal, (pause) => foldPause(pause, stored, event)),
      };
  }
}

function shown(incident: Incident, at: Place, news: ChatPresence): Incident {
  const chat = platformOf(at);
  return { ...incident, chats: { ...incident.chats, [chat]: { ...incident.chats[chat], ...news } } };
}

function sameStep(a: { chat: string; step: string }, b: { chat: string; step: string }): boolean {
  return a.chat === b.chat && a.step === b.step;
}

/** The step that is degraded while a room refuses what is written into it. */
export const WRITING_STEP = "Writing in the room";

/** Everything that one chat shows of an incident: nothing yet, where it has no room. */
export function presenceOn(incident: Incident, chat: string): ChatPresence {
  return incident.chats[chat] ?? {};
}

/** The incident's room in one chat, to point at. */
export function roomOn(incident: Incident, chat: string): { place: Place; label: string } | undefined {
  const { room, roomName } = presenceOn(incident, chat);
  return room === undefined ? undefined : { place: room, label: roomName ?? incident.id };
}

function replace<T extends { id: string }>(list: T[], id: string, change: (item: T) => T): T[] {
  if (!list.some((item) => item.id === id)) throw new Error(`The timeline speaks of ${id} before it exists.`);
  return list.map((item) => (item.id === id ? change(item) : item));
}

export function findPause(incident: Incident | undefined, proposal: ProposalId): Pause {
  const pause = incident?.pauses.find(({ id }) => id === proposal);
  if (pause === undefined) throw noSuchPause(proposal);
  return pause;
}

export function noSuchPause(proposal: string): UserError {
  return new UserError(
    "unknown_proposal",
    `There is no pause proposal ${proposal}.`,
    "Run `/pause status` to list the open ones.",
    { proposal },
  );
}

export function findRun(incident: Incident, run: RunId): Run {
  const found = incident.runs.find(({ id }) => id === run);
  if (found === undefined) {
    throw new UserError(
      "unknown_run",
      `There is no playbook run ${run} in ${incident.id}.`,
      "Run `/playbook list` to see what is running.",
      { run },
    );
  }
  return found;
}

export function openPauses(incident: Incident): Pause[] {
  return incident.pauses.filter(isOpen);
}

export function noSuchIncident(incident: string): UserError {
  return new UserError(
    "unknown_incident",
    `There is no incident ${incident}.`,
    "Run `/incident list` to see them all.",
    { incident },
  );
}
