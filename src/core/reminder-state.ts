import { type Place, platformOf, type UserRef } from "./ids.ts";
import type { By, EventOf, StoredEvent } from "./timeline.ts";

/** What was overdue and has been said so, by its name: `update`, `roles`, `step/R-0001/confirm`. */
export interface Reminder {
  id: string;
  /** The number of the event that said it first. */
  first: number;
  /** From when the time counted that ran out: what is asked for since another time was never said yet. */
  since: string;
  /** How often that was said; the holder hears it first, then the commander. */
  stage: number;
  /** How often it was said at all. */
  said: number;
  sentAt: string;
  users: UserRef[];
  /** Its message in each chat, by the chat's name. */
  messages: Readonly<Record<string, Place>>;
  /** The newest ring that each chat has heard. */
  rung: Readonly<Record<string, number>>;
  /** From when the time to the next stage counts: it was said, or somebody took it on. */
  waitsFrom: string;
  snoozed?: { at: string; until: string; by: By; byName?: string };
  /** Who took it over from whoever held it. */
  taken?: { user: UserRef; at: string };
}

export type ReminderEvent = EventOf<"reminder.sent" | "reminder.posted" | "reminder.snoozed" | "reminder.taken">;

export function foldReminders(reminders: Reminder[], stored: StoredEvent, event: ReminderEvent): Reminder[] {
  const known = reminders.find(({ id }) => id === event.reminder);
  const after = event.kind === "reminder.sent" ? foldSent(known, stored, event) : foldRest(known, stored, event);
  return [...reminders.filter((one) => one !== known), after];
}

function foldSent(known: Reminder | undefined, { seq, at }: StoredEvent, event: EventOf<"reminder.sent">): Reminder {
  const { reminder: id, stage, users, since } = event;
  return {
    id,
    first: known?.first ?? seq,
    since,
    stage,
    said: (known?.said ?? 0) + 1,
    sentAt: at,
    waitsFrom: at,
    users,
    messages: known?.messages ?? {},
    rung: known?.rung ?? {},
    // Who took on the last update has not taken on the next.
    ...(known?.since === since && known.taken !== undefined && { taken: known.taken }),
  };
}

function foldRest(
  reminder: Reminder | undefined,
  { at, by, byName }: StoredEvent,
  event: Exclude<ReminderEvent, { kind: "reminder.sent" }>,
): Reminder {
  if (reminder === undefined)
    throw new Error(`The timeline speaks of the reminder ${event.reminder} before it was sent.`);
  switch (event.kind) {
    case "reminder.posted": {
      const { message, under, ring } = event;
      const chat = platformOf(message);
      const messages = under === undefined ? { ...reminder.messages, [chat]: message } : reminder.messages;
      return { ...reminder, messages, rung: { ...reminder.rung, [chat]: ring } };
    }
    case "reminder.snoozed":
      return { ...reminder, snoozed: { at, until: event.until, by, byName } };
    case "reminder.taken":
      return { ...reminder, waitsFrom: at, taken: { user: event.user, at } };
    default:
      return event satisfies never;
  }
}
