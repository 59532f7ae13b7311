import type { ActionsBlock, KnownBlock, ModalView } from "@slack/types";
import { z } from "zod";
import type { Channel, Message } from "../discord/index.ts";
import { readMarkdown } from "./markdown.ts";

const Button = z.object({
  type: z.literal(2),
  style: z.number(),
  label: z.string().default("?"),
  custom_id: z.string().optional(),
  url: z.string().optional(),
});
const Component = z.looseObject({
  type: z.number(),
  content: z.string().optional(),
  components: z.array(z.unknown()).optional(),
});
const STYLES: Record<number, "primary" | "danger" | undefined> = { 1: "primary", 3: "primary", 4: "danger" };

/** Discord's components as blocks that the page can draw: the same words and buttons, in the same order. */
export function blocksOf({ content, components }: Pick<Message, "content" | "components">): KnownBlock[] {
  const said = content === "" ? [] : [readMarkdown(content).block];
  return [...said, ...components.flatMap((component, index) => draw(component, String(index)))];
}

function draw(raw: unknown, path: string): KnownBlock[] {
  const component = Component.parse(raw);
  const nested = component.components ?? [];
  switch (component.type) {
    case 1:
      return [actions(nested, path)];
    case 9:
    case 17:
      return nested.flatMap((one, index) => draw(one, `${path}.${index}`));
    case 10:
      return text(component.content ?? "");
    case 12:
      return pictures(component.items);
    default:
      return [{ type: "divider" }];
  }
}

function text(content: string): KnownBlock[] {
  const { look, block, words, small } = readMarkdown(content);
  if (look === "heading")
    return [{ type: "header", text: { type: "plain_text", text: words.slice(0, 150) || " ", emoji: false } }];
  if (look === "small" && small !== undefined)
    return [{ type: "context", elements: [{ type: "mrkdwn", text: small || " " }] }];
  return [block];
}

function actions(components: unknown[], path: string): ActionsBlock {
  const buttons = z.array(Button).parse(components);
  return {
    type: "actions",
    block_id: path,
    elements: buttons.map((button, index) => {
      const style = STYLES[button.style];
      const label = { type: "plain_text" as const, text: button.label, emoji: true };
      const link = button.url === undefined ? {} : { url: button.url };
      return {
        type: "button",
        text: label,
        action_id: button.custom_id ?? `link:${path}:${index}`,
        ...link,
        ...(style && { style }),
      };
    }),
  };
}

function pictures(items: unknown): KnownBlock[] {
  const shown = z
    .array(z.looseObject({ media: z.object({ url: z.string() }), description: z.string().optional() }))
    .parse(items);
  return shown.map(({ media, description }) => ({
    type: "image",
    image_url: media.url,
    alt_text: description ?? "picture",
  }));
}

const Input = z.looseObject({
  type: z.number(),
  custom_id: z.string(),
  style: z.number().optional(),
  value: z.string().optional(),
  placeholder: z.string().optional(),
  max_length: z.number().optional(),
  required: z.boolean().default(true),
  options: z
    .array(z.looseObject({ label: z.string(), value: z.string(), default: z.boolean().optional() }))
    .default([]),
  default_values: z.array(z.object({ id: z.string() })).optional(),
});
const Label = z.looseObject({
  type: z.literal(18),
  label: z.string(),
  description: z.string().optional(),
  component: Input,
});

/** An open modal as the page draws one: its inputs' ids are block ids, so that what is filled in comes back by them. */
export function modalOf(modal: { custom_id: string; title: string; components: unknown[] }): ModalView {
  const blocks = modal.components.flatMap((raw): KnownBlock[] => {
    const label = Label.safeParse(raw);
    if (!label.success) return draw(raw, "intro");
    const { component, description } = label.data;
    return [
      {
        type: "input",
        block_id: component.custom_id,
        label: { type: "plain_text", text: label.data.label },
        optional: !component.required,
        ...(description !== undefined && { hint: { type: "plain_text", text: description } }),
        element: inputOf(component),
      },
    ];
  });
  const plain = (words: string) => ({ type: "plain_text" as const, text: words });
  return {
    type: "modal",
    callback_id: modal.custom_id,
    title: plain(modal.title),
    submit: plain("Submit"),
    close: plain("Cancel"),
    blocks,
  };
}

type InputElement = Extract<KnownBlock, { type: "input" }>["element"];

function inputOf(input: z.output<typeof Input>): InputElement {
  const action_id = input.custom_id;
  if (input.type === 3) {
    const option = (one: { label: string; value: string }) => ({
      text: { type: "plain_text" as const, text: one.label },
      value: one.value,
    });
    const initial = input.options.find((one) => one.default === true);
    return {
      type: "static_select",
      action_id,
      options: input.options.map(option),
      ...(initial && { initial_option: option(initial) }),
    };
  }
  if (input.type === 5) {
    const [initial] = input.default_values ?? [];
    return { type: "users_select", action_id, ...(initial && { initial_user: initial.id }) };
  }
  return {
    type: "plain_text_input",
    action_id,
    multiline: input.style === 2,
    ...(input.value !== undefined && { initial_value: input.value }),
    ...(input.placeholder !== undefined && { placeholder: { type: "plain_text", text: input.placeholder } }),
    ...(input.max_length !== undefined && { max_length: Math.min(input.max_length, 3000) }),
  };
}

/** Of what was filled in, the values by the inputs' ids. */
export function valuesOf(state: Record<string, Record<string, Record<string, unknown>>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [id, elements] of Object.entries(state)) {
    for (const element of Object.values(elements)) {
      const chosen = element.selected_option as { value?: unknown } | null | undefined;
      const value = element.value ?? element.selected_user ?? chosen?.value;
      if (typeof value === "string") values[id] = value;
    }
  }
  return values;
}

export function isPrivate({ overwrites }: Channel, guildId: string): boolean {
  return overwrites.some(({ id, deny }) => id === guildId && (deny & (1n << 10n)) !== 0n);
}
