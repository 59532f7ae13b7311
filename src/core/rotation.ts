import { z } from "zod";
import { Key, Sentence } from "./intervention.ts";

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
  day: z.enum(weekdays).default("monday").describe("Of a weekly rotation: the day on which it changes hands"),
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

/** Who has it at one moment, and until when that stays so. Nobody, where there is a gap. */
export function whoHas(rotation: Rotation, _at: Date): { person: string | undefined; until: Date | undefined } {
  return { person: rotation.people[0], until: undefined };
}
