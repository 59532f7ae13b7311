import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from "@slack/types";
import { z } from "zod";
import { LimitError } from "../../chat/limit-error.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Form, FormField } from "../../chat/view.ts";
import { renderBlock } from "./blocks.ts";
import { checkView, LIMITS } from "./limits.ts";
import type { OptionShelf } from "./options.ts";
import { slackIdOf, userRefOf } from "./place.ts";
import type { Surroundings } from "./text.ts";

/** What a modal brings back with its submission, beside what was filled in. */
const Carried = z.object({
  command: z.string(),
  carried: z.record(z.string(), z.string()),
  where: z.string().optional(),
  /** Where the answer to a slash command can be shown even if the bot is no member. Good for half an hour. */
  reply: z.string().optional(),
});
export type Carried = z.output<typeof Carried>;

/**
 * A form as a modal: one input per field, with the field's name as `block_id`, so that mistakes come back under their
 * fields. Throws `LimitError` where what must be carried does not fit.
 */
export function renderForm(
  form: Form,
  { where, reply, around, shelf }: { where?: string; reply?: string; around: Surroundings; shelf: OptionShelf },
): ModalView {
  const title = revealHidden(form.title);
  // A title that Slack has no room for stands whole above the fields.
  const whole =
    title.length > LIMITS.viewTitle ? renderBlock({ kind: "text", text: [{ bold: form.title }] }, around) : [];
  const intro = form.intro === undefined ? [] : renderBlock({ kind: "text", text: form.intro }, around);
  const inputs = form.fields.map((field) => inputBlock(field, shelf));
  const blocks: KnownBlock[] = [...whole, ...intro, ...inputs];
  const modal: ModalView = {
    type: "modal",
    callback_id: form.command,
    private_metadata: metadata({ command: form.command, carried: form.carried, where, reply }),
    title: plain(shorten(title, LIMITS.viewTitle)),
    submit: plain(shorten(revealHidden(form.submit), LIMITS.viewButton)),
    close: plain("Cancel"),
    blocks: blocks.length > 0 ? blocks : renderBlock({ kind: "text", text: form.title }, around),
  };
  checkView(modal);
  return modal;
}

/** The way of the answer is a convenience: it goes first when there is no room. What was known already never goes. */
function metadata(all: Carried): string {
  const whole = JSON.stringify(all);
  if (whole.length <= LIMITS.privateMetadata) return whole;
  const { reply: _, ...needed } = all;
  const rest = JSON.stringify(needed);
  if (rest.length > LIMITS.privateMetadata)
    throw new LimitError("what a form carries", LIMITS.privateMetadata, rest.length);
  return rest;
}

function inputBlock(field: FormField, shelf: OptionShelf): InputBlock {
  const { name, label, hint, required, widget } = field;
  return {
    type: "input",
    block_id: name,
    label: plain(shorten(revealHidden(label), LIMITS.inputLabel)),
    // A box that must be ticked would be no question.
    optional: widget.kind === "toggle" || !required,
    ...(hint !== undefined && hint !== "" && { hint: plain(shorten(revealHidden(hint), LIMITS.inputHint)) }),
    element: inputElement(field, shelf),
  };
}

function inputElement({ name, widget, value }: FormField, shelf: OptionShelf): InputBlock["element"] {
  const action_id = `field:${name}`;
  switch (widget.kind) {
    case "line":
    case "paragraph": {
      const max_length = Math.min(widget.maxLength ?? LIMITS.inputText, LIMITS.inputText);
      return {
        type: "plain_text_input",
        action_id,
        multiline: widget.kind === "paragraph",
        max_length,
        ...(widget.placeholder && { placeholder: plain(shorten(widget.placeholder, LIMITS.placeholder)) }),
        ...(value !== undefined && value !== "" && { initial_value: shorten(value, max_length) }),
      };
    }
    case "choice":
      return choiceElement(action_id, widget.options.map(option), value, shelf);
    case "toggle": {
      const on = option({ value: "true", label: widget.label });
      return { type: "checkboxes", action_id, options: [on], ...(value === "true" && { initial_options: [on] }) };
    }
    case "person": {
      const id = value === undefined ? undefined : slackIdOf(value);
      return { type: "users_select", action_id, ...(id !== undefined && { initial_user: id }) };
    }
    default:
      return widget satisfies never;
  }
}

/** A list; one that is searched by typing where Slack has no room for all; a line to type in where there is nothing. */
function choiceElement(
  action_id: string,
  options: PlainTextOption[],
  value: string | undefined,
  shelf: OptionShelf,
): InputBlock["element"] {
  const initial = options.find((each) => each.value === value);
  if (options.length === 0) {
    return {
      type: "plain_text_input",
      action_id,
      ...(value !== undefined && value !== "" && { initial_value: value }),
    };
  }
  if (options.length <= LIMITS.options) {
    return { type: "static_select", action_id, options, ...(initial && { initial_option: initial }) };
  }
  return {
    type: "external_select",
    action_id: shelf.put(options),
    min_query_length: 0,
    ...(initial && { initial_option: initial }),
  };
}

function option({ value, label }: { value: string; label: string }): PlainTextOption {
  if (value.length > LIMITS.optionValue) throw new LimitError(`option ${value}`, LIMITS.optionValue, value.length);
  return { text: plain(shorten(revealHidden(label) || value, LIMITS.optionText)), value };
}

function plain(text: string) {
  return { type: "plain_text" as const, text, emoji: false };
}

const ElementState = z.object({
  type: z.string(),
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
  selected_options: z.array(z.object({ value: z.string() })).nullish(),
  selected_user: z.string().nullish(),
});
export const SubmittedView = z.object({
  private_metadata: z.string(),
  state: z.object({ values: z.record(z.string(), z.record(z.string(), ElementState)) }),
});

/** A submission as a command's input: fields that are empty are absent, a toggle is always `true` or `false`. */
export function readForm(view: z.output<typeof SubmittedView>): Carried & { input: Record<string, string> } {
  const carried = Carried.parse(JSON.parse(view.private_metadata));
  const input = { ...carried.carried };
  for (const [name, elements] of Object.entries(view.state.values)) {
    for (const state of Object.values(elements)) {
      const value = readState(state);
      if (value !== undefined && value !== "") input[name] = value;
    }
  }
  return { ...carried, input };
}

function readState(state: z.output<typeof ElementState>): string | undefined {
  switch (state.type) {
    case "plain_text_input":
      return state.value ?? undefined;
    case "static_select":
    case "external_select":
      return state.selected_option?.value;
    case "users_select":
      return state.selected_user ? userRefOf(state.selected_user) : undefined;
    case "checkboxes":
      return (state.selected_options ?? []).length > 0 ? "true" : "false";
    default:
      throw new Error(`A form came back with a ${state.type}, which we never ask for.`);
  }
}

/** How to type what a form asks for: `/pause decline --proposal P-0007 --reason …`. */
export function typedEquivalent(form: Form): string {
  const known = Object.entries(form.carried).map(([name, value]) => `--${name} ${quoted(value)}`);
  const asked = form.fields
    .filter(({ required, value }) => required || value !== undefined)
    .map(({ name, value }) => `--${name} ${value === undefined || value === "" ? "…" : quoted(value)}`);
  return [`/${form.command}`, ...known, ...asked].join(" ");
}

function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
}
