import type { KnownBlock, View as SlackView } from "@slack/types";
import { z } from "zod";
import { LimitError } from "../../chat/limit-error.ts";

/** Slack's limits, from its block reference and method pages; lengths in UTF-16 units, the stricter reading. */
export const LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  header: 150,
  contextElements: 10,
  buttonLabel: 75,
  buttonUrl: 3000,
  actionId: 255,
  actionsElements: 25,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  imageUrl: 3000,
  imageAlt: 2000,
  options: 100,
  optionText: 75,
  optionValue: 75,
  placeholder: 150,
  inputLabel: 2000,
  inputHint: 2000,
  inputText: 3000,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  viewBytes: 250_000,
  /** `chat.update` takes no more, so that no message may have more from the start. */
  fallbackText: 4000,
  /** One rich text block. Slack publishes no figure; a section may have as much. */
  richText: 3000,
  /** All words of one message's blocks: Slack answers `msg_blocks_too_long` somewhere beyond. */
  messageText: 12_000,
  topic: 250,
} as const;

export interface Payload {
  text?: string;
  blocks: KnownBlock[];
}

/** The last look before a message goes out: throws `LimitError` with the field, its limit and its length. */
export function checkMessage({ text, blocks }: Payload): void {
  atMost("text", LIMITS.fallbackText, text?.length ?? 0);
  checkBlocks(blocks, LIMITS.messageBlocks);
  atMost("text of all blocks", LIMITS.messageText, lengthOfBlocks(blocks));
}

/** The same for a form or the home. */
export function checkView(view: SlackView): void {
  atMost("private_metadata", LIMITS.privateMetadata, view.private_metadata?.length ?? 0);
  if (view.type === "modal") {
    atMost("title", LIMITS.viewTitle, view.title.text.length);
    atMost("submit", LIMITS.viewButton, view.submit?.text.length ?? 0);
    atMost("close", LIMITS.viewButton, view.close?.text.length ?? 0);
  }
  // The type of views also knows blocks without a type of their own; we make none.
  checkBlocks(view.blocks as KnownBlock[], LIMITS.viewBlocks);
  atMost("view", LIMITS.viewBytes, JSON.stringify(view).length);
}

export function atMost(field: string, limit: number, length: number): void {
  if (length > limit) throw new LimitError(field, limit, length);
}

/** All words in a block. Ids and addresses of links count too: they are in the payload. */
export function lengthOfBlocks(blocks: KnownBlock[]): number {
  return blocks.reduce((sum, block) => sum + lengthOf(block), 0);
}

function checkBlocks(blocks: KnownBlock[], max: number): void {
  atMost("blocks", max, blocks.length);
  const blockIds = new Set<string>();
  const actionIds = new Set<string>();
  for (const [index, block] of blocks.entries()) {
    if (block.block_id !== undefined) {
      atMost(`block ${index} block_id`, LIMITS.actionId, block.block_id.length);
      once("block_id", block.block_id, blockIds);
    }
    checkBlock(block, `block ${index}`, actionIds);
  }
}

function checkBlock(block: KnownBlock, at: string, actionIds: Set<string>): void {
  switch (block.type) {
    case "header":
      atMost(`${at} header`, LIMITS.header, block.text.text.length);
      break;
    case "context":
      atMost(`${at} context elements`, LIMITS.contextElements, block.elements.length);
      break;
    case "image":
      atMost(`${at} image alt_text`, LIMITS.imageAlt, block.alt_text.length);
      atMost(`${at} image_url`, LIMITS.imageUrl, "image_url" in block ? (block.image_url?.length ?? 0) : 0);
      break;
    case "actions":
      atMost(`${at} actions elements`, LIMITS.actionsElements, block.elements.length);
      for (const element of block.elements) checkElement(readElement(element), at, actionIds);
      break;
    case "input":
      atMost(`${at} label`, LIMITS.inputLabel, block.label.text.length);
      atMost(`${at} hint`, LIMITS.inputHint, block.hint?.text.length ?? 0);
      checkElement(readElement(block.element), at, actionIds);
      break;
    default: // Rich text and dividers have no limits of their own but the message's.
  }
}

const Words = z.object({ text: z.string() });
/** The parts of buttons, menus and inputs that have limits. */
const Element = z.object({
  action_id: z.string().optional(),
  text: Words.optional(),
  url: z.string().optional(),
  placeholder: Words.optional(),
  options: z.array(z.object({ value: z.string().optional(), text: Words })).default([]),
  confirm: z
    .object({ title: Words.optional(), text: Words, confirm: Words.optional(), deny: Words.optional() })
    .optional(),
  initial_value: z.string().optional(),
});

function readElement(element: object): z.output<typeof Element> {
  return Element.parse(element);
}

function checkElement(element: z.output<typeof Element>, at: string, actionIds: Set<string>): void {
  const { action_id, text, url, placeholder, options, confirm, initial_value } = element;
  if (action_id !== undefined) {
    atMost(`${at} action_id`, LIMITS.actionId, action_id.length);
    once("action_id", action_id, actionIds);
  }
  atMost(`${at} label of "${text?.text}"`, LIMITS.buttonLabel, text?.text.length ?? 0);
  atMost(`${at} url`, LIMITS.buttonUrl, url?.length ?? 0);
  atMost(`${at} placeholder`, LIMITS.placeholder, placeholder?.text.length ?? 0);
  atMost(`${at} initial_value`, LIMITS.inputText, initial_value?.length ?? 0);
  atMost(`${at} options`, LIMITS.options, options.length);
  for (const option of options) {
    atMost(`${at} option`, LIMITS.optionText, option.text.text.length);
    atMost(`${at} option value`, LIMITS.optionValue, option.value?.length ?? 0);
  }
  if (confirm !== undefined) {
    atMost(`${at} confirm title`, LIMITS.confirmTitle, confirm.title?.text.length ?? 0);
    atMost(`${at} confirm text`, LIMITS.confirmText, confirm.text.text.length);
    atMost(`${at} confirm button`, LIMITS.confirmButton, confirm.confirm?.text.length ?? 0);
    atMost(`${at} deny button`, LIMITS.confirmButton, confirm.deny?.text.length ?? 0);
  }
}

function once(what: string, id: string, seen: Set<string>): void {
  if (seen.has(id)) throw new Error(`Two parts of one message have the ${what} "${id}".`);
  seen.add(id);
}

const WORDS = new Set(["text", "url", "alt_text", "image_url", "value", "fallback"]);

function lengthOf(node: object): number {
  let sum = 0;
  for (const [key, value] of Object.entries(node)) {
    if (typeof value === "string") sum += WORDS.has(key) ? value.length : 0;
    else if (typeof value === "object" && value !== null) sum += lengthOf(value);
  }
  return sum;
}
