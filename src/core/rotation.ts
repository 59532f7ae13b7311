import { z } from "zod";
import { Key, Sentence } from "./intervention.ts";
import { type Span, type Turns, tile, turnsOf } from "./rotation-turns.ts";

export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

const ClockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "Write a time of day such as 09:00.");
const LocalTime = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, "Write a local date and time such as 2026-12-24T18:00.");

/** People who take turns. All its times are local to its time zone: a handover at nine is at nine all year. */
export const Rotation = z.strictObject({
  title: Sentence.optional().describe("What people read, such as Primary on call"),
  every: z.enum(["weekly", "daily"]).describe("How long one person has it"),
  timeZone: z.string().min(1).max(60).describe("An IANA time zone, such as Europe/Berlin"),
  handover: ClockTime.default("09:00").describe("Time of day at which it changes hands"),
  day: z
    .enum(weekdays)
    .optional()
    .describe("Of a weekly rotation: the day on which it changes hands, Monday if left out"),
  from: z.iso.date().describe("The day on which the first person begins"),
  people: z.array(Key).min(1).max(100).describe("In the order of their turns"),
  hours: z
    .strictObject({ from: ClockTime, until: ClockTime })
    .optional()
    .describe("Only between these times of day; round the clock if left out"),
  days: z.array(z.enum(weekdays)).min(1).optional().describe("Only on these days; every day if left out"),
  overrides: z
    .array(
      z.strictObject({
        from: LocalTime,
        until: LocalTime,
        person: Key.optional().describe("Who has it instead; nobody if left out, which is a gap"),
      }),
    )
    .max(500)
    .default([])
    .describe("Swaps and absences; of two that overlap, the later in the list counts"),
});
export type Rotation = z.output<typeof Rotation>;

/** A time during which one person has it, or nobody: a gap. From `from` on, and up to but without `until`. */
export interface Shift {
  person: string | undefined;
  from: Date;
  until: Date;
}

/**
 * Who has it at one moment, and until when that stays so. Nobody, where there is a gap; `until` is left out where no
 * end is in sight within a year. Throws `RangeError` on a time zone that does not exist: a plan's are checked.
 */
export function whoHas(rotation: Rotation, at: Date): { person: string | undefined; until: Date | undefined } {
  const turns = compile(rotation);
  const time = at.getTime();
  let chunk = Math.floor(time / CHUNK_MS);
  const first = chunkOf(turns, chunk).find(({ until }) => until > time);
  if (first === undefined) throw new Error(`No shift of a rotation covers ${at.toISOString()}.`);
  let { until } = first;
  for (const last = chunk + CHUNKS_AHEAD; until === (chunk + 1) * CHUNK_MS; ) {
    chunk += 1;
    if (chunk > last) return { person: first.person, until: time < turns.begins ? new Date(turns.begins) : undefined };
    const [next] = chunkOf(turns, chunk);
    if (next === undefined || next.person !== first.person) break;
    until = next.until;
  }
  return { person: first.person, until: new Date(until) };
}

/** Everybody's turns between two moments, gaps among them: one begins where the last one ends, and no two neighbours are alike. */
export function shifts(rotation: Rotation, from: Date, until: Date): Shift[] {
  return tile(compile(rotation), from.getTime(), until.getTime()).map((span) => ({
    person: span.person,
    from: new Date(span.from),
    until: new Date(span.until),
  }));
}

/** When nobody has it. */
export function gaps(rotation: Rotation, from: Date, until: Date): { from: Date; until: Date }[] {
  return shifts(rotation, from, until)
    .filter(({ person }) => person === undefined)
    .map((gap) => ({ from: gap.from, until: gap.until }));
}

/** Cards ask who has it now, again and again: the weeks around now are worked out once, and then looked up. */
const CHUNK_MS = 28 * 86_400_000;
const CHUNKS_AHEAD = 13;
const CHUNKS_KEPT_MAX = 40;

const compiled = new WeakMap<Rotation, Turns & { chunks: Map<number, Span[]> }>();

function compile(rotation: Rotation): Turns & { chunks: Map<number, Span[]> } {
  const known = compiled.get(rotation);
  if (known !== undefined) return known;
  const turns = { ...turnsOf(rotation), chunks: new Map<number, Span[]>() };
  compiled.set(rotation, turns);
  return turns;
}

function chunkOf(turns: Turns & { chunks: Map<number, Span[]> }, index: number): Span[] {
  const known = turns.chunks.get(index);
  if (known !== undefined) return known;
  const spans = tile(turns, index * CHUNK_MS, (index + 1) * CHUNK_MS);
  if (turns.chunks.size >= CHUNKS_KEPT_MAX) turns.chunks.clear();
  turns.chunks.set(index, spans);
  return spans;
}
