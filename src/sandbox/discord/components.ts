import { z } from "zod";

/**
 * Components of messages, with Discord's documented limits, in our own words. What Discord would refuse is refused here
 * with the same code; fields that Discord does not know are refused, too, as they are always a slip.
 */
export const snowflake = z.string().regex(/^\d{1,20}$/);
export const emoji = z.looseObject({ name: z.string().nullable().optional(), id: snowflake.nullable().optional() });
export const customId = z.string().min(1).max(100);
/** A number that tells a component apart within its message. */
export const id = z.number().int().min(0).max(0xffffffff).optional();

const Button = z
  .strictObject({
    type: z.literal(2),
    id,
    style: z.number().int().min(1).max(5),
    label: z.string().min(1).max(80).optional(),
    emoji: emoji.optional(),
    custom_id: customId.optional(),
    url: z
      .url({ protocol: /^(https?|discord)$/ })
      .max(512)
      .optional(),
    disabled: z.boolean().optional(),
  })
  .superRefine(({ style, url, custom_id: custom, label, emoji: picture }, context) => {
    const add = (path: PropertyKey[], code: string, message: string) =>
      context.addIssue({ code: "custom", path, message, params: { code } });
    if (style === 5 && url === undefined) add(["url"], "BASE_TYPE_REQUIRED", "A url is required");
    if (style !== 5 && url !== undefined) add(["url"], "BUTTON_COMPONENT_INVALID_URL", "Only link buttons have a url");
    if (style === 5 && custom !== undefined)
      add(["custom_id"], "BUTTON_COMPONENT_CUSTOM_ID_URL", "A custom id and a url are mutually exclusive");
    if (style !== 5 && custom === undefined)
      add(["custom_id"], "COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required");
    if (label === undefined && picture === undefined)
      add(["label"], "BUTTON_COMPONENT_LABEL_OR_EMOJI", "A button must have a label or an emoji");
  });

const option = z.strictObject({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().min(1).max(100).optional(),
  emoji: emoji.optional(),
  default: z.boolean().optional(),
});
const choosing = {
  id,
  custom_id: customId,
  placeholder: z.string().max(150).optional(),
  min_values: z.number().int().min(0).max(25).optional(),
  max_values: z.number().int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  /** In modals only. */
  required: z.boolean().optional(),
};
const bounds = <T extends { min_values?: number | undefined; max_values?: number | undefined }>(select: T) =>
  (select.min_values ?? 1) <= (select.max_values ?? 1) || select.min_values === undefined;
const BOUNDS = { path: ["min_values"], message: "min_values is at most max_values" };

export const StringSelect = z
  .strictObject({ type: z.literal(3), ...choosing, options: z.array(option).min(1).max(25) })
  .refine(bounds, BOUNDS)
  .refine(({ options }) => new Set(options.map(({ value }) => value)).size === options.length, {
    path: ["options"],
    message: "The specified option value is already used",
    params: { code: "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED" },
  })
  .refine(
    ({ options, max_values: most = 1 }) => options.filter((one) => one.default === true).length <= Math.max(most, 1),
    { path: ["options"], message: "More options are chosen than max_values allows" },
  );
const defaults = z.array(z.strictObject({ id: snowflake, type: z.enum(["user", "role", "channel"]) })).max(25);
/** Of people, roles, both, or channels: Discord knows the options. */
export const AutoSelect = z
  .strictObject({
    type: z.literal([5, 6, 7, 8]),
    ...choosing,
    default_values: defaults.optional(),
    channel_types: z.array(z.number().int()).optional(),
  })
  .refine(bounds, BOUNDS);

const ActionRow = z
  .strictObject({
    type: z.literal(1),
    id,
    components: z
      .array(z.discriminatedUnion("type", [Button, StringSelect, AutoSelect]))
      .min(1)
      .max(5),
  })
  .refine(({ components }) => components.every(({ type }) => type === 2) || components.length === 1, {
    path: ["components"],
    message: "A select menu fills its row",
    params: { code: "COMPONENT_LAYOUT_WIDTH_EXCEEDED" },
  });
export const TextDisplay = z.strictObject({ type: z.literal(10), id, content: z.string().min(1).max(4000) });
const media = z.looseObject({ url: z.string().min(1).max(2048) });
const Thumbnail = z.strictObject({
  type: z.literal(11),
  id,
  media,
  description: z.string().max(1024).optional(),
  spoiler: z.boolean().optional(),
});
const Section = z.strictObject({
  type: z.literal(9),
  id,
  components: z.array(TextDisplay).min(1).max(3),
  accessory: z.discriminatedUnion("type", [Button, Thumbnail]),
});
const Gallery = z.strictObject({
  type: z.literal(12),
  id,
  items: z
    .array(z.strictObject({ media, description: z.string().max(1024).optional(), spoiler: z.boolean().optional() }))
    .min(1)
    .max(10),
});
const FileBlock = z.strictObject({ type: z.literal(13), id, file: media, spoiler: z.boolean().optional() });
const Separator = z.strictObject({
  type: z.literal(14),
  id,
  divider: z.boolean().optional(),
  spacing: z.literal([1, 2]).optional(),
});
const inContainer = [ActionRow, TextDisplay, Section, Gallery, Separator, FileBlock] as const;
const Container = z.strictObject({
  type: z.literal(17),
  id,
  components: z.array(z.discriminatedUnion("type", inContainer)).min(1),
  accent_color: z.number().int().min(0).max(0xffffff).nullable().optional(),
  spoiler: z.boolean().optional(),
});
export const TopLevel = z.discriminatedUnion("type", [...inContainer, Container]);

export interface Loose {
  type?: unknown;
  id?: unknown;
  content?: unknown;
  custom_id?: unknown;
  [more: string]: unknown;
}

/** All components of a tree, containers included: they count, too. */
export function flatten(components: unknown): Loose[] {
  if (!Array.isArray(components)) return [];
  return components.flatMap((component: Loose) => [
    component,
    ...flatten(component.components),
    ...(component.accessory === undefined ? [] : flatten([component.accessory])),
    ...(component.component === undefined ? [] : flatten([component.component])),
  ]);
}

/** Whether something is there twice. */
export function repeats(list: readonly unknown[]): boolean {
  return new Set(list).size < list.length;
}
