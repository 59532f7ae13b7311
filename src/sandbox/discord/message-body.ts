import { z } from "zod";
import { flatten, repeats, snowflake, TopLevel } from "./components.ts";
import { COMPONENTS_V2, EPHEMERAL, SUPPRESS_EMBEDS, SUPPRESS_NOTIFICATIONS } from "./model.ts";

const text = (max: number) => z.string().max(max).nullish();
const Embed = z.looseObject({
  title: text(256),
  description: text(4096),
  url: text(2048),
  timestamp: z.iso.datetime({ offset: true }).nullish(),
  color: z.number().int().min(0).max(0xffffff).nullish(),
  footer: z.looseObject({ text: z.string().max(2048) }).nullish(),
  author: z.looseObject({ name: z.string().max(256) }).nullish(),
  fields: z
    .array(z.looseObject({ name: z.string().min(1).max(256), value: z.string().min(1).max(1024) }))
    .max(25)
    .nullish(),
});
type Embed = z.output<typeof Embed>;

const AllowedMentions = z
  .strictObject({
    parse: z.array(z.enum(["roles", "users", "everyone"])).optional(),
    users: z.array(snowflake).max(100).optional(),
    roles: z.array(snowflake).max(100).optional(),
    replied_user: z.boolean().optional(),
  })
  .superRefine(({ parse = [], users = [], roles = [] }, context) => {
    const exclusive = (path: "users" | "roles", ids: string[]) => {
      if (!parse.includes(path) || ids.length === 0) return;
      const message = `parse:["${path}"] and ${path}: [ids...] are mutually exclusive.`;
      context.addIssue({ code: "custom", path: [], message, params: { code: "MESSAGE_ALLOWED_MENTIONS_PARSE" } });
    };
    exclusive("users", users);
    exclusive("roles", roles);
  });

const SETTABLE = COMPONENTS_V2 | EPHEMERAL | SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS;
const EMBEDS_LENGTH_MAX = 6_000;
const COMPONENTS_MAX = 40;
const TEXT_LENGTH_MAX = 4_000;
const ROWS_MAX = 5;

/** What is posted to a channel, or answers an interaction. */
export const MessageBody = z
  .looseObject({
    content: z.string().max(2000).nullish(),
    embeds: z.array(Embed).max(10).nullish(),
    components: z.array(TopLevel).nullish(),
    flags: z.number().int().min(0).nullish(),
    nonce: z.union([z.string().max(25), z.number().int()]).optional(),
    enforce_nonce: z.boolean().optional(),
    allowed_mentions: AllowedMentions.nullish(),
    message_reference: z.looseObject({ message_id: snowflake, fail_if_not_exists: z.boolean().optional() }).nullish(),
    attachments: z
      .array(
        z.looseObject({
          id: z.union([snowflake, z.number().int().min(0)]),
          filename: z.string().max(1024).optional(),
          description: z.string().max(1024).nullish(),
        }),
      )
      .max(10)
      .nullish(),
  })
  .superRefine((body, context) => {
    const add = (path: PropertyKey[], code: string, message: string) =>
      context.addIssue({ code: "custom", path, message, params: { code } });
    const flags = body.flags ?? 0;
    const v2 = (flags & COMPONENTS_V2) !== 0;
    const components = body.components ?? [];
    const embeds = body.embeds ?? [];
    if ((flags & ~SETTABLE) !== 0) add(["flags"], "MESSAGE_FLAGS_INVALID", "Only some flags can be set");
    for (const field of ["content", "embeds"] as const) {
      if (v2 && (body[field]?.length ?? 0) > 0)
        add(
          [field],
          "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
          `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
        );
    }
    if (!v2)
      for (const [index, { type }] of components.entries())
        if (type !== 1)
          add(["components", index, "type"], "UNION_TYPE_CHOICES", 'Value of field "type" must be one of (1,).');
    if (!v2 && components.length > ROWS_MAX)
      add(["components"], "BASE_TYPE_BAD_LENGTH", `Must be between 1 and ${ROWS_MAX} in length.`);
    const all = flatten(components);
    if (v2 && all.length > COMPONENTS_MAX)
      add(
        ["components"],
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
        `The total number of components is ${all.length}, and can't exceed ${COMPONENTS_MAX}`,
      );
    const length = all.reduce((sum, { content }) => sum + (typeof content === "string" ? content.length : 0), 0);
    if (length > TEXT_LENGTH_MAX)
      add(
        ["components"],
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
        `All text together is ${length} long, and can't exceed ${TEXT_LENGTH_MAX}`,
      );
    if (repeats(all.flatMap(({ custom_id: custom }) => (custom === undefined ? [] : [custom]))))
      add(["components"], "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    // An id of 0 is as good as none.
    if (repeats(all.flatMap(({ id }) => (id === undefined || id === 0 ? [] : [id]))))
      add(["components"], "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated");
    if (all.some(({ type, required }) => required !== undefined && type !== 2))
      add(["components"], "COMPONENT_REQUIRED_IN_MESSAGE", "`required` is for modals");
    if (embeds.reduce((sum, embed) => sum + lengthOf(embed), 0) > EMBEDS_LENGTH_MAX)
      add(["embeds"], "MAX_EMBED_SIZE_EXCEEDED", `Embed size exceeds maximum size of ${EMBEDS_LENGTH_MAX}`);
  });
export type MessageBody = z.output<typeof MessageBody>;

/** What Discord counts of an embed: all texts that are shown. */
function lengthOf({ title, description, footer, author, fields }: Embed): number {
  const texts = [title, description, footer?.text, author?.name];
  const ofFields = (fields ?? []).flatMap(({ name, value }) => [name, value]);
  return [...texts, ...ofFields].reduce((sum, one) => sum + (one?.length ?? 0), 0);
}
