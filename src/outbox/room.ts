import { incidentCard } from "../chat/cards/incident-card.ts";
import { channelOf, type Platform, platformOf } from "../chat/platform.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError, RetryableError } from "../core/errors.ts";
import type { IncidentId, Place, UserRef } from "../core/ids.ts";
import { type Incident, presenceOn } from "../core/incident.ts";
import { inviteesOf } from "../core/incident-ops.ts";
import { aliasesOf } from "../core/plan.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { noteDegraded, optionally, platformFor, platformHere, showCard } from "./deps.ts";

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
      owedSince: deps.owed.owedAt,
    });
    await recordIncident(app, BOT, id, (state) => {
      if (presenceOn(state, deps.chat).room !== undefined) return { events: [], effects: [] };
      const { room, name, adopted } = opened;
      const cleared = state.degraded.some((known) => known.chat === deps.chat && known.step === ROOM_STEP);
      return {
        events: [
          { kind: "room.opened", room, name, adopted },
          ...(cleared ? [{ kind: "chat.recovered" as const, chat: deps.chat, step: ROOM_STEP }] : []),
        ],
        effects: afterOpening(state, deps.chat, inviteesOf(app.plan(), state, deps.chat)),
      };
    });
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await noteDegraded(deps, id, ROOM_STEP, error);
    await cardElsewhere(deps, platform, id);
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
    ...(incident.status === "resolved" ? [{ kind: "deliver_export" as const, incident: id, on }] : []),
  ];
}

/** The card is primary: no room is no reason to be without it. */
async function cardElsewhere(deps: ChatDeps, platform: Platform, id: IncidentId): Promise<void> {
  const { app, chat } = deps;
  const incident = await getIncident(app, id);
  if (presenceOn(incident, chat).card !== undefined) return;
  const view = incidentCard(app, incident);
  const key = `card/${id}/origin`;
  const options = { key, urgent: true, again: deps.again };
  let message: Place | undefined;
  if (incident.origin !== undefined && platformOf(incident.origin) === chat) {
    message = await platform.post(channelOf(incident.origin), view, options).catch((error: unknown) => {
      if (error instanceof RefusedError) return undefined;
      throw error;
    });
  }
  const declarer = aliasesOf(app.plan(), incident.declaredBy).find((account) => platformOf(account) === chat);
  if (message === undefined && declarer === undefined) return; // Whoever declared is elsewhere, and has a card there.
  const posted = message ?? (await platform.directMessage(declarer ?? "", view, options));
  await recordIncident(app, BOT, id, () => ({ events: [{ kind: "room.card_posted", message: posted }], effects: [] }));
}

export async function refreshCard(deps: ChatDeps, { incident: id }: { incident: IncidentId }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const { room, card } = presenceOn(incident, deps.chat);
  const at = room ?? (card && channelOf(card));
  if (at === undefined) return; // Opening the room owes the card again.
  const inRoom = card !== undefined && channelOf(card) === at;
  await showCard(deps, {
    at,
    message: inRoom ? card : undefined,
    view: incidentCard(app, incident),
    key: `card/${id}`,
    urgent: true,
    posted: async (message) => {
      await recordIncident(app, BOT, id, () => ({ events: [{ kind: "room.card_posted", message }], effects: [] }));
      await optionally(deps, id, "Pinning the card", () => platformFor(deps, message).pin(message));
    },
  });
}

/** Nobody is left out in silence: who could not be invited stands on the card, with the reason, and is told directly. */
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
  await optionally(deps, id, "Inviting people", async () => {
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
