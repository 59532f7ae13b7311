import { type OfferView, offerCard, offerRoomCard, outcomeOf } from "../chat/cards/offer-card.ts";
import { platformOf } from "../chat/platform.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError } from "../core/errors.ts";
import type { Place, UserRef } from "../core/ids.ts";
import { presenceOn, roomOn } from "../core/incident.ts";
import { aliasesOf } from "../core/plan.ts";
import { getIncident, recordIncident, streamOf } from "../core/record-incident.ts";
import type { StoredEvent } from "../core/timeline.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor, postOnce, showCard } from "./deps.ts";

/**
 * Asks somebody to take a role: directly, by each account that they have in this chat, and in the room, where they are
 * rung. Both say so once it is settled, and nobody is asked for what is settled by then.
 */
export async function offerRole(
  deps: ChatDeps,
  { incident: id, seq }: Extract<Effect, { kind: "offer_role" }>,
): Promise<void> {
  const { app, chat } = deps;
  const incident = await getIncident(app, id);
  const events = await app.journal.events(streamOf(id));
  const by = events[seq - 1];
  if (by?.event.kind !== "role.offered") throw new Error(`Event ${seq} of ${id} offers no role.`);
  const plan = app.plan();
  const view: OfferView = { plan, incident, offer: by.event, by, outcome: outcomeOf(plan, incident, events, seq) };
  const posted = postedOf(events, seq, chat);
  const { room } = presenceOn(incident, chat);
  const user = by.event.user;
  const here = aliasesOf(plan, user).filter((account) => platformOf(account) === chat);
  // Directly first: a room that refuses what is written into it keeps nobody from being asked.
  for (const account of here) {
    const message = posted.find((place) => !isIn(place, room));
    await tellDirectly(deps, { view, seq, user: account, message });
  }
  await tellRoom(deps, { view, seq, user: here[0] ?? user, room, message: posted.find((place) => isIn(place, room)) });
}

/** Where this offer stands in one chat. */
function postedOf(events: StoredEvent[], seq: number, chat: string): Place[] {
  return events.flatMap(({ event }) =>
    event.kind === "role.offer_posted" && event.offer === seq && platformOf(event.message) === chat
      ? [event.message]
      : [],
  );
}

function isIn(message: Place, room: Place | undefined): boolean {
  return room !== undefined && message.startsWith(`${room}/`);
}

interface Asked {
  view: OfferView;
  seq: number;
  user: UserRef;
  message: Place | undefined;
}

async function tellRoom(
  deps: ChatDeps,
  { view, seq, user, room, message }: Asked & { room: Place | undefined },
): Promise<void> {
  const waits = view.outcome.kind === "waiting";
  if (room === undefined) return; // Opening the room owes what still waits.
  await showCard(deps, {
    at: room,
    message,
    view: offerRoomCard(view, { user }),
    key: `offer/${view.incident.id}/${seq}`,
    wanted: waits,
    urgent: true,
    // Whoever has no account here is named, and rung elsewhere.
    ping: platformOf(user) === deps.chat ? [user] : [],
    posted: (place) => notePosted(deps, view.incident.id, seq, place),
  });
}

async function tellDirectly(deps: ChatDeps, { view, seq, user, message }: Asked): Promise<void> {
  const room = roomOn(view.incident, deps.chat);
  const card = offerCard(view, { room, user });
  try {
    if (message !== undefined) {
      if (deps.shown.get(message) === JSON.stringify(card)) return;
      await platformFor(deps, user).edit(message, card);
      deps.shown.set(message, JSON.stringify(card));
      return;
    }
    const key = `offer/${view.incident.id}/${seq}/${user}`.slice(0, 64);
    const wanted = view.outcome.kind === "waiting";
    const place = await postOnce(deps, { to: user, view: card, key, wanted, urgent: true });
    if (place === undefined) return;
    deps.shown.set(place, JSON.stringify(card));
    await notePosted(deps, view.incident.id, seq, place);
  } catch (error) {
    // A closed inbox is no loss: the message in the room names and rings them.
    if (!(error instanceof RefusedError)) throw error;
  }
}

async function notePosted({ app }: ChatDeps, incident: string, offer: number, message: Place): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, () => ({
    events: [{ kind: "role.offer_posted", offer, message }],
    effects: [],
  }));
}
