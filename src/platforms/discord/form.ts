import { encodeInvoke } from "../../chat/invoke.ts";
import { LimitError } from "../../chat/limit-error.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Form, FormField } from "../../chat/view.ts";
import { type Json, LIMITS } from "./limits.ts";
import { discordIdOf } from "./place.ts";
import { escapeText, markdown } from "./text.ts";

const LABEL = 18;
const TEXT_INPUT = 4;
const STRING_SELECT = 3;
const USER_SELECT = 5;
const TEXT_DISPLAY = 10;
export const FIELD = "field:";

export interface Modal {
  custom_id: string;
  title: string;
  components: Json[];
}

/**
 * A form as a modal. Its id is the command with what is known already, so that it survives a restart; each input's id is
 * its field's name. Discord takes five parts: the required fields first, then as many others as fit; what is left over
 * can be given as an option of the typed command. Throws `LimitError` where a required field has no room.
 */
export function renderForm(form: Form, drafts: Record<string, string> = {}): Modal {
  const id = encodeInvoke({ command: form.command, input: form.carried });
  const required = form.fields.filter((field) => field.required);
  if (required.length > LIMITS.modalParts)
    throw new LimitError(`the form of ${form.command}`, LIMITS.modalParts, required.length);
  const room = LIMITS.modalParts - required.length;
  const others = form.fields.filter((field) => !field.required).slice(0, room);
  const shown = form.fields.filter((field) => field.required || others.includes(field));
  const parts = shown.map((field) => label({ ...field, value: drafts[field.name] ?? field.value }, form.command));
  const intro =
    form.intro !== undefined && parts.length < LIMITS.modalParts
      ? [{ type: TEXT_DISPLAY, content: markdown(form.intro) }]
      : [];
  const none = parts.length + intro.length === 0 ? [{ type: TEXT_DISPLAY, content: escapeText(form.title) }] : [];
  return {
    custom_id: id,
    title: shorten(revealHidden(form.title), LIMITS.modalTitle),
    components: [...intro, ...none, ...parts],
  };
}

function label(field: FormField, command: string): Json {
  const name = revealHidden(field.label);
  // A name that has to be shortened stands whole below, where there is nothing else to say.
  const whole = name.length > LIMITS.label ? name : undefined;
  const own = field.hint ?? (field.widget.kind === "toggle" ? field.widget.label : whole);
  const hint = isTooLong(field) ? `More than fit in a list. /${command} offers them while you type.` : own;
  return {
    type: LABEL,
    label: shorten(name, LIMITS.label),
    ...(hint !== undefined && hint !== "" && { description: shorten(revealHidden(hint), LIMITS.labelHint) }),
    component: input(field),
  };
}

function isTooLong({ widget }: Pick<FormField, "widget">): boolean {
  return widget.kind === "choice" && widget.options.length > LIMITS.options;
}

function input({ name, required, widget, value }: FormField): Json {
  const custom_id = `${FIELD}${name}`;
  switch (widget.kind) {
    case "line":
    case "paragraph":
      return textInput(custom_id, required, value, widget);
    case "choice":
      // More than Discord's list holds, or nothing to choose from: typed, then.
      if (widget.options.length === 0 || isTooLong({ widget })) {
        const [first] = widget.options;
        const placeholder = first === undefined ? undefined : `such as ${first.value}`;
        return textInput(custom_id, required, value, {
          kind: "line",
          ...(placeholder !== undefined && { placeholder }),
        });
      }
      return select(custom_id, required, widget.options, value);
    case "toggle":
      return select(
        custom_id,
        false,
        [
          { value: "false", label: "No" },
          { value: "true", label: "Yes" },
        ],
        value ?? "false",
      );
    case "person": {
      const id = value === undefined ? undefined : discordIdOf(value);
      return {
        type: USER_SELECT,
        custom_id,
        required,
        ...(id !== undefined && { default_values: [{ id, type: "user" }] }),
      };
    }
    default:
      return widget satisfies never;
  }
}

function textInput(
  custom_id: string,
  required: boolean,
  value: string | undefined,
  { kind, maxLength, placeholder }: { kind: "line" | "paragraph"; maxLength?: number; placeholder?: string },
): Json {
  const max = Math.min(maxLength ?? LIMITS.input, LIMITS.input);
  return {
    type: TEXT_INPUT,
    custom_id,
    style: kind === "paragraph" ? 2 : 1,
    required,
    max_length: max,
    ...(placeholder !== undefined && { placeholder: shorten(placeholder, LIMITS.placeholder) }),
    ...(value !== undefined && value !== "" && { value: shorten(value, max) }),
  };
}

function select(
  custom_id: string,
  required: boolean,
  options: { value: string; label: string }[],
  value: string | undefined,
): Json {
  return {
    type: STRING_SELECT,
    custom_id,
    required,
    ...(!required && { min_values: 0 }),
    max_values: 1,
    options: options.map((option) => ({
      value: option.value,
      label: shorten(revealHidden(option.label), LIMITS.optionLabel),
      ...(option.value === value && { default: true }),
    })),
  };
}

/** The same as a typed command, for where no form can be shown. */
export function typedEquivalent({ command, carried, fields }: Form): string {
  const known = Object.entries(carried).map(([name, value]) => `${name}:${value}`);
  return [`/${command}`, ...known, ...fields.filter(({ required }) => required).map(({ name }) => `${name}:…`)].join(
    " ",
  );
}
