import { reminderCard, ringCard } from "../chat/cards/reminder-card.ts";
import type { Effect } from "../core/effects.ts";
import { RefusedError, RetryableError } from "../core/errors.ts";
import { type Place, platformOf, type UserRef } from "../core/ids.ts";
import { type Incident, presenceOn } from "../core/incident.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import { findDuty, reminderOf, rings } from "../core/reminder-duty.ts";
import type { Reminder } from "../core/reminder-state.ts";
import type { ChatDeps } from "./chat-effects.ts";
import { platformFor, showCard } from "./deps.ts";

/**
 * What is overdue, as one message in the room. It rings when it is posted, and an edit rings nobody: a later stage that
 * has to ring does so by a reply under it.
 */
export async function showReminder(
  deps: ChatDeps,
  { incident: id, reminder: name }: Extract<Effect, { kind: "show_reminder" }>,
): Promise<void> {
  const { app, chat } = deps;
  const incident = await getIncident(app, id);
  const reminder = incident.reminders.find((one) => one.id === name);
  if (reminder === undefined) return;
  const isOpen = isOutstanding(deps, incident, reminder);
  const message = reminder.messages[chat];
  const { room } = presenceOn(incident, chat);
  if (room === undefined) return; // Opening the room owes it again.
  const people = reminder.users.filter((user) => platformOf(user) === chat);
  let isNew = false;
  await showCard(deps, {
    at: room,
    message,
    view: reminderCard(app.plan(), incident, reminder),
    key: `remind/${id}/${reminder.first}`,
    wanted: isOpen,
    ping: people,
    posted: async (posted) => {
      isNew = true;
      await recordPosted(deps, id, { reminder, message: posted });
    },
  });
  if (!isNew && message !== undefined && isOpen && mustRing(deps, incident, reminder)) {
    await ring(deps, incident, { reminder, message, people });
  }
}

async function ring(
  deps: ChatDeps,
  incident: Incident,
  { reminder, message, people }: { reminder: Reminder; message: Place; people: UserRef[] },
): Promise<void> {
  const view = ringCard(deps.app.plan(), incident, reminder, people);
  const options = { key: `ring/${incident.id}/${reminder.first}/${reminder.said}`, again: deps.again, ping: people };
  try {
    const reply = await platformFor(deps, message).post(message, view, options);
    await recordPosted(deps, incident.id, { reminder, message: reply, under: message });
  } catch (error) {
    // It was deleted since it was edited a moment ago: the next look posts it anew, and rings by that.
    if (!(error instanceof RefusedError) || error.code !== "gone") throw error;
    throw new RetryableError(error.message, { cause: error });
  }
}

function isOutstanding({ app }: ChatDeps, incident: Incident, reminder: Reminder): boolean {
  const duty = findDuty(incident, app.plan(), reminder.id);
  return duty !== undefined && reminderOf(incident, duty) === reminder;
}

/** Nobody heard of this stage here yet, it is one that rings, and nobody has put it off since. */
function mustRing({ app, chat }: ChatDeps, incident: Incident, reminder: Reminder): boolean {
  const duty = findDuty(incident, app.plan(), reminder.id);
  if (duty === undefined || reminder.snoozed !== undefined || !rings(duty, reminder.stage)) return false;
  return (reminder.rung[chat] ?? 0) < reminder.said;
}

async function recordPosted(
  { app }: ChatDeps,
  incident: string,
  { reminder, message, under }: { reminder: Reminder; message: Place; under?: Place },
): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, () => ({
    events: [{ kind: "reminder.posted", reminder: reminder.id, message, ring: reminder.said, ...(under && { under }) }],
    effects: [],
  }));
}
