import { incidentCard } from "../chat/cards/incident-card.ts";
import { channelOf, type Platform } from "../chat/platform.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError, RetryableError } from "../core/errors.ts";
import type { IncidentId, Place, UserRef } from "../core/ids.ts";
import type { Incident } from "../core/incident.ts";
import { getIncident, inviteesOf, recordIncident } from "../core/incident-ops.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { homeOf, noteDegraded, optionally, platformFor, showCard } from "./deps.ts";

const BOT = { by: "allstop" } as const;

/** Opens the incident's private room. Until it can be opened, the card stands where the command was typed. */
export async function openRoom(deps: ChatDeps, { incident: id }: { incident: IncidentId }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  if (incident.room !== undefined) return;
  const platform = homeOf(deps, incident);
  try {
    const opened = await platform.openRoom({
      incident: id,
      title: incident.drill ? `drill ${incident.title}` : incident.title,
      topic: `${id}: state on the pinned card. /incident help lists what you can say.`,
      owedSince: deps.owed.owedAt,
    });
    await recordIncident(app, BOT, id, (state) => {
      if (state.room !== undefined) return { events: [], effects: [] };
      const { room, name, adopted } = opened;
      const cleared = state.degraded.some(({ step }) => step === ROOM_STEP);
      return {
        events: [
          { kind: "room.opened", room, name, adopted },
          ...(cleared ? [{ kind: "chat.recovered" as const, step: ROOM_STEP }] : []),
        ],
        effects: afterOpening(state, inviteesOf(app.plan(), state, platform.name)),
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

function afterOpening(incident: Incident, users: UserRef[]): Effect[] {
  const id = incident.id;
  return [
    { kind: "refresh_card", incident: id },
    { kind: "invite", incident: id, users },
    { kind: "announce", incident: id },
    ...incident.runs.map(({ id: run }): Effect => ({ kind: "refresh_playbook", incident: id, run })),
    ...incident.pauses.map(({ id: proposal }): Effect => ({ kind: "refresh_pause", incident: id, proposal })),
  ];
}

/** The card is primary: no room is no reason to be without it. */
async function cardElsewhere(deps: ChatDeps, platform: Platform, id: IncidentId): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  if (incident.card !== undefined) return;
  const view = incidentCard(app, incident);
  const key = `card/${id}/origin`;
  let message: Place | undefined;
  if (incident.origin !== undefined) {
    message = await platform.post(channelOf(incident.origin), view, { key, urgent: true }).catch((error: unknown) => {
      if (error instanceof RefusedError) return undefined;
      throw error;
    });
  }
  message ??= await platform.directMessage(incident.declaredBy, view, { key, urgent: true });
  const posted = message;
  await recordIncident(app, BOT, id, () => ({ events: [{ kind: "room.card_posted", message: posted }], effects: [] }));
}

export async function refreshCard(deps: ChatDeps, { incident: id }: { incident: IncidentId }): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const at = incident.room ?? (incident.card && channelOf(incident.card));
  if (at === undefined) return; // Opening the room owes the card again.
  const inRoom = incident.card !== undefined && channelOf(incident.card) === at;
  await showCard(deps, {
    at,
    message: inRoom ? incident.card : undefined,
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
  const { room } = incident;
  if (room === undefined) return; // Opening the room owes the invitations.
  const wanted = users.filter((user) => !incident.invited.includes(user));
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
