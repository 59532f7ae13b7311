import { z } from "zod";
import { COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS } from "./model.ts";

/**
 * Message and modal bodies, with Discord's documented limits, in our own words. What Discord would refuse is refused
 * here with the same code.
 */
const snowflake = z.string().regex(/^\d{1,20}$/);
const emoji = z.looseObject({ name: z.string().nullable().optional(), id: snowflake.nullable().optional() });
const customId = z.string().min(1).max(100);

const Button = z
  .strictObject({
    type: z.literal(2),
    id: z.number().int().optional(),
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
  .refine(
    (button) => (button.style === 5) === (button.url !== undefined),
    "A url is for link buttons, and only for them",
  )
  .refine(
    (button) => (button.style === 5) !== (button.custom_id !== undefined),
    "A custom id and a url are mutually exclusive",
  )
  .refine(
    (button) => button.label !== undefined || button.emoji !== undefined,
    "A button must have a label or an emoji",
  );

const option = z.strictObject({
  label: z.string().min(1).max(100),
  value: z.string().min(1).max(100),
  description: z.string().min(1).max(100).optional(),
  emoji: emoji.optional(),
  default: z.boolean().optional(),
});
const choosing = {
  id: z.number().int().optional(),
  custom_id: customId,
  placeholder: z.string().max(150).optional(),
  min_values: z.number().int().min(0).max(25).optional(),
  max_values: z.number().int().min(1).max(25).optional(),
  disabled: z.boolean().optional(),
  required: z.boolean().optional(),
};
const StringSelect = z.strictObject({ type: z.literal(3), ...choosing, options: z.array(option).min(1).max(25) });
const defaults = z.array(z.strictObject({ id: snowflake, type: z.enum(["user", "role", "channel"]) })).max(25);
const AutoSelect = z.strictObject({
  type: z.union([z.literal(5), z.literal(6), z.literal(7), z.literal(8)]),
  ...choosing,
  default_values: defaults.optional(),
  channel_types: z.array(z.number()).optional(),
});
export const TextInput = z.strictObject({
  type: z.literal(4),
  id: z.number().int().optional(),
  custom_id: customId,
  style: z.union([z.literal(1), z.literal(2)]),
  label: z.string().min(1).max(45).optional(),
  min_length: z.number().int().min(0).max(4000).optional(),
  max_length: z.number().int().min(1).max(4000).optional(),
  required: z.boolean().optional(),
  value: z.string().max(4000).optional(),
  placeholder: z.string().max(100).optional(),
});

const ActionRow = z
  .strictObject({
    type: z.literal(1),
    id: z.number().int().optional(),
    components: z
      .array(z.union([Button, StringSelect, AutoSelect]))
      .min(1)
      .max(5),
  })
  .refine(
    ({ components }) => components.every(({ type }) => type === 2) || components.length === 1,
    "A select menu fills its row",
  );
const TextDisplay = z.strictObject({
  type: z.literal(10),
  id: z.number().int().optional(),
  content: z.string().min(1).max(4000),
});
const media = z.looseObject({ url: z.string().min(1).max(2048) });
const Thumbnail = z.strictObject({
  type: z.literal(11),
  id: z.number().int().optional(),
  media,
  description: z.string().max(1024).optional(),
  spoiler: z.boolean().optional(),
});
const Section = z.strictObject({
  type: z.literal(9),
  id: z.number().int().optional(),
  components: z.array(TextDisplay).min(1).max(3),
  accessory: z.union([Button, Thumbnail]),
});
const Gallery = z.strictObject({
  type: z.literal(12),
  id: z.number().int().optional(),
  items: z
    .array(z.strictObject({ media, description: z.string().max(1024).optional(), spoiler: z.boolean().optional() }))
    .min(1)
    .max(10),
});
const FileBlock = z.strictObject({
  type: z.literal(13),
  id: z.number().int().optional(),
  file: media,
  spoiler: z.boolean().optional(),
});
const Separator = z.strictObject({
  type: z.literal(14),
  id: z.number().int().optional(),
  divider: z.boolean().optional(),
  spacing: z.union([z.literal(1), z.literal(2)]).optional(),
});
const inContainer = z.union([ActionRow, TextDisplay, Section, Gallery, Separator, FileBlock]);
const Container = z.strictObject({
  type: z.literal(17),
  id: z.number().int().optional(),
  components: z.array(inContainer).min(1),
  accent_color: z.number().int().min(0).max(0xffffff).nullable().optional(),
  spoiler: z.boolean().optional(),
});
const TopLevel = z.union([ActionRow, TextDisplay, Section, Gallery, Separator, FileBlock, Container]);

const embedText = (max: number) => z.string().max(max).optional();
const Embed = z.looseObject({
  title: embedText(256),
  description: embedText(4096),
  fields: z
    .array(z.looseObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
    .max(25)
    .optional(),
});
const AllowedMentions = z.strictObject({
  parse: z.array(z.enum(["roles", "users", "everyone"])).optional(),
  users: z.array(snowflake).max(100).optional(),
  roles: z.array(snowflake).max(100).optional(),
  replied_user: z.boolean().optional(),
});

export const MessageBody = z
  .looseObject({
    content: z.string().max(2000).nullable().optional(),
    embeds: z.array(Embed).max(10).nullable().optional(),
    components: z.array(TopLevel).nullable().optional(),
    flags: z.number().int().nullable().optional(),
    nonce: z.union([z.string().max(25), z.number()]).optional(),
    enforce_nonce: z.boolean().optional(),
    allowed_mentions: AllowedMentions.nullable().optional(),
    message_reference: z.looseObject({ message_id: snowflake }).optional(),
    attachments: z
      .array(z.looseObject({ id: z.union([z.string(), z.number()]), filename: z.string().max(1024).optional() }))
      .max(10)
      .nullable()
      .optional(),
  })
  .superRefine((body, context) => {
    const add = (path: PropertyKey[], message: string) => context.addIssue({ code: "custom", path, message });
    const v2 = ((body.flags ?? 0) & COMPONENTS_V2) !== 0;
    const allowed = COMPONENTS_V2 | EPHEMERAL | SUPPRESS_EMBEDS | (1 << 12);
    if (((body.flags ?? 0) & ~allowed) !== 0) add(["flags"], "Only some flags can be set");
    const components = body.components ?? [];
    if (v2 && (body.content || (body.embeds ?? []).length > 0)) {
      add(
        [body.content ? "content" : "embeds"],
        "The 'content' and 'embeds' fields cannot be used when using MessageFlags.IS_COMPONENTS_V2",
      );
    }
    if (!v2 && components.some(({ type }) => type !== 1))
      add(["components"], "Components of this type need MessageFlags.IS_COMPONENTS_V2");
    if (!v2 && components.length > 5) add(["components"], "Must be 5 or fewer in length.");
    const all = flatten(components);
    if (v2 && all.length > 40)
      add(["components"], `The maximum number of components is 40, and there are ${all.length}`);
    const text = all.reduce((sum, { content }) => sum + (typeof content === "string" ? content.length : 0), 0);
    if (text > 4000) add(["components"], `The text of all components is at most 4000 long, and is ${text}`);
    const ids = all.flatMap(({ custom_id: id }) => (typeof id === "string" ? [id] : []));
    if (new Set(ids).size < ids.length) add(["components"], "Component custom id cannot be duplicated");
    const embeds = (body.embeds ?? []).reduce((sum, embed) => sum + JSON.stringify(embed).length, 0);
    if (embeds > 6000) add(["embeds"], "Embed size exceeds maximum size of 6000");
  });
export type MessageBody = z.output<typeof MessageBody>;

const Label = z.strictObject({
  type: z.literal(18),
  id: z.number().int().optional(),
  label: z.string().min(1).max(45),
  description: z.string().max(100).optional(),
  component: z.union([
    TextInput,
    StringSelect,
    AutoSelect,
    z.looseObject({ type: z.union([z.literal(19), z.literal(21), z.literal(22), z.literal(23)]), custom_id: customId }),
  ]),
});
export const ModalBody = z.strictObject({
  custom_id: customId,
  title: z.string().min(1).max(45),
  components: z
    .array(
      z.union([
        Label,
        TextDisplay,
        z.strictObject({ type: z.literal(1), id: z.number().optional(), components: z.array(TextInput).length(1) }),
      ]),
    )
    .min(1)
    .max(5),
});
export type ModalBody = z.output<typeof ModalBody>;

type Loose = { content?: unknown; custom_id?: unknown };

/** All components of a tree, containers included: they count, too. */
export function flatten(components: unknown): Loose[] {
  if (!Array.isArray(components)) return [];
  return components.flatMap((component: Record<string, unknown>) => [
    component as Loose,
    ...flatten(component.components),
    ...(component.accessory === undefined ? [] : flatten([component.accessory])),
    ...(component.component === undefined ? [] : flatten([component.component])),
  ]);
}
