import { z } from "zod";
import { canonicalJson, hashEvent, type StoredEvent, TimelineEvent } from "./timeline.ts";

/** What every exported chain has in common, whatever it tells of: events that hash to each other, and a head. */

/** One event. Strict, since what no hash covers must not stand in it as if it were the timeline's. */
export const EventInFile = z.strictObject({
  stream: z.string(),
  seq: z.number().int(),
  at: z.string(),
  recordedAt: z.string(),
  by: z.string(),
  byName: z.string().optional(),
  event: TimelineEvent,
  previousHash: z.string(),
  hash: z.string(),
});

/** Number and hash of the last event: a file cut short does not end in it. */
export const HeadInFile = z.object({ seq: z.number().int(), hash: z.string() });

/** Why an event does not follow from the one before it; undefined when it does. `raw` is the event as the file has it. */
export function brokenLink(
  stored: StoredEvent,
  raw: unknown,
  { seq, previousHash, stream }: { seq: number; previousHash: string; stream: string },
): string | undefined {
  if (stored.stream !== stream) return `It belongs to ${stored.stream}, not to ${stream}.`;
  if (stored.seq !== seq) {
    return stored.seq > seq
      ? `Event ${seq} is missing: event ${stored.seq} stands in its place.`
      : "It is out of order.";
  }
  if (stored.previousHash !== previousHash) return "It does not follow from the event before it.";
  const { event } = z.object({ event: z.unknown() }).parse(raw);
  if (hashEvent(previousHash, stored, canonicalJson(event)) !== stored.hash)
    return "It was changed: its hash does not match its content.";
  return undefined;
}

export function cutShort({
  head,
  events,
}: {
  head: z.output<typeof HeadInFile>;
  events: readonly z.output<typeof EventInFile>[];
}): string | undefined {
  const last = events.at(-1);
  if (last === undefined) return "It has no events.";
  if (last.seq === head.seq && last.hash === head.hash) return undefined;
  return `The file ends at event ${last.seq}, and should end at event ${head.seq}.`;
}
