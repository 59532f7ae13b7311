import type { RichTextElement } from "@slack/types";
import type { Place, UserRef } from "../../chat/platform.ts";
import { revealHidden } from "../../chat/prose.ts";
import { plainText, type Span, type Text } from "../../chat/view.ts";
import { linkTo, readPlace, slackIdOf } from "./place.ts";

/** What a renderer knows of the workspace: where its links begin, with a slash at the end. */
export interface Surroundings {
  teamUrl: string;
}

type Style = { bold?: boolean; italic?: boolean; code?: boolean };

/**
 * Words as elements of rich text, where style is a field of its own: nothing that a person wrote can format, ping or
 * link. Hidden characters are made visible.
 */
export function richText(text: Text, around: Surroundings): RichTextElement[] {
  const spans = typeof text === "string" ? [text] : text;
  return spans.flatMap((span) => elementsOf(span, around));
}

export function words(text: string, style?: Style): RichTextElement[] {
  if (text === "") return [];
  return [{ type: "text", text: revealHidden(text), ...(style && { style }) }];
}

function elementsOf(span: Span, around: Surroundings): RichTextElement[] {
  if (typeof span === "string") return words(span);
  if ("bold" in span) return words(span.bold, { bold: true });
  if ("italic" in span) return words(span.italic, { italic: true });
  if ("code" in span) return words(span.code, { code: true });
  if ("person" in span) return person(span.person);
  if ("place" in span) return link(placeUrl(span.place, around), span.label);
  if ("link" in span) return link(span.link, span.label);
  if ("time" in span) return time(span.time);
  return span satisfies never;
}

function person(user: UserRef): RichTextElement[] {
  const id = slackIdOf(user);
  return id === undefined ? words(`@${user}`) : [{ type: "user", user_id: id }];
}

/** A link to what is no web page is shown as text, whole. */
export function link(url: string | undefined, label: string): RichTextElement[] {
  if (url === undefined) return words(label);
  if (!/^https?:\/\//i.test(url)) return words(`${label} (${url})`);
  return [{ type: "link", url, text: revealHidden(label) }];
}

function placeUrl(place: Place, { teamUrl }: Surroundings): string | undefined {
  return place.startsWith("slack:") ? linkTo(teamUrl, readPlace(place)) : undefined;
}

/** In the reader's own zone, and beside it in UTC, so that two people can compare. */
function time(iso: string): RichTextElement[] {
  const utc = `${iso.slice(11, 16)} UTC`;
  const timestamp = Math.floor(Date.parse(iso) / 1000);
  if (Number.isNaN(timestamp)) return words(iso);
  const fallback = `${iso.slice(0, 10)} ${utc}`;
  return [{ type: "date", timestamp, format: "{date_short_pretty} {time}", fallback }, ...words(` (${utc})`)];
}

/**
 * Words as mrkdwn, for the small print that takes nothing else, or undefined when a literal part holds characters that
 * could format: rich text shows those instead.
 */
export function mrkdwn(text: Text, around: Surroundings): string | undefined {
  const spans = typeof text === "string" ? [text] : text;
  if (spans.some((span) => FORMATS.test(plainText([span])) && !("time" in Object(span)))) return undefined;
  return spans.map((span) => mark(span, around)).join("");
}

// Emphasis, code, quotes, and names of emoji.
const FORMATS = /[*_~`>|]|:(?=[0-9_+'-]*[a-z])[a-z0-9_+'-]+:/i;

function mark(span: Span, around: Surroundings): string {
  if (typeof span === "string") return escapeText(span);
  if ("bold" in span) return emphasised(span.bold, "*");
  if ("italic" in span) return emphasised(span.italic, "_");
  if ("code" in span) return `\`${escapeText(span.code)}\``;
  if ("time" in span) {
    const timestamp = Math.floor(Date.parse(span.time) / 1000);
    const utc = `${span.time.slice(11, 16)} UTC`;
    if (Number.isNaN(timestamp)) return escapeText(span.time);
    return `<!date^${timestamp}^{date_short_pretty} {time}|${span.time.slice(0, 10)} ${utc}> (${utc})`;
  }
  if ("person" in span) {
    const id = slackIdOf(span.person);
    return id === undefined ? escapeText(`@${span.person}`) : `<@${id}>`;
  }
  const url = "place" in span ? placeUrl(span.place, around) : span.link;
  if (url === undefined || !/^https?:\/\/[^|<>\s]+$/i.test(url)) return escapeText(plainText([span]));
  return `<${url.replaceAll("&", "&amp;")}|${escapeText(span.label)}>`;
}

/** Slack takes a mark for one only where no space stands inside it. */
function emphasised(text: string, sign: "*" | "_"): string {
  const [, before = "", words = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return words === "" ? escapeText(text) : `${before}${sign}${escapeText(words)}${sign}${after}`;
}

/** Slack's three special characters, and the hidden ones, for text that Slack parses. */
export function escapeText(text: string): string {
  return revealHidden(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
