import { Temporal } from "temporal-polyfill";
import type { Rotation } from "./rotation.ts";

/** A rotation's turns in milliseconds of UTC. Local times are turned into them here and nowhere else. */
export interface Turns {
  /** When the first turn begins. Before, nobody has it. */
  begins: number;
  /** Of two that overlap, the later one counts. */
  overrides: { from: number; until: number; person: string | undefined }[];
  rotation: Rotation;
}

export interface Span {
  person: string | undefined;
  from: number;
  until: number;
}

export function turnsOf(rotation: Rotation): Turns {
  return {
    begins: instantOf(rotation, dateOf(rotation.from), rotation.handover),
    overrides: rotation.overrides.map(({ from, until, person }) => ({
      from: localInstant(rotation.timeZone, from),
      until: localInstant(rotation.timeZone, until),
      person,
    })),
    rotation,
  };
}

/** The time from `from` until `until` in spans that leave nothing out. Neighbours of the same person are one. */
export function tile(turns: Turns, from: number, until: number): Span[] {
  if (until <= from) return [];
  const turnsHere = turnsBetween(turns, from, until);
  const windows = windowsBetween(turns.rotation, from, until);
  const overrides = turns.overrides.filter((one) => one.from < until && one.until > from);
  const edges = [
    turns.begins,
    ...turnsHere.map((turn) => turn.from),
    ...(windows ?? []).flatMap((window) => [window.from, window.until]),
    ...overrides.flatMap((one) => [one.from, one.until]),
  ].filter((edge) => edge > from && edge < until);
  const bounds = [...new Set([from, ...edges.sort((a, b) => a - b), until])];
  const spans: Span[] = [];
  let turn = 0;
  let window = 0;
  for (let index = 0; index + 1 < bounds.length; index += 1) {
    const at = bounds[index] ?? from;
    // Edges only go forward, so that each list is walked once.
    while ((turnsHere[turn + 1]?.from ?? Number.POSITIVE_INFINITY) <= at) turn += 1;
    while (windows !== undefined && (windows[window]?.until ?? Number.POSITIVE_INFINITY) <= at) window += 1;
    const isOn = windows === undefined || (windows[window]?.from ?? Number.POSITIVE_INFINITY) <= at;
    const override = overrides.findLast((one) => one.from <= at && at < one.until);
    const regular = isOn ? turnsHere[turn]?.person : undefined;
    const person = at < turns.begins ? undefined : override === undefined ? regular : override.person;
    const last = spans.at(-1);
    const end = bounds[index + 1] ?? until;
    if (last !== undefined && last.person === person) last.until = end;
    else spans.push({ person, from: at, until: end });
  }
  return spans;
}

/** The turns that touch a time, in order. The first one may be short: it ends on the first handover day after it began. */
function turnsBetween({ begins, rotation }: Turns, from: number, until: number): { from: number; person: string }[] {
  const { people, every } = rotation;
  const start = dateOf(rotation.from);
  const isWeekly = every === "weekly";
  const days = isWeekly ? 7 : 1;
  const firstDays = isWeekly ? daysUntil(start, rotation.day ?? "monday") : 1;
  const startOf = (turn: number) =>
    turn === 0 ? begins : instantOf(rotation, start.add({ days: firstDays + (turn - 1) * days }), rotation.handover);
  // One turn early, as days with a change of the clock are longer and shorter than others.
  const elapsedDays = Math.floor((Math.max(from, begins) - begins) / DAY_MS) - firstDays;
  const found: { from: number; person: string }[] = [];
  for (let turn = Math.max(0, Math.floor(elapsedDays / days)); ; turn += 1) {
    const at = startOf(turn);
    if (at >= until) return found;
    found.push({ from: at, person: people[turn % people.length] ?? "" });
  }
}

/** When somebody has it at all: undefined round the clock. A window that ends past midnight belongs to the day on which it begins. */
function windowsBetween(
  rotation: Rotation,
  from: number,
  until: number,
): { from: number; until: number }[] | undefined {
  const { hours, days, timeZone } = rotation;
  if (hours === undefined && days === undefined) return undefined;
  const opens = hours?.from ?? "00:00";
  const closes = hours?.until ?? "00:00";
  const closesNextDay = closes <= opens;
  const found: { from: number; until: number }[] = [];
  const first = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone).toPlainDate();
  for (let date = first.subtract({ days: 2 }); ; date = date.add({ days: 1 })) {
    const begin = instantOf(rotation, date, opens);
    if (begin >= until) return found;
    if (days !== undefined && !days.includes(weekdayOf(date))) continue;
    const end = instantOf(rotation, closesNextDay ? date.add({ days: 1 }) : date, closes);
    const last = found.at(-1);
    if (end <= begin || end <= from) continue;
    // The clock that is set back can make two windows touch.
    if (last !== undefined && begin <= last.until) last.until = Math.max(last.until, end);
    else found.push({ from: begin, until: end });
  }
}

const DAY_MS = 86_400_000;

function daysUntil(date: Temporal.PlainDate, day: Weekday): number {
  const days = (WEEKDAYS.indexOf(day) + 1 - date.dayOfWeek + 7) % 7;
  return days === 0 ? 7 : days;
}

const WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
type Weekday = (typeof WEEKDAYS)[number];

function weekdayOf(date: Temporal.PlainDate): Weekday {
  return WEEKDAYS[date.dayOfWeek - 1] ?? "monday";
}

function dateOf(text: string): Temporal.PlainDate {
  return Temporal.PlainDate.from(text);
}

/**
 * A time of day on one date, as clocks show it there. Where the clock skips it, as much later as is skipped; where it
 * comes twice, the first time.
 */
function instantOf({ timeZone }: Rotation, date: Temporal.PlainDate, time: string): number {
  return date.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

export function localInstant(timeZone: string, local: string): number {
  return Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone).epochMilliseconds;
}

/** The name under which a time zone is known; undefined for one that does not exist. */
export function knownTimeZone(timeZone: string): string | undefined {
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** `Mon 23 Nov 09:00`, as clocks show it there: for people who live by that clock. */
export function sayLocal(at: Date, timeZone: string): string {
  const there = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = DAY_NAMES[there.dayOfWeek - 1];
  return `${day} ${there.day} ${MONTH_NAMES[there.month - 1]} ${two(there.hour)}:${two(there.minute)}`;
}

const DAY_NAMES = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTH_NAMES = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
