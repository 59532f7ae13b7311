import { type Place, platformOf, type UserRef } from "./ids.ts";
import type { EventOf, StoredEvent } from "./timeline.ts";

/** What was overdue and has been said so, by its name: `update`, `roles`, `step/R-0001/confirm`. */
export interface Reminder {
  id: string;
  /** How often it was said; the holder hears it first, then the commander. */
  stage: number;
  sentAt?: string;
  users: UserRef[];
  /** Its message in each chat, by the chat's name. */
  messages: Readonly<Record<string, Place>>;
  snoozedUntil?: string;
  /** Who took it over from whoever held it. */
  takenBy?: UserRef;
}

export type ReminderEvent = EventOf<"reminder.sent" | "reminder.posted" | "reminder.snoozed" | "reminder.taken">;

export function foldReminders(reminders: Reminder[], stored: StoredEvent, event: ReminderEvent): Reminder[] {
  const known = reminders.find(({ id }) => id === event.reminder);
  const before = known ?? { id: event.reminder, stage: 0, users: [], messages: {} };
  return [...reminders.filter((one) => one !== known), foldReminder(before, stored, event)];
}

function foldReminder(reminder: Reminder, { at }: StoredEvent, event: ReminderEvent): Reminder {
  switch (event.kind) {
    case "reminder.sent":
      return { ...reminder, stage: event.stage, users: event.users, sentAt: at, snoozedUntil: undefined };
    case "reminder.posted":
      return { ...reminder, messages: { ...reminder.messages, [platformOf(event.message)]: event.message } };
    case "reminder.snoozed":
      return { ...reminder, snoozedUntil: event.until };
    case "reminder.taken":
      return { ...reminder, takenBy: event.user };
    default:
      return event satisfies never;
  }
}
