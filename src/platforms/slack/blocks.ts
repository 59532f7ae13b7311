import type { KnownBlock, RichTextBlockElement, RichTextElement } from "@slack/types";
import { LimitError } from "../../chat/limit-error.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Block, Text } from "../../chat/view.ts";
import { LIMITS } from "./limits.ts";
import { link, mrkdwn, richText, type Surroundings, words } from "./text.ts";

type Of<K extends Block["kind"]> = Extract<Block, { kind: K }>;

/** One block of a view as Slack's blocks. Text from people is literal everywhere; codes stay whole. */
export function renderBlock(block: Block, around: Surroundings): KnownBlock[] {
  switch (block.kind) {
    case "text":
      return block.quiet ? smallPrint(block.text, around) : lines([richText(block.text, around)]);
    case "quote":
      return pieces(block.text).map((piece) => rich([{ type: "rich_text_quote", elements: words(piece) }]));
    case "fields":
      return lines(block.fields.map(({ label, value }) => [...bold(label), ...gap(), ...richText(value, around)]));
    case "code":
      return code(block);
    case "tally":
      return tally(block, around);
    case "checklist":
      return checklist(block, around);
    case "progress":
      return lines([counted(block.label, block.done, block.total)]);
    case "image":
      return image(block);
    case "link":
      return lines([link(block.url, block.label)]);
    default:
      return block satisfies never;
  }
}

function smallPrint(text: Text, around: Surroundings): KnownBlock[] {
  const marked = mrkdwn(text, around);
  if (marked?.trim() === "") return [];
  if (marked !== undefined && marked.length <= LIMITS.richText) {
    return [{ type: "context", elements: [{ type: "mrkdwn", text: marked, verbatim: true }] }];
  }
  const elements = richText(text, around);
  const [only] = elements;
  if (elements.length === 1 && only?.type === "text" && !only.style && only.text.length <= LIMITS.richText) {
    return [{ type: "context", elements: [{ type: "plain_text", text: only.text, emoji: false }] }];
  }
  return lines([elements]);
}

/** Monospaced and in one piece, so that a copy of it is a copy of all. */
function code({ label, code: whole }: Of<"code">): KnownBlock[] {
  if (whole.length > LIMITS.messageText)
    throw new LimitError(`code ${label ?? ""}`.trim(), LIMITS.messageText, whole.length);
  const heading: RichTextBlockElement[] = label ? [{ type: "rich_text_section", elements: bold(label) }] : [];
  return [
    rich([...heading, { type: "rich_text_preformatted", elements: [{ type: "text", text: revealHidden(whole) }] }]),
  ];
}

const VOTES = { yes: "✅", no: "❌", waiting: "⏳" } as const;

function tally({ label, have, need, entries }: Of<"tally">, around: Surroundings): KnownBlock[] {
  const rows = entries.map(({ who, state, detail }) => [
    ...words(`${VOTES[state]} `),
    ...richText(who, around),
    ...aside(detail, around),
  ]);
  return lines([counted(label, have, need), ...rows]);
}

const STEPS = { done: "✅", current: "▶️", todo: "⬜", skipped: "⏭️", failed: "❌" } as const;

function checklist({ items }: Of<"checklist">, around: Surroundings): KnownBlock[] {
  return lines(
    items.map(({ text, state, detail }) => [
      ...words(`${STEPS[state]} `),
      ...(state === "current" && typeof text === "string" ? bold(text) : richText(text, around)),
      ...aside(detail, around),
    ]),
  );
}

function image({ url, alt }: Of<"image">): KnownBlock[] {
  const alt_text = shorten(revealHidden(alt), LIMITS.imageAlt);
  return [{ type: "image", image_url: url, alt_text: alt_text.trim() === "" ? "Image" : alt_text }];
}

const BAR_CELLS_MAX = 10;

/** `Signatures  2 of 3  ▰▰▱`: the words first, then the same as a picture. */
function counted(label: string, have: number, need: number): RichTextElement[] {
  const cells = Math.min(Math.max(need, 0), BAR_CELLS_MAX);
  const share = need === 0 ? 0 : Math.min(have / need, 1);
  // A bar looks full only when it is, and empty only when it is.
  const full = Math.max(Math.floor(share * cells), share > 0 ? 1 : 0);
  return [...bold(label), ...words(`  ${have} of ${need}  ${"▰".repeat(full)}${"▱".repeat(cells - full)}`)];
}

function aside(detail: Text | undefined, around: Surroundings): RichTextElement[] {
  if (detail === undefined || detail.length === 0) return [];
  return [...words(" – "), ...richText(detail, around)];
}

function bold(text: string): RichTextElement[] {
  return words(text, { bold: true });
}

function gap(): RichTextElement[] {
  return words("  ");
}

/** Lines as one block of rich text; as several where they are too long for one. A line that is too long is cut in pieces. */
function lines(all: RichTextElement[][]): KnownBlock[] {
  const blocks: RichTextElement[][] = [];
  let room = 0;
  for (const line of all.flatMap(splitLine)) {
    if (line.length === 0) continue;
    const length = lengthOf(line);
    const open = blocks.at(-1);
    if (open === undefined || length + 1 > room) {
      blocks.push([...line]);
      room = LIMITS.richText - length;
    } else {
      open.push({ type: "text", text: "\n" }, ...line);
      room -= length + 1;
    }
  }
  return blocks.map((elements) => rich([{ type: "rich_text_section", elements }]));
}

function splitLine(line: RichTextElement[]): RichTextElement[][] {
  if (lengthOf(line) <= LIMITS.richText) return [line];
  const parts: RichTextElement[][] = [[]];
  for (const element of line.flatMap(splitElement)) {
    const open = parts.at(-1);
    if (open !== undefined && lengthOf(open) + lengthOf([element]) <= LIMITS.richText) open.push(element);
    else parts.push([element]);
  }
  return parts;
}

function splitElement(element: RichTextElement): RichTextElement[] {
  if (element.type !== "text") return [element];
  // A code is never cut, however long: the message's own limit tells.
  if (element.style?.code) return [element];
  return pieces(element.text).map((text) => ({ ...element, text }));
}

/** A long text in pieces of at most one block, cut at line ends or spaces where there are any. Nothing is left out. */
function pieces(text: string): string[] {
  const found: string[] = [];
  let rest = text;
  // Hidden characters grow when they are shown: measure as shown.
  while (revealHidden(rest).length > LIMITS.richText) {
    let end = Math.min(rest.length, LIMITS.richText);
    while (revealHidden(rest.slice(0, end)).length > LIMITS.richText) end = Math.floor(end * 0.9);
    const window = rest.slice(0, end);
    const cut = Math.max(window.lastIndexOf("\n"), window.lastIndexOf(" ")) + 1;
    const at = cut > end / 2 ? cut : wholeCharacter(rest, end);
    found.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  if (rest.length > 0) found.push(rest);
  return found;
}

function wholeCharacter(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return code >= 0xd800 && code <= 0xdbff ? end - 1 : end;
}

function lengthOf(elements: RichTextElement[]): number {
  return elements.reduce((sum, element) => {
    const text = "text" in element && typeof element.text === "string" ? element.text.length : 0;
    return sum + text + ("url" in element && typeof element.url === "string" ? element.url.length : 12);
  }, 0);
}

function rich(elements: RichTextBlockElement[]): KnownBlock {
  return { type: "rich_text", elements };
}
