import { UserError } from "./errors.ts";
import type { IncidentId, Place, ProposalId, RunId, UserRef } from "./ids.ts";
import type { Page } from "./paging-state.ts";
import { isOpen, type Pause } from "./pause-state.ts";
import type { Run } from "./playbook-state.ts";
import type { Reminder } from "./reminder-state.ts";
import type { Role, Severity } from "./severity.ts";
import type { By } from "./timeline.ts";

/** An incident as its timeline tells it: a fold, and nothing that the timeline does not say. */
export interface Incident {
  id: IncidentId;
  title: string;
  severity: Severity;
  /** Since when it has been so severe. */
  severitySince: string;
  /** Since when its roles are asked for: the last of declared, another severity, reopened. */
  rolesSince: string;
  /** Since when the time of the next update counts: the last of declared, another severity, an update, reopened. */
  updateSince: string;
  status: "active" | "mitigated" | "resolved" | "closed";
  description?: string;
  /** The kind of incident that was declared: a playbook's key. */
  playbook?: string;
  drill: boolean;
  planHash: string;
  origin?: Place;
  declaredBy: By;
  declaredByName?: string;
  declaredAt: string;
  /** What each chat shows of it, by the chat's name. One incident may have a room in several, mirrored. */
  chats: Readonly<Record<string, ChatPresence>>;
  roles: Partial<Record<Role, UserRef>>;
  /** Roles that somebody was asked to take, and has not answered. Until they accept, whoever held it holds it. */
  offers: { seq: number; role: Role; user: UserRef; from?: UserRef; by: By; at: string }[];
  invited: UserRef[];
  notInvited: { user: UserRef; code: string; why: string }[];
  /** Optional steps in the chat that failed and have not recovered since. */
  degraded: { chat: string; step: string; code: string; why: string; remedy: string }[];
  lastUpdate?: { text: string; by: By; at: string };
  resolution?: { summary: string; at: string };
  actions: { text: string; by: By; byName?: string; at: string }[];
  /** Messages on the timeline now; a retracted one has left. */
  captured: Set<Place>;
  /** Calls for somebody who takes it on. */
  pages: Page[];
  /** What was overdue and has been said so. */
  reminders: Reminder[];
  /** Who outside was told. */
  notified: { dependency: string; name: string; via: string; text: string; by: By; byName?: string; at: string }[];
  /** Risks of the register that it taught or touched. */
  risks: { risk: string; title: string; isNew: boolean }[];
  /** What was said at closing, where it taught no new risk. */
  closed?: { at: string; noNewRisk?: string };
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

/** Nothing is asked of anybody any more: resolved, or closed as well. */
export function isOver({ status }: Pick<Incident, "status">): boolean {
  return status === "resolved" || status === "closed";
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

/** The oldest proposal that is open and not yet proven: everything waits for it. */
export function pauseUnderWay(incident: Incident): Pause | undefined {
  return openPauses(incident).find((pause) => pause.verified === undefined);
}

export function noSuchIncident(incident: string): UserError {
  return new UserError(
    "unknown_incident",
    `There is no incident ${incident}.`,
    "Run `/incident list` to see them all.",
    { incident },
  );
}
