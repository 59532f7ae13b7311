/** The state of interactive elements, in the very shape of Slack's `view.state.values`. Pure. */
import type { AnyBlock } from "@slack/types";
import type { ViewState } from "../../../slack/client-api.ts";

/** One element's state: `{ type: "plain_text_input", value: "…" }`. */
export type Leaf = Record<string, unknown>;

/** An element as far as its state goes; the fields that an element type does not have are absent. */
export interface Stateful {
  type: string;
  action_id?: string;
  initial_value?: unknown;
  initial_option?: unknown;
  initial_options?: unknown[];
  initial_user?: string;
  initial_users?: string[];
  initial_channel?: string;
  initial_channels?: string[];
  initial_conversation?: string;
  initial_conversations?: string[];
  initial_date?: string;
  initial_time?: string;
  initial_date_time?: number;
  min_length?: number;
  max_length?: number;
  min_value?: string;
  max_value?: string;
  is_decimal_allowed?: boolean;
}

/** For each element type with a state: where Slack puts the value, and where its start comes from. */
const SLOTS: Record<string, [slot: string, initial: keyof Stateful]> = {
  plain_text_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  rich_text_input: ["rich_text_value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  external_select: ["selected_option", "initial_option"],
  radio_buttons: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  multi_external_select: ["selected_options", "initial_options"],
  checkboxes: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

export function slotOf(type: string): string | undefined {
  return SLOTS[type]?.[0];
}

/** Slack fills in ids that the app left out; where the workspace has not, the place in the list serves. */
export function blockIdOf(block: { block_id?: string }, index: number): string {
  return block.block_id ?? `block-${index}`;
}

export function actionIdOf(element: { action_id?: string }, index: number): string {
  return element.action_id ?? `action-${index}`;
}

/** State at first sight. Values of `before` stay where the same block and action are still there (`views.update`). */
export function initialState(blocks: AnyBlock[], before: ViewState = {}): ViewState {
  const state: ViewState = {};
  blocks.forEach((block, blockIndex) => {
    elementsOf(block).forEach((element, index) => {
      const slot = SLOTS[element.type];
      if (!slot) return;
      const blockId = blockIdOf(block, blockIndex);
      const actionId = actionIdOf(element, index);
      const [name, initial] = slot;
      const start = element[initial] ?? (name.endsWith("s") && name !== "value" ? [] : null);
      const kept = before[blockId]?.[actionId];
      state[blockId] = {
        ...state[blockId],
        [actionId]: kept?.type === element.type ? kept : { type: element.type, [name]: start },
      };
    });
  });
  return state;
}

/** What Slack's own client refuses before the bot is asked: one line per block, in Slack's words where it has some. */
export function localErrors(blocks: AnyBlock[], state: ViewState): Record<string, string> {
  const errors: Record<string, string> = {};
  blocks.forEach((block, index) => {
    if (block.type !== "input" || !("element" in block)) return;
    const element = block.element as Stateful;
    const blockId = blockIdOf(block, index);
    const value = state[blockId]?.[actionIdOf(element, 0)]?.[slotOf(element.type) ?? ""];
    const isOptional = "optional" in block && block.optional === true;
    const error = isEmpty(value)
      ? !isOptional && "Please complete this required field."
      : typeof value === "string" && mistakeIn(element, value);
    if (error) errors[blockId] = error;
  });
  return errors;
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function mistakeIn(element: Stateful, value: string): string | undefined {
  const { type, min_length: min = 0, max_length: max = 3000 } = element;
  if (type === "plain_text_input" && value.length < min) return `Please enter at least ${min} characters.`;
  if (type === "plain_text_input" && value.length > max) return `Please enter at most ${max} characters.`;
  if (type === "email_text_input" && !/^\S+@\S+\.\S+$/.test(value)) return "Please enter a valid email address.";
  if (type === "url_text_input" && !URL.canParse(value)) return "Please enter a valid URL.";
  return type === "number_input" ? mistakeInNumber(element, value) : undefined;
}

function mistakeInNumber({ is_decimal_allowed, min_value, max_value }: Stateful, value: string): string | undefined {
  const number = Number(value);
  if (Number.isNaN(number)) return "Please enter a valid number.";
  if (!is_decimal_allowed && !Number.isInteger(number)) return "Please enter a whole number.";
  if (min_value !== undefined && number < Number(min_value)) return `Please enter a number of at least ${min_value}.`;
  if (max_value !== undefined && number > Number(max_value)) return `Please enter a number of at most ${max_value}.`;
  return undefined;
}

function elementsOf(block: AnyBlock): Stateful[] {
  if ("element" in block) return [block.element as Stateful];
  if ("accessory" in block && block.accessory) return [block.accessory as Stateful];
  if (block.type === "actions" && "elements" in block) return block.elements as Stateful[];
  return [];
}
