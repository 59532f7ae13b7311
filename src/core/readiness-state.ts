import { type Place, platformOf } from "./ids.ts";
import type { Colour, ReadinessLine } from "./readiness-events.ts";
import type { EventOf, StoredEvent } from "./timeline.ts";

/** Whether each pause would work, as it was last recorded. */
export interface Readiness {
  /** When something was last found to be different, or the daily look was made. */
  checkedAt: string;
  /** The UTC day of the last daily look, such as `2026-11-21`. */
  lastDaily: string | undefined;
  planHash: string;
  blocks: EventOf<"readiness.checked">["blocks"];
  lines: (ReadinessLine & { since: string })[];
  /** The board in each chat, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  head: { seq: number; hash: string; recordedAt: string };
}

export function foldReadiness(state: Readiness | undefined, stored: StoredEvent): Readiness {
  const head = { seq: stored.seq, hash: stored.hash, recordedAt: stored.recordedAt };
  const { event, at } = stored;
  switch (event.kind) {
    case "readiness.checked":
      return {
        checkedAt: at,
        lastDaily: event.cause === "daily" ? dayOf(at) : state?.lastDaily,
        planHash: event.planHash,
        blocks: event.blocks,
        lines: event.lines.map((line) => ({ ...line, since: sinceWhen(state, line) ?? at })),
        cards: state?.cards ?? {},
        head,
      };
    case "readiness.card_posted":
      if (state === undefined) throw new Error("The board was posted before anything was checked.");
      return { ...state, cards: { ...state.cards, [platformOf(event.message)]: event.message }, head };
    default:
      throw new Error(`${event.kind} does not belong to readiness.`);
  }
}

/** The UTC day of an instant. */
export function dayOf(at: string): string {
  return at.slice(0, 10);
}

/** Red before amber before green: what a person must see first. */
export function worstOf(colours: readonly Colour[]): Colour {
  return colours.includes("red") ? "red" : colours.includes("amber") ? "amber" : "green";
}

/** What a line says, without the figures in its sentences: these move from block to block. */
export function meaningOf({ subject, title, colour, reasons }: ReadinessLine): string {
  return JSON.stringify([subject, title, colour, reasons.map((one) => [one.rung, one.code, one.colour])]);
}

function sinceWhen(state: Readiness | undefined, line: ReadinessLine): string | undefined {
  return state?.lines.find(({ subject, colour }) => subject === line.subject && colour === line.colour)?.since;
}
