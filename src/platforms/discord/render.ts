import { createHash } from "node:crypto";
import { encodeInvoke } from "../../chat/invoke.ts";
import { LimitError } from "../../chat/limit-error.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Button, CommandButton, Tone, View } from "../../chat/view.ts";
import { renderBlock, TEXT_DISPLAY, words } from "./blocks.ts";
import { checkComponents, countComponents, type Json, LIMITS, lengthOfText } from "./limits.ts";
import { escapeText } from "./text.ts";

const ACTION_ROW = 1;
const BUTTON = 2;
const CONTAINER = 17;
const STYLES = { primary: 1, secondary: 2, success: 3, danger: 4, link: 5 } as const;
const COLOURS: Record<Tone, number> = {
  neutral: 0x80848e,
  info: 0x5865f2,
  good: 0x248046,
  warning: 0xf0b232,
  danger: 0xda373c,
};
/** What says the tone in a word, so that no colour has to. */
const TONES: Record<Tone, string> = { neutral: "", info: "ℹ️ ", good: "✅ ", warning: "⚠️ ", danger: "🚨 " };
const TITLE_LENGTH_MAX = 300;
export const IS_COMPONENTS_V2 = 1 << 15;

export interface Payload {
  flags: number;
  components: Json[];
}

/** Buttons that ask first: what they ask is remembered here, as a button's id has no room for it. */
export type Confirmations = Map<string, NonNullable<CommandButton["confirm"]>>;

/**
 * A view as Discord's messages: nearly always one container. What does not fit goes on in further messages, with
 * numbers; the buttons stay on the first. `key` marks the message as this post, so that it can be found again.
 */
export function renderMessages(view: View, asking: Confirmations, key?: string): Payload[] {
  const parts = split(view, asking);
  return parts.map((body, index) => {
    const number = parts.length > 1 ? ` (${index + 1} of ${parts.length})` : "";
    return payload(view, body, { number, key: key && partKey(key, index) });
  });
}

function payload(view: View, body: Json[], { number, key }: { number: string; key: string | undefined }): Payload {
  const container: Json = {
    type: CONTAINER,
    ...(key !== undefined && { id: markOf(key) }),
    accent_color: COLOURS[view.tone],
    components: [heading(view, number), ...body],
  };
  checkComponents([container]);
  return { flags: IS_COMPONENTS_V2, components: [container] };
}

/** A view as one message, as an edit needs it. What has no room is said to be elsewhere, and the buttons are all there. */
export function renderMessage(view: View, asking: Confirmations, key?: string): Payload {
  const [first, ...others] = renderMessages(view, asking, key);
  if (first === undefined) throw new LimitError(`messages for "${view.title}"`, 1, 0);
  if (others.length === 0) return first;
  const body = view.body.filter(({ kind }) => kind !== "checklist" && kind !== "code").flatMap(renderBlock);
  const pieces = body.flatMap(inPieces);
  const buttons = renderButtons(view.buttons, asking);
  let used = sizeOf([...buttons, ...ELSEWHERE]);
  const shown = pieces.filter((piece) => {
    const next = plus(used, sizeOf([piece]));
    // From the first one on that has no room, nothing is shown: a sentence without the one before it misleads.
    used = fits(next) ? next : { ...next, components: Number.POSITIVE_INFINITY };
    return fits(used);
  });
  return payload(view, [...shown, ...ELSEWHERE, ...buttons], { number: "", key });
}

const ELSEWHERE: Json[] = words(
  "-# The rest has no room in one message. `/incident status` and `/pause status` show it whole.",
);

/** A 31-bit number that stands for a key: Discord keeps a component's `id` as it was given. Never 0. */
export function markOf(key: string): number {
  return createHash("sha256").update(key).digest().readUInt32BE(0) & 0x7fffffff || 1;
}

export function partKey(key: string, index: number): string {
  return index === 0 ? key : `${key}#${index + 1}`;
}

function heading({ tone, title }: View, number: string): Json {
  const text = revealHidden(title).replace(/\s+/g, " ").trim() || "Allstop";
  return { type: TEXT_DISPLAY, content: `### ${TONES[tone]}${escapeText(shorten(text, TITLE_LENGTH_MAX))}${number}` };
}

