import { type Platform, platformOf } from "../chat/platform.ts";
import type { View } from "../chat/view.ts";
import type { Effect } from "../core/effects.ts";
import { messageOf, RefusedError, RetryableError } from "../core/errors.ts";
import type { IncidentId, Place, UserRef } from "../core/ids.ts";
import { isOver, presenceOn, WRITING_STEP } from "../core/incident.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import type { ChatDeps } from "./chat-effects.ts";

/** The platform that a place lies on. A platform that is not configured any more is a refusal, not a bug. */
export function platformFor({ platforms, chat }: ChatDeps, place: Place): Platform {
  const name = platformOf(place);
  const platform = platforms.get(name);
  // It has a lane, so it is configured, and was lost while this was under way.
  if (platform === undefined && name === chat) throw new RetryableError(`${name} is not connected just now.`);
  if (platform === undefined) {
    throw new RefusedError("not_connected", `${name} is not connected.`, `Configure ${name}, or use another platform.`);
  }
  return platform;
}

/** The platform that this delivery is for. */
export function platformHere(deps: ChatDeps): Platform {
  return platformFor(deps, `${deps.chat}:`);
}

/**
 * An optional step: its refusal is told in the room and recorded, and stops nothing else. Passing failures are
 * retried by the outbox like any other.
 */
export async function optionally(
  deps: ChatDeps,
  incident: IncidentId,
  step: string,
  work: () => Promise<void>,
): Promise<boolean> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    await noteDegraded(deps, incident, step, error);
    return false;
  }
  await noteRecovered(deps, incident, step);
  return true;
}

export async function noteRecovered({ app, chat }: ChatDeps, incident: IncidentId, step: string): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, (state) =>
    state.degraded.some((entry) => entry.chat === chat && entry.step === step)
      ? { events: [{ kind: "chat.recovered", chat, step }], effects: shownWith(incident, step) }
      : { events: [], effects: [] },
  );
}

/** A room that can't be written to can't say so itself: the alert does. */
function shownWith(incident: IncidentId, step: string): Effect[] {
  return [
    { kind: "refresh_card", incident },
    ...(step === WRITING_STEP ? [{ kind: "announce" as const, incident }] : []),
  ];
}

const HELD_MS_MAX = 60_000;

/**
 * What is owed to the room is not lost when the room refuses it (archived, the app was put out): it is said where it can
 * be, and tried again for as long as the incident is open. A room that was archived after the end is left in peace.
 */
export async function owedToRoom(deps: ChatDeps, id: IncidentId, work: () => Promise<void>): Promise<void> {
  const { app, chat } = deps;
  try {
    await work();
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code === "gone" || error.code === "not_connected") throw error;
    const incident = await getIncident(app, id);
    if (isOver(incident) || presenceOn(incident, chat).room === undefined) throw error;
    await noteDegraded(deps, id, WRITING_STEP, error);
    const retryAfterMs = Math.min(HELD_MS_MAX, 1000 * 2 ** Math.min(deps.owed.attempts, 10));
    throw new RetryableError(error.message, { retryAfterMs, cause: error });
  }
  await noteRecovered(deps, id, WRITING_STEP);
}

export async function noteDegraded(
  { app, chat }: ChatDeps,
  incident: IncidentId,
  step: string,
  { code, message, remedy }: RefusedError,
): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, (state) =>
    state.degraded.some((entry) => entry.chat === chat && entry.step === step && entry.code === code)
      ? { events: [], effects: [] }
      : {
          events: [{ kind: "chat.degraded", chat, step, code, why: messageOf(message), remedy }],
          effects: shownWith(incident, step),
        },
  );
}

/**
 * Posts into a place or directly to a person, once per key. What is not `wanted` any more is not posted; but where it may
 * have been posted before, without our hearing of it, it is looked for, so that nothing is left standing that asks in vain.
 * Resolves with the message, showing this view, or with undefined where there is none.
 */
export async function postOnce(
  deps: ChatDeps,
  post: {
    to: Place | UserRef;
    view: View;
    key: string;
    wanted?: boolean;
    urgent?: boolean | undefined;
    /** People whom the post is meant to ring. Its edits ring nobody. */
    ping?: UserRef[] | undefined;
  },
): Promise<Place | undefined> {
  const { to, view, key, wanted = true, urgent, ping } = post;
  const platform = platformFor(deps, to);
  const earlier = deps.again ? await platform.findPost(to, key) : undefined;
  if (earlier !== undefined) {
    // It may show what was true when it was posted.
    await platform.edit(earlier, view, { urgent });
    return earlier;
  }
  if (!wanted) return undefined;
  const send = to.includes("/") ? platform.post : platform.directMessage;
  return send(to, view, { key, urgent, ...(ping && { ping }) });
}

/**
 * Edits a card, or posts it anew where it is gone or was never there, if it is still `wanted`. `posted` is called only for
 * a new message.
 */
export async function showCard(
  deps: ChatDeps,
  card: {
    at: Place;
    message: Place | undefined;
    view: View;
    key: string;
    wanted?: boolean;
    urgent?: boolean;
    ping?: UserRef[];
    posted: (message: Place) => Promise<void>;
  },
): Promise<void> {
  if (card.message !== undefined) {
    try {
      await platformFor(deps, card.at).edit(card.message, card.view, { urgent: card.urgent });
      return;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.code !== "gone") throw error;
    }
  }
  // A card that was deleted gets a successor with a key of its own.
  const key = card.message === undefined ? card.key : `${card.key}/${card.message.split("/").at(-1)}`;
  const { at: to, view, wanted, urgent, ping } = card;
  const message = await postOnce(deps, { to, view, key, urgent, ping, ...(wanted !== undefined && { wanted }) });
  if (message !== undefined) await card.posted(message);
}
