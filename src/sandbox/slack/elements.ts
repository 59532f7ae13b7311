/** Interactive elements: what they hold, what a person chose, and how a payload tells it. */
import { type Placed, placedElements } from "./blocks.ts";
import type { ViewState } from "./client-api.ts";
import { type Fields, isFields } from "./json.ts";

/** For each element with a state: the field that holds it, and the field of the element that it starts from. */
const STATE: Record<string, { field: string; initial: string; empty: unknown }> = {
  plain_text_input: { field: "value", initial: "initial_value", empty: null },
  email_text_input: { field: "value", initial: "initial_value", empty: null },
  url_text_input: { field: "value", initial: "initial_value", empty: null },
  number_input: { field: "value", initial: "initial_value", empty: null },
  rich_text_input: { field: "rich_text_value", initial: "initial_value", empty: null },
  static_select: { field: "selected_option", initial: "initial_option", empty: null },
  external_select: { field: "selected_option", initial: "initial_option", empty: null },
  radio_buttons: { field: "selected_option", initial: "initial_option", empty: null },
  users_select: { field: "selected_user", initial: "initial_user", empty: null },
  channels_select: { field: "selected_channel", initial: "initial_channel", empty: null },
  conversations_select: { field: "selected_conversation", initial: "initial_conversation", empty: null },
  checkboxes: { field: "selected_options", initial: "initial_options", empty: [] },
  multi_static_select: { field: "selected_options", initial: "initial_options", empty: [] },
  multi_external_select: { field: "selected_options", initial: "initial_options", empty: [] },
  multi_users_select: { field: "selected_users", initial: "initial_users", empty: [] },
  multi_channels_select: { field: "selected_channels", initial: "initial_channels", empty: [] },
  multi_conversations_select: { field: "selected_conversations", initial: "initial_conversations", empty: [] },
  datepicker: { field: "selected_date", initial: "initial_date", empty: null },
  timepicker: { field: "selected_time", initial: "initial_time", empty: null },
  datetimepicker: { field: "selected_date_time", initial: "initial_date_time", empty: null },
  file_input: { field: "files", initial: "initial_files", empty: [] },
};

/** Raised when a person is made to do what the client would not let them do. */
export class ImpossibleAct extends Error {
  override name = "ImpossibleAct";
}

/** `state.values` of a message or a view: how it was opened, with what the person has filled in since. */
export function stateOf(blocks: unknown, filled: ViewState = {}): ViewState {
  const values: ViewState = {};
  for (const { blockId, actionId, element } of placedElements(blocks)) {
    const rule = STATE[element.type];
    if (!rule) continue;
    const given = filled[blockId]?.[actionId];
    const value = given && rule.field in given ? chosen(element, given[rule.field]) : undefined;
    const { [rule.field]: _field, type: _type, ...rest } = given ?? {};
    values[blockId] ??= {};
    values[blockId][actionId] = {
      type: element.type,
      [rule.field]: value === undefined ? (element[rule.initial] ?? rule.empty) : value,
      ...rest,
    };
  }
  for (const [blockId, actions] of Object.entries(filled)) {
    for (const actionId of Object.keys(actions)) {
      if (!values[blockId]?.[actionId]) throw new ImpossibleAct(`There is no input ${actionId} in block ${blockId}.`);
    }
  }
  return values;
}

/** `actions[0]` of a press: the element's identity and what was chosen. */
export function actionOf(placed: Placed, state: ViewState, selected: unknown, actionTs: string): Fields {
  const { element, blockId, actionId } = placed;
  const common = { type: element.type, action_id: actionId, block_id: blockId, action_ts: actionTs };
  const rule = STATE[element.type];
  if (rule) {
    const { [rule.initial]: initial, placeholder, confirm } = element;
    return {
      ...common,
      [rule.field]:
        selected === undefined
          ? state[blockId]?.[actionId]?.[rule.field]
          : chosen(element, unwrap(rule.field, selected)),
      ...(initial !== undefined && { [rule.initial]: initial }),
      ...(placeholder !== undefined && { placeholder }),
      ...(confirm !== undefined && { confirm }),
    };
  }
  if (element.type === "overflow") {
    return { ...common, selected_option: chosen(element, unwrap("selected_option", selected)) };
  }
  const { text, value, style, url, confirm } = element;
  const shown = { text, value, style, url, confirm };
  return { ...common, ...Object.fromEntries(Object.entries(shown).filter(([, field]) => field !== undefined)) };
}

/** The state after a press: what was chosen counts as filled in. */
export function stateAfter(placed: Placed, filled: ViewState | undefined, selected: unknown): ViewState {
  const rule = STATE[placed.element.type];
  if (!rule || selected === undefined) return filled ?? {};
  const inBlock = filled?.[placed.blockId] ?? {};
  const value = { ...inBlock[placed.actionId], [rule.field]: unwrap(rule.field, selected) };
  return { ...filled, [placed.blockId]: { ...inBlock, [placed.actionId]: value } };
}

/**
 * What Slack's client checks before a form leaves it: block_id to sentence. An input that is not optional must be
 * filled, and text must keep to its lengths.
 */
export function mistakesIn(blocks: unknown, values: ViewState): Record<string, string> {
  const mistakes: Record<string, string> = {};
  for (const { block, blockId, actionId, element } of placedElements(blocks)) {
    if (block.type !== "input") continue;
    const rule = STATE[element.type];
    const value = rule && values[blockId]?.[actionId]?.[rule.field];
    const isEmpty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    if (isEmpty) {
      if (block.optional !== true) mistakes[blockId] = "Please complete this required field.";
      continue;
    }
    const sentence = typeof value === "string" ? textMistake(element, value) : undefined;
    if (sentence) mistakes[blockId] = sentence;
  }
  return mistakes;
}

const TEXT_LENGTH_MAX = 3000;

function textMistake(element: Fields & { type: string }, value: string): string | undefined {
  const least = Number(element.min_length ?? 0);
  const most = Number(element.max_length ?? TEXT_LENGTH_MAX);
  if (value.length < least) return `Please enter at least ${least} characters.`;
  if (value.length > most) return `Please enter no more than ${most} characters.`;
  if (element.type === "number_input" && Number.isNaN(Number(value))) return "Please enter a number.";
  if (element.type === "url_text_input" && !URL.canParse(value)) return "Please enter a valid URL.";
  if (element.type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) return "Please enter a valid email.";
  return undefined;
}

/** Lets a choice be given as `{selected_option: …}`, the way it stands in a payload, or bare. */
function unwrap(field: string, selected: unknown): unknown {
  return isFields(selected) && field in selected ? selected[field] : selected;
}

/** A choice by its value becomes the option itself; one that the element does not offer is impossible. */
function chosen(element: Fields & { type: string }, choice: unknown): unknown {
  if (Array.isArray(choice)) return choice.map((each) => chosen(element, each));
  const options = optionsOf(element);
  if (choice === null || options === undefined) return choice;
  const value = isFields(choice) ? choice.value : choice;
  const option = options.find((each) => each.value === value);
  if (!option) throw new ImpossibleAct(`${element.action_id} has no option ${JSON.stringify(value)}.`);
  return option;
}

function optionsOf(element: Fields): Fields[] | undefined {
  if (Array.isArray(element.options)) return element.options.filter(isFields);
  if (!Array.isArray(element.option_groups)) return undefined;
  return element.option_groups.flatMap((group: unknown) => (isFields(group) ? (optionsOf(group) ?? []) : []));
}
