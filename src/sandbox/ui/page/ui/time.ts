/** Times of messages, as the reader's clock shows them. A `ts` is seconds since 1970 with microseconds behind the dot. */
import { dayName, formatDate } from "../text/date.ts";

export function dateOf(ts: string): Date {
  return new Date(Number(ts) * 1000);
}

export function clockTime(ts: string): string {
  return formatDate(Number(ts), "{time}", { now: new Date() });
}

export function fullTime(ts: string): string {
  return formatDate(Number(ts), "{date_long} {time_secs}", { now: new Date() });
}

export function relativeTime(ts: string): string {
  return formatDate(Number(ts), "{ago}", { now: new Date() });
}

export function dayOf(ts: string): string {
  const reader = { now: new Date() };
  return dayName(dateOf(ts), reader) ?? formatDate(Number(ts), "{date_long}", reader);
}
