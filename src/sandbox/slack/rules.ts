/**
 * Rules of Block Kit that no schema made from types can hold: what must be there, what must be unique, what belongs on
 * which surface. Each function returns what is wrong, in Slack's form, and nothing when all is well.
 */
import type { HomeView, KnownBlock, ModalView } from "@slack/types";
import { placedElements } from "./blocks.ts";
import { type Fields, isFields, objectsIn, textOf } from "./json.ts";

export type Surface = "message" | "modal" | "home";

/** Blocks per message; views take twice as many. */
const BLOCKS_MAX: Record<Surface, number> = { message: 50, modal: 100, home: 100 };
const MESSAGE_ONLY = new Set([
  "alert",
  "card",
  "carousel",
  "context_actions",
  "markdown",
  "plan",
  "table",
  "task_card",
]);
const MODAL_ONLY_ELEMENTS = new Set(["file_input"]);
const VIEW_BYTES_MAX = 250_000;
const MARKDOWN_LENGTH_MAX = 12_000;
const CONTEXT_ELEMENTS_MAX = 10;
const OPTIONS_MAX: Record<string, number> = { overflow: 5, radio_buttons: 10, checkboxes: 10 };
const SELECT_OPTIONS_MAX = 100;

export function blockRules(surface: Surface, blocks: KnownBlock[]): string[] {
  const broken: string[] = [];
  const say = (what: string, at: string) => broken.push(`[ERROR] ${what} [json-pointer:${at}]`);
  if (blocks.length > BLOCKS_MAX[surface]) say(`no more than ${BLOCKS_MAX[surface]} items allowed`, "/blocks");
  const names = new Set<string>();
  let tables = 0;
  let markdown = 0;
  for (const [index, block] of blocks.entries()) {
    const at = `/blocks/${index}`;
    if (surface !== "message" && MESSAGE_ONLY.has(block.type)) say(`unsupported block type: ${block.type}`, at);
    if (block.block_id !== undefined) {
      if (names.has(block.block_id)) say(`\`block_id\` "${block.block_id}" already exists`, `${at}/block_id`);
      names.add(block.block_id);
    }
    if (block.type === "table" && ++tables > 1) say("only one table allowed", at);
    if (block.type === "markdown") markdown += block.text.length;
    for (const rule of oneBlock(surface, block)) say(rule, at);
  }
  if (markdown > MARKDOWN_LENGTH_MAX) say(`must be less than ${MARKDOWN_LENGTH_MAX + 1} characters`, "/blocks");
  for (const rule of actionIds(blocks)) say(rule, "/blocks");
  return broken;
}

export function viewRules(view: ModalView | HomeView): string[] {
  const broken: string[] = [];
  if (view.type === "modal" && !view.submit && view.blocks.some(({ type }) => type === "input")) {
    broken.push("[ERROR] missing required field: submit [json-pointer:/view/submit]");
  }
  if (JSON.stringify(view).length > VIEW_BYTES_MAX) broken.push("[ERROR] view is over 250 kB [json-pointer:/view]");
  if (view.type === "modal" && view.title.text.trim() === "") {
    broken.push("[ERROR] must be more than 0 characters [json-pointer:/view/title/text]");
  }
  return broken;
}

function* oneBlock(surface: Surface, block: KnownBlock): Generator<string> {
  if (block.type === "section") {
    if (!block.text && !block.fields?.length) yield "either text or fields is required";
    if (block.fields && block.fields.length > 10) yield "no more than 10 items allowed: fields";
  }
  if (block.type === "actions" && block.elements.length === 0) yield "must provide at least one element: elements";
  if (block.type === "context" && block.elements.length === 0) yield "must provide at least one element: elements";
  if (block.type === "context" && block.elements.length > CONTEXT_ELEMENTS_MAX) {
    yield `no more than ${CONTEXT_ELEMENTS_MAX} items allowed: elements`;
  }
  if (block.type === "rich_text" && block.elements.length === 0) yield "must provide at least one element: elements";
  for (const node of objectsIn(block)) {
    const type = textOf(node.type) ?? "";
    if (surface !== "modal" && MODAL_ONLY_ELEMENTS.has(type)) yield `unsupported element type: ${type}`;
    if ((type === "plain_text" || type === "mrkdwn") && textOf(node.text)?.trim() === "") {
      yield "must be more than 0 characters: text";
    }
    yield* optionRules(type, node);
  }
}

function* optionRules(type: string, node: Fields): Generator<string> {
  const isMenu = /(static_select|overflow|radio_buttons|checkboxes)$/.test(type);
  if (!isMenu) return;
  const groups = Array.isArray(node.option_groups) ? node.option_groups : undefined;
  const options = Array.isArray(node.options) ? node.options : undefined;
  if (!groups && !options) return yield `missing required field: options of ${type}`;
  if (groups && options) yield "only one of options and option_groups is allowed";
  const most = OPTIONS_MAX[type] ?? SELECT_OPTIONS_MAX;
  const lists = groups ? groups.map((group: unknown) => (isFields(group) ? group.options : [])) : [options];
  if (groups && groups.length > SELECT_OPTIONS_MAX) yield `no more than ${SELECT_OPTIONS_MAX} items allowed`;
  const values = new Set<unknown>();
  for (const list of lists) {
    if (!Array.isArray(list) || list.length === 0) yield "no fewer than 1 items allowed: options";
    else if (list.length > most) yield `no more than ${most} items allowed: options`;
    for (const option of Array.isArray(list) ? list : []) {
      if (!isFields(option)) continue;
      if (values.has(option.value)) yield `duplicate option value: ${option.value}`;
      values.add(option.value);
    }
  }
  const initial = isFields(node.initial_option) ? [node.initial_option] : node.initial_options;
  for (const option of Array.isArray(initial) ? initial : []) {
    if (isFields(option) && !values.has(option.value)) yield "initial_option is not one of the options";
  }
}

/** Ids of actions are unique inside their block; Slack refuses the message otherwise. */
function* actionIds(blocks: KnownBlock[]): Generator<string> {
  for (const [index, block] of blocks.entries()) {
    const seen = new Set<string>();
    for (const { actionId } of placedElements([{ ...block, block_id: block.block_id ?? "" }])) {
      if (seen.has(actionId)) yield `\`action_id\` "${actionId}" already exists in block ${index}`;
      seen.add(actionId);
    }
  }
}
