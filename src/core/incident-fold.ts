import { type Place, platformOf } from "./ids.ts";
import type { ChatPresence, Incident } from "./incident.ts";
import { endedPages, foldPages } from "./paging-state.ts";
import { beginPause, foldPause } from "./pause-state.ts";
import { beginRun, foldRun, reopenRuns } from "./playbook-state.ts";
import { foldReminders } from "./reminder-state.ts";
import type { StoredEvent } from "./timeline.ts";

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
    severitySince: stored.at,
    rolesSince: stored.at,
    updateSince: stored.at,
    status: "active",
    playbook: event.playbook,
    description: event.description,
    drill: event.drill,
    planHash: event.planHash,
    origin: event.origin,
    declaredBy: stored.by,
    declaredByName: stored.byName,
    declaredAt: stored.at,
    chats: {},
    roles: {},
    offers: [],
    invited: [],
    notInvited: [],
    degraded: [],
    actions: [],
    captured: new Set(),
    pages: [],
    reminders: [],
    notified: [],
    risks: [],
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
      return { ...incident, severity: event.to, severitySince: at, rolesSince: at, updateSince: at };
    case "status.changed":
      return { ...incident, status: event.to };
    case "incident.resolved":
      return {
        ...incident,
        status: "resolved",
        resolution: { summary: event.summary, at },
        // Nobody is asked to take a role of what is over.
        offers: [],
        pages: endedPages(incident.pages, at),
      };
    case "incident.reopened":
      return {
        ...incident,
        status: "active",
        resolution: undefined,
        closed: undefined,
        rolesSince: at,
        updateSince: at,
        runs: reopenRuns(incident.runs, at),
      };
    case "incident.closed":
      return { ...incident, status: "closed", closed: { at, noNewRisk: event.noNewRisk }, offers: [] };
    case "role.assigned":
      return {
        ...incident,
        roles: { ...incident.roles, [event.role]: event.user },
        offers: incident.offers.filter(({ role }) => role !== event.role),
      };
    case "role.offered": {
      const { role, user, from } = event;
      const others = incident.offers.filter((offer) => offer.role !== role);
      return { ...incident, offers: [...others, { seq: stored.seq, role, user, from, by, at }] };
    }
    case "role.offer_posted":
      return incident;
    case "role.offer_declined":
      return {
        ...incident,
        offers: incident.offers.filter(({ role, user }) => role !== event.role || user !== event.user),
      };
    case "note.added":
      if (!event.action) return incident;
      return { ...incident, actions: [...incident.actions, { text: event.text, by, byName, at }] };
    case "update.posted":
      return { ...incident, lastUpdate: { text: event.text, by, at }, updateSince: at };
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
    case "playbook.step_answered":
    case "playbook.step_agreed":
    case "playbook.step_waited":
    case "playbook.step_checked":
    case "playbook.step_looked":
    case "playbook.step_skipped":
    case "playbook.step_reopened":
    case "playbook.step_assigned":
    case "playbook.step_noted":
    case "playbook.step_evidenced":
    case "playbook.card_posted":
      return { ...incident, runs: replace(incident.runs, event.run, (run) => foldRun(run, stored, event)) };
    case "oncall.paged":
    case "oncall.page_posted":
    case "oncall.reached":
    case "oncall.paged_out":
    case "oncall.answered":
    case "oncall.unanswered":
      return { ...incident, pages: foldPages(incident.pages, stored, event) };
    case "reminder.sent":
    case "reminder.posted":
    case "reminder.snoozed":
    case "reminder.taken":
      return { ...incident, reminders: foldReminders(incident.reminders, stored, event) };
    case "contact.notified": {
      const { kind: _, ...told } = event;
      return { ...incident, notified: [...incident.notified, { ...told, by, byName, at }] };
    }
    case "risk.linked": {
      const { risk, title, isNew } = event;
      const others = incident.risks.filter((known) => known.risk !== risk);
      return { ...incident, risks: [...others, { risk, title, isNew }] };
    }
    case "pause.proposed":
      return {
        ...incident,
        pauses: [
          ...incident.pauses.map((pause) =>
            pause.id === event.insteadOf ? { ...pause, replacedBy: event.proposal } : pause,
          ),
          {
            ...beginPause(incident.id, stored, event),
            ...(event.planHash !== incident.planHash && { declaredUnder: incident.planHash }),
          },
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
    case "risk.added":
    case "risk.updated":
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

function replace<T extends { id: string }>(list: T[], id: string, change: (item: T) => T): T[] {
  if (!list.some((item) => item.id === id)) throw new Error(`The timeline speaks of ${id} before it exists.`);
  return list.map((item) => (item.id === id ? change(item) : item));
}
