import { homeCard } from "../chat/cards/home.ts";
import { lineView } from "../chat/cards/line.ts";
import { platformOf, type UserRef } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError, RetryableError } from "../core/errors.ts";
import { type Incident, presenceOn } from "../core/incident.ts";
import { pagedFor } from "../core/page.ts";
import { getIncident, streamOf } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor } from "./deps.ts";

/** After so many looks for the card, its line goes to the room. */
const CARD_WAITS_MAX = 8;

/** One line about one event; what belongs to a proposal goes to the proposal's thread, but its turning points to all. */
export async function tellRoom(
  deps: ChatDeps,
  { incident: id, seq }: Extract<Effect, { kind: "tell_room" }>,
): Promise<void> {
  const { app } = deps;
  const incident = await getIncident(app, id);
  const events = await app.journal.events(streamOf(id));
  const stored = events[seq - 1];
  const line = stored && lineView(stored, await app.journal.state("roster"), app.plan());
  if (stored === undefined || line === undefined) return;
  const ping = stored.event.kind === "pause.blocked" ? pagedOn(deps, incident) : [];
  const view = ping.length === 0 ? line : ringing(line, ping);
  const { room } = presenceOn(incident, deps.chat);
  if (room === undefined) throw new RetryableError(`${id} has no room on ${deps.chat} yet.`, { retryAfterMs: 1000 });
  const proposal = "proposal" in stored.event ? stored.event.proposal : undefined;
  const quiet = stored.event.kind === "pause.declined" || stored.event.kind === "pause.execution_requested";
  const thread = quiet ? incident.pauses.find((pause) => pause.id === proposal)?.cards[deps.chat] : undefined;
  // It looks for itself where it was posted before, so where it goes must not change between two attempts.
  if (quiet && thread === undefined && deps.owed.attempts < CARD_WAITS_MAX) {
    throw new RetryableError(`${proposal} has no card on ${deps.chat} yet.`, { retryAfterMs: 1000 });
  }
  const urgent = stored.event.kind.startsWith("pause.");
  const options = { key: `line/${id}/${seq}`, urgent, again: deps.again, ...(ping.length > 0 && { ping }) };
  try {
    await platformFor(deps, room).post(thread ?? room, view, options);
  } catch (error) {
    // Somebody deleted the card, and its thread with it: the line is owed all the same.
    if (thread === undefined || !(error instanceof RefusedError) || error.code !== "gone") throw error;
    await platformFor(deps, room).post(room, view, options);
  }
}

/** Those in this chat for whom it waits. */
function pagedOn({ app, chat }: ChatDeps, incident: Incident): UserRef[] {
  return pagedFor(incident, app.plan(), app.clock.now()).filter((user) => platformOf(user) === chat);
}

function ringing(view: View, people: UserRef[]): View {
  const named = people.flatMap((person, index) => [...(index === 0 ? [] : [", "]), { person }]);
  return { ...view, body: [...view.body, { kind: "text", text: [...named, ": this waits for you."] }] };
}

/** Says under the message itself that it is on the timeline, or no longer is. */
export async function confirmCapture(
  deps: ChatDeps,
  { message, retracted }: Extract<Effect, { kind: "confirm_capture" }>,
): Promise<void> {
  await platformFor(deps, message).post(
    message,
    {
      tone: retracted ? "neutral" : "good",
      title: retracted ? "Off the timeline" : "On the timeline",
      body: [
        {
          kind: "text",
          quiet: true,
          text: retracted
            ? "The timeline says that it was, and that it was taken off."
            : "Take 📌 away to take it off.",
        },
      ],
      buttons: [],
    },
    {
      key: `capture/${message.split("/").slice(1).join("/")}/${retracted}`.slice(0, 64),
      again: deps.again,
    },
  );
}

export async function refreshHome(deps: ChatDeps, { user }: Extract<Effect, { kind: "refresh_home" }>): Promise<void> {
  const { plan, journal, clock } = deps.app;
  const view = homeCard(plan(), await journal.incidents(), user, { now: clock.now() });
  await platformFor(deps, user).setHome(user, view);
}
