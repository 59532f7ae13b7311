import { incidentCard } from "../chat/cards/incident-card.ts";
import { channelOf, platformOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError, RetryableError } from "../core/errors.ts";
import type { IncidentId, Place, UserRef } from "../core/ids.ts";
import { type Incident, isOver, presenceOn, roomOn } from "../core/incident.ts";
import { inviteesOf } from "../core/incident-ops.ts";
import { aliasesOf } from "../core/plan.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { noteDegraded, optionally, platformFor, platformHere, postOnce, showCard } from "./deps.ts";
import { pagesToShow } from "./show-page.ts";

const BOT = { by: "allstop" } as const;

/** Opens the incident's private room. Until it can be opened, the card stands where the command was typed. */
export async function openRoom(deps: ChatDeps, { incident: id }: { incident: IncidentId }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  if (presenceOn(incident, deps.chat).room !== undefined) return;
  const platform = platformHere(deps);
  try {
    const opened = await platform.openRoom({
      incident: id,
      title: incident.drill ? `drill ${incident.title}` : incident.title,
      topic: `${id}: state on the pinned card. /incident help lists what you can say.`,
      declaredAt: incident.declaredAt,
      owedSince: deps.owed.owedAt,
      lacks: (step, why) => noteDegraded(deps, id, step, why),
    });
    if (deps.again) await recordStray(deps, incident);
    await recordIncident(app, BOT, id, (state) => {
      if (presenceOn(state, deps.chat).room !== undefined) return { events: [], effects: [] };
      const { room, name, adopted } = opened;
      const cleared = state.degraded.some((known) => known.chat === deps.chat && known.step === ROOM_STEP);
      return {
        events: [
          { kind: "room.opened", room, name, adopted },
          ...(cleared ? [{ kind: "chat.recovered" as const, chat: deps.chat, step: ROOM_STEP }] : []),
        ],
        effects: afterOpening(state, deps.chat, inviteesOf(app.plan(), state, deps.chat, app.clock.now())),
      };
    });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await noteDegraded(deps, id, ROOM_STEP, error);
    await cardElsewhere(deps, id);
    throw new RetryableError(`The room of ${id} could not be opened: ${error.message}`, { retryAfterMs: 60_000 });
  }
}

const ROOM_STEP = "Opening the room";

function afterOpening(incident: Incident, on: string, users: UserRef[]): Effect[] {
  const id = incident.id;
  return [
    // Cards elsewhere say which chats there are, and what is wrong with each.
    { kind: "refresh_card", incident: id },
    { kind: "invite", incident: id, users },
    { kind: "announce", incident: id, on },
    ...incident.runs.map(({ id: run }): Effect => ({ kind: "refresh_playbook", incident: id, run, on })),
    ...incident.pauses.map(({ id: proposal }): Effect => ({ kind: "refresh_pause", incident: id, proposal, on })),
    ...(isOver(incident) ? [{ kind: "deliver_export" as const, incident: id, on }] : []),
    ...pagesToShow(incident, on),
    ...incident.offers.map(({ seq }): Effect => ({ kind: "offer_role", incident: id, seq, on })),
    ...incident.reminders.map(({ id: reminder }): Effect => ({ kind: "show_reminder", incident: id, reminder, on })),
  ];
}

/** The card is primary: no room is no reason to be without it. Where nobody can be shown it here, the alert tells of it. */
async function cardElsewhere(deps: ChatDeps, id: IncidentId): Promise<void> {
  const { app, chat } = deps;
  const incident = await getIncident(app, id);
  if (presenceOn(incident, chat).card !== undefined) return;
  const view = incidentCard(app, incident);
  for (const to of elsewhere(deps, incident)) {
    const message = await unlessRefused(postOnce(deps, { to, view, key: elsewhereKey(id), urgent: true }));
    if (message === undefined) continue;
    await recordCard(deps, id, message);
    return;
  }
}

/** Where the command was typed, else directly to whoever declared. */
function elsewhere({ app, chat }: ChatDeps, { origin, declaredBy }: Incident): (Place | UserRef)[] {
  const typed = origin !== undefined && platformOf(origin) === chat ? [channelOf(origin)] : [];
  const declarer = aliasesOf(app.plan(), declaredBy).find((account) => platformOf(account) === chat);
  return declarer === undefined ? typed : [...typed, declarer];
}

function elsewhereKey(id: IncidentId): string {
  return `card/${id}/origin`;
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  return work.catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined;
    throw error;
  });
}

