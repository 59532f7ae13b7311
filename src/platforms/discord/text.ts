import { revealHidden } from "../../chat/prose.ts";
import { plainText, type Span, type Text } from "../../chat/view.ts";
import { discordIdOf, linkTo, readPlace } from "./place.ts";

/** Words as Discord's Markdown: what is ours is marked up, what a person wrote stays literal. */
export function markdown(text: Text): string {
  const spans = typeof text === "string" ? [text] : text;
  return spans.map(mark).join("");
}

function mark(span: Span): string {
  if (typeof span === "string") return escapeText(span);
  if ("bold" in span) return `**${escapeText(span.bold)}**`;
  if ("italic" in span) return slanted(span.italic);
  if ("code" in span) return codeSpan(span.code);
  if ("person" in span) {
    const id = discordIdOf(span.person);
    return id === undefined ? escapeText(`@${span.person}`) : `<@${id}>`;
  }
  if ("place" in span) return place(span);
  if ("link" in span) return link(span.link, span.label);
  if ("time" in span) return time(span.time);
  return span satisfies never;
}

/** A space inside of the marks would show them: `* so*` slants nothing, though `** so**` is bold. */
function slanted(text: string): string {
  const [, before = "", said = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  return said === "" ? text : `${before}*${escapeText(said)}*${after}`;
}

function place(span: Extract<Span, { place: string }>): string {
  if (!span.place.startsWith("discord:")) return escapeText(plainText([span]));
  const { channel, message } = readPlace(span.place);
  return message === undefined ? `<#${channel}>` : link(linkTo(span.place), span.label);
}

/** A link to what is no web page is shown as text, whole. */
export function link(url: string, label: string): string {
  if (!/^https?:\/\/[^\s()<>]+$/i.test(url)) return escapeText(`${label} (${url})`);
  return `[${escapeText(label)}](<${url}>)`;
}

/** In the reader's own zone, and beside it in UTC, so that two people can compare. */
function time(iso: string): string {
  const seconds = Math.floor(Date.parse(iso) / 1000);
  return Number.isNaN(seconds) ? escapeText(iso) : `<t:${seconds}:f> (${iso.slice(11, 16)} UTC)`;
}

/** Monospaced and whole. A backtick inside asks for a longer fence. */
export function codeSpan(code: string): string {
  const text = revealHidden(code).replace(/\n/g, " ");
  return text.includes("`") ? `\`\` ${text.replaceAll("``", "` `")} \`\`` : `\`${text}\``;
}

/** Whole, in as many fences as a long one needs: each of them has room in a message. */
export function codeBlocks(code: string): string[] {
  // A fence can't be escaped inside of one: it is taken apart, and nothing is taken away.
  const text = revealHidden(code).replaceAll("```", "` ` `");
  const pieces = text.match(/[\s\S]{1,1800}(?:(?=\n)|$)|[\s\S]{1,1800}(?<![\ud800-\udbff])/g) ?? [text];
  return pieces.map((piece) => `\`\`\`\n${piece.replace(/^\n/, "")}\n\`\`\``);
}

/**
 * Literal text: no emphasis, heading, list, quote, mention, custom emoji or link comes of it. Discord shows a character
 * after a backslash as it is. Hidden characters are made visible.
 */
export function escapeText(text: string): string {
  return revealHidden(text)
    .replace(/[\\*_~`|<>#[\]()@]/g, "\\$&")
    .replace(/:(?=\/\/)/g, "\\:")
    .replace(/^(\s*)([-+])(?=\s)/gm, "$1\\$2")
    .replace(/^(\s*\d+)\.(?=\s)/gm, "$1\\.");
}