function split(view: View, asking: Confirmations): Json[][] {
  const buttons = renderButtons(view.buttons, asking);
  const details = (view.details ?? []).flatMap(renderBlock).flatMap(inPieces);
  const whole = view.title.length > TITLE_LENGTH_MAX ? words(escapeText(view.title)) : [];
  const body = [...whole, ...view.body.flatMap(renderBlock)].flatMap(inPieces);
  // Details stand below the buttons; where they are too long for that, they come last.
  const beside = fits(sizeOf([...buttons, ...details]));
  const below = beside ? [...buttons, ...details] : buttons;
  const parts: Json[][] = [[]];
  let used = sizeOf(below);
  for (const component of beside ? body : [...body, ...details]) {
    const next = plus(used, sizeOf([component]));
    if (fits(next)) {
      parts.at(-1)?.push(component);
      used = next;
    } else {
      parts.push([component]);
      used = sizeOf([component]);
    }
  }
  parts[0]?.push(...below);
  return parts;
}

interface Size {
  text: number;
  components: number;
}

/** What a message has room for beside its heading, in which every character may have to be escaped. */
const ROOM: Size = { text: LIMITS.text - 4 * TITLE_LENGTH_MAX, components: LIMITS.components - 3 };

function sizeOf(components: readonly Json[]): Size {
  return { text: lengthOfText(components), components: countComponents(components) };
}

function plus(one: Size, other: Size): Size {
  return { text: one.text + other.text, components: one.components + other.components };
}

function fits({ text, components }: Size): boolean {
  return text <= ROOM.text && components <= ROOM.components;
}

const PIECE_LENGTH_MAX = 2_000;
/** As `renderBlock` makes them: they stay whole. */
const CODE_BLOCK = /^(?:\*\*.*\*\*\n)?```\n/;

/** A long text in pieces, cut at the end of a line: a message of its own takes each, where needed. */
function inPieces(component: Json): Json[] {
  const { type, content } = component;
  if (type !== TEXT_DISPLAY || typeof content !== "string" || content.length <= PIECE_LENGTH_MAX) return [component];
  if (CODE_BLOCK.test(content)) return [component];
  const pieces: string[] = [""];
  for (const line of content.split("\n").flatMap(cutLine)) {
    const last = pieces.at(-1) ?? "";
    if (last !== "" && last.length + line.length > PIECE_LENGTH_MAX) pieces.push(line);
    else pieces[pieces.length - 1] = last === "" ? line : `${last}\n${line}`;
  }
  return pieces.flatMap(words);
}

/** Between words where there are any, never after a backslash or within a character; what a quote or small print goes on in is one, too. */
function cutLine(line: string): string[] {
  const mark = /^(?:> |-# )/.exec(line)?.[0] ?? "";
  const pieces = line.match(/[\s\S]{1,1900}(?:(?<=\s)|$)|[\s\S]{1,1900}(?<![\\\ud800-\udbff])/g) ?? [""];
  return pieces.map((piece, index) => (index === 0 ? piece : `${mark}${piece}`));
}

function renderButtons(buttons: readonly Button[], asking: Confirmations): Json[] {
  const taken = new Set<string>();
  const rendered = buttons.map((button) => renderButton(button, asking, taken));
  const rows: Json[] = [];
  for (let at = 0; at < rendered.length; at += LIMITS.buttonsPerRow) {
    rows.push({ type: ACTION_ROW, components: rendered.slice(at, at + LIMITS.buttonsPerRow) });
  }
  return rows;
}

export const ASK_FIRST = "ask:";

function renderButton(button: Button, asking: Confirmations, taken: Set<string>): Json {
  const label = shorten(revealHidden(button.label), LIMITS.buttonLabel);
  if ("url" in button) {
    if (button.url.length > LIMITS.buttonUrl)
      throw new LimitError(`the link of "${label}"`, LIMITS.buttonUrl, button.url.length);
    return { type: BUTTON, style: STYLES.link, label, url: button.url };
  }
  const style = STYLES[button.style ?? "secondary"];
  const invoke = encodeInvoke(button);
  const custom_id = ownId(button.confirm === undefined ? invoke : `${ASK_FIRST}${invoke}`, taken);
  if (custom_id.length > LIMITS.customId)
    throw new LimitError(`the id of "${label}"`, LIMITS.customId, custom_id.length);
  if (button.confirm !== undefined) remember(asking, custom_id, button.confirm);
  return { type: BUTTON, style, label, custom_id };
}

/** Two buttons may say the same in two ways, and Discord takes no id twice: what is put behind it is read as nothing. */
function ownId(id: string, taken: Set<string>): string {
  let own = id;
  while (taken.has(own)) own += own.includes("?") ? "&" : "?";
  taken.add(own);
  return own;
}

const REMEMBERED_MAX = 1_000;

function remember(asking: Confirmations, id: string, confirm: NonNullable<CommandButton["confirm"]>): void {
  asking.set(id, confirm);
  const [oldest] = asking.keys();
  if (asking.size > REMEMBERED_MAX && oldest !== undefined) asking.delete(oldest);
}