/** A card that was posted elsewhere without our hearing of it: once the room has its own, it leads there. */
async function recordStray(deps: ChatDeps, incident: Incident): Promise<void> {
  if (presenceOn(incident, deps.chat).card !== undefined) return;
  for (const to of elsewhere(deps, incident)) {
    const message = await unlessRefused(platformFor(deps, to).findPost(to, elsewhereKey(incident.id)));
    if (message !== undefined) await recordCard(deps, incident.id, message);
  }
}

async function recordCard({ app }: ChatDeps, id: IncidentId, message: Place): Promise<void> {
  await recordIncident(app, BOT, id, () => ({ events: [{ kind: "room.card_posted", message }], effects: [] }));
}

export async function refreshCard(deps: ChatDeps, { incident: id }: { incident: IncidentId }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const { room, card } = presenceOn(incident, deps.chat);
  const at = room ?? (card && channelOf(card));
  if (at === undefined) return; // Opening the room owes the card again.
  const inRoom = card !== undefined && channelOf(card) === at;
  // Before the room has a card of its own: after that nobody would know any more that it is still to be done.
  if (card !== undefined && !inRoom) await leadToRoom(deps, card, incident);
  let isNew = false;
  await showCard(deps, {
    at,
    message: inRoom ? card : undefined,
    view: incidentCard(app, incident),
    key: `card/${id}`,
    urgent: true,
    posted: async (message) => {
      isNew = true;
      await recordCard(deps, id, message);
    },
  });
  // When this is tried again, the card may be there and its pin not.
  if (room !== undefined) await completeRoom(deps, room, { id, pin: isNew || deps.again });
}

const PIN_STEP = "Pinning the card";
const INVITE_STEP = "Inviting people";

/** Pins the card. What was refused before is tried again with each change of the card: it may have been granted since. */
async function completeRoom(deps: ChatDeps, room: Place, { id, pin }: { id: IncidentId; pin: boolean }): Promise<void> {
  const incident = await getIncident(deps.app, id);
  const { card } = presenceOn(incident, deps.chat);
  const wasRefused = (step: string) =>
    incident.degraded.some((known) => known.chat === deps.chat && known.step === step);
  if (card !== undefined && (pin || wasRefused(PIN_STEP))) {
    await optionally(deps, id, PIN_STEP, () => platformFor(deps, room).pin(card));
  }
  if (wasRefused(INVITE_STEP)) {
    await invite(deps, { incident: id, users: inviteesOf(deps.app.plan(), incident, deps.chat, deps.app.clock.now()) });
  }
}

/** The card that stood elsewhere for want of a room is not brought up to date any more: it says where the room is. */
async function leadToRoom(deps: ChatDeps, card: Place, incident: Incident): Promise<void> {
  const room = roomOn(incident, deps.chat);
  if (room === undefined) return;
  const view: View = {
    tone: "info",
    title: `${incident.id} ${incident.title}`,
    body: [{ kind: "text", text: ["It has a room now: ", room, ". Its card is there."] }],
    buttons: [],
  };
  await platformFor(deps, card)
    .edit(card, view)
    .catch((error: unknown) => {
      // It was deleted, or can't be reached any more: then nobody is misled by it.
      if (!(error instanceof RefusedError)) throw error;
    });
}

/** Nobody is left out in silence: who could not be invited stands on the card, with the reason. */
export async function invite(
  deps: ChatDeps,
  { incident: id, users }: { incident: IncidentId; users: UserRef[] },
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const { room } = presenceOn(incident, deps.chat);
  if (room === undefined) return; // Opening the room owes the invitations.
  const wanted = users.filter((user) => platformOf(user) === deps.chat && !incident.invited.includes(user));
  if (wanted.length === 0) return;
  const platform = platformFor(deps, room);
  await optionally(deps, id, INVITE_STEP, async () => {
    const outcomes = await platform.invite(room, wanted);
    const failed = outcomes.filter(({ ok }) => !ok);
    await recordIncident(app, BOT, id, () => ({
      events: [
        { kind: "room.invited", users: outcomes.filter(({ ok }) => ok).map(({ user }) => user) },
        ...failed.map(({ user, code, why }) => ({
          kind: "room.invite_failed" as const,
          user,
          code: code ?? "unknown",
          why: why ?? "the platform gave no reason",
        })),
      ],
      effects: failed.length === 0 ? [] : [{ kind: "refresh_card", incident: id }],
    }));
  });
}
