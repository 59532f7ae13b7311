import type { UserRef } from "../../chat/platform.ts";
import { revealHidden } from "../../chat/prose.ts";
import type { Span, Text } from "../../chat/view.ts";
import type { Piece, Style } from "./lines.ts";
import { keyOf } from "./place.ts";

/** What a renderer knows of the console that it writes for. */
export interface Around {
  columns: number;
  /** The reader's time zone, as IANA names it. */
  timeZone: string;
  /** The name of somebody in the response plan, by key. */
  nameOf: (key: string) => string | undefined;
}

/** Text as people's words: whatever would steer the terminal, or hide in it, is shown by its number instead. */
export function literal(text: string, style?: Style): Piece {
  return { text: revealHidden(text), style };
}

/** In one line: line ends become spaces. */
export function inOneLine(text: string, style?: Style): Piece {
  return { text: revealHidden(text).replace(/\s+/g, " ").trim(), style };
}

export function piecesOf(text: Text, around: Around, style?: Style): Piece[] {
  const spans = typeof text === "string" ? [text] : text;
  return spans.flatMap((span) => pieceOf(span, around, style));
}

function pieceOf(span: Span, around: Around, style: Style | undefined): Piece[] {
  if (typeof span === "string") return [literal(span, style)];
  if ("bold" in span) return [literal(span.bold, "bold")];
  if ("italic" in span) return [literal(span.italic, "italic")];
  if ("code" in span) return [literal(span.code, "code")];
  if ("person" in span) return [literal(`@${nameOf(span.person, around)}`, "bold")];
  if ("place" in span) return [literal(span.label, style)];
  // A link is its address: what a terminal would make of a label alone can't be seen.
  if ("link" in span) return [literal(span.label === span.link ? span.link : `${span.label} (${span.link})`, style)];
  if ("time" in span) return [literal(timeWords(span.time, around.timeZone), style)];
  return span satisfies never;
}

function nameOf(user: UserRef, around: Around): string {
  const key = keyOf(user);
  return (key === undefined ? undefined : around.nameOf(key)) ?? user;
}

/** In UTC, so that two people can compare; beside it the reader's own clock, where that is another one. */
export function timeWords(iso: string, timeZone: string): string {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return iso;
  const utc = `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const here = new Intl.DateTimeFormat("en-GB", { ...clock, timeZone }).format(time);
  const there = new Intl.DateTimeFormat("en-GB", { ...clock, timeZone: "UTC" }).format(time);
  return here === there ? utc : `${utc} (${here} here)`;
}
