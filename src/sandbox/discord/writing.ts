import { flatten } from "./components.ts";
import { fail } from "./errors.ts";
import { MessageBody } from "./message-body.ts";
import { type Attachment, type Channel, COMPONENTS_V2, type Message, SUPPRESS_EMBEDS } from "./model.ts";
import { parseBody } from "./parse.ts";
import { addMessage, type World } from "./world.ts";

/** A request's body: its JSON, and the files that came with it. */
export interface Incoming {
  json: unknown;
  /** `index` is the n of the form's field `files[n]`. */
  files: { name: string; bytes: Buffer; index: number }[];
}

const EDITS_OF_OLD_MAX = 30;
const HOUR_MS = 3_600_000;
const NONCE_MS = 5 * 60_000;
const FILE_BYTES_MAX = 10 * 1024 * 1024;

/** Posts what a body says; with `enforce_nonce`, the message that bears the same nonce already. */
export function createMessage(
  world: World,
  channel: Channel,
  incoming: Incoming,
  by: Partial<Message> & { authorId: string },
): Message {
  const body = parseBody(MessageBody, incoming.json);
  const known = sameNonce(world, channel, body);
  if (known !== undefined) return known;
  const attachments = filesOf(world, body, incoming, []);
  const content = (body.content ?? "").trim();
  const empty = content === "" && (body.embeds ?? []).length === 0 && (body.components ?? []).length === 0;
  if (empty && attachments.length === 0) throw fail.emptyMessage();
  const reference = body.message_reference;
  const replied = reference && channel.messages.get(reference.message_id);
  if (reference && replied === undefined && reference.fail_if_not_exists !== false)
    throw fail.refused(["message_reference"], "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  return addMessage(world, channel, {
    content,
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    attachments,
    flags: body.flags ?? 0,
    ...(body.nonce !== undefined && { nonce: String(body.nonce) }),
    ...(replied && { replyTo: replied.id }),
    ...mentionsOf(world, body),
    ...by,
  });
}

/** `enforce_nonce`: the same nonce within a few minutes is the same message. */
function sameNonce(world: World, channel: Channel, body: MessageBody): Message | undefined {
  if (body.enforce_nonce !== true || body.nonce === undefined) return undefined;
  for (const message of [...channel.messages.values()].reverse()) {
    if (world.now() - message.at >= NONCE_MS) return undefined;
    if (message.authorId === world.botId && message.nonce === String(body.nonce)) return message;
  }
  return undefined;
}

const edits = new WeakMap<Message, number[]>();

/** Changes what the body names of a message, and leaves the rest. */
export function editMessage(world: World, message: Message, incoming: Incoming): Message {
  const given = typeof incoming.json === "object" && incoming.json !== null ? incoming.json : {};
  const v2 = (message.flags & COMPONENTS_V2) !== 0;
  const flags = "flags" in given && typeof given.flags === "number" ? given.flags : 0;
  // A message with components of the second kind stays one.
  const body = parseBody(MessageBody, { ...given, flags: v2 ? flags | COMPONENTS_V2 : flags });
  const after = {
    content: body.content === undefined ? message.content : (body.content ?? "").trim(),
    embeds: body.embeds === undefined ? message.embeds : (body.embeds ?? []),
    components: body.components === undefined ? message.components : (body.components ?? []),
    attachments: filesOf(world, body, incoming, message.attachments),
  };
  if (Object.values(after).every(({ length }) => length === 0)) throw fail.emptyMessage();
  if (!v2 && ((body.flags ?? 0) & COMPONENTS_V2) !== 0 && (after.content !== "" || after.embeds.length > 0))
    throw fail.invalid({
      flags: {
        _errors: [{ code: "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message: "Clear the content" }],
      },
    });
  countEdit(world, message);
  Object.assign(message, after);
  const settable = COMPONENTS_V2 | ("flags" in given ? SUPPRESS_EMBEDS : 0);
  message.flags = (message.flags & ~(settable & ~COMPONENTS_V2)) | ((body.flags ?? 0) & settable);
  if ("content" in given || "allowed_mentions" in given || "components" in given)
    Object.assign(message, mentionsOf(world, { ...body, content: after.content, components: body.components }));
  message.editedAt = world.now();
  world.emit({ type: "message_updated", message });
  return message;
}

/** Discord names no figure for edits of a message that is over an hour old: this many in an hour is ours. */
function countEdit(world: World, message: Message): void {
  const now = world.now();
  if (now - message.at <= HOUR_MS) return;
  const recent = (edits.get(message) ?? []).filter((at) => now - at < HOUR_MS);
  if (recent.length >= EDITS_OF_OLD_MAX) throw fail.oldEdits();
  edits.set(message, [...recent, now]);
}

/** The message's files: those that `attachments` keeps, all of them where it is not given, and the new ones. */
function filesOf(world: World, body: MessageBody, { files }: Incoming, before: Attachment[]): Attachment[] {
  const listed = body.attachments ?? undefined;
  for (const { bytes } of files) if (bytes.length > FILE_BYTES_MAX) throw fail.tooLarge();
  const kept =
    body.attachments === undefined ? before : before.filter(({ id }) => listed?.some((one) => String(one.id) === id));
  const strays = (listed ?? []).filter(
    ({ id }) =>
      !files.some(({ index }) => String(index) === String(id)) && !before.some((one) => one.id === String(id)),
  );
  if (strays.length > 0)
    throw fail.invalid({ attachments: { _errors: [{ code: "ATTACHMENT_NOT_FOUND", message: "No such file came" }] } });
  const fresh = files.map(({ name, bytes, index }): Attachment => {
    const about = listed?.find(({ id }) => String(id) === String(index));
    return {
      id: world.snowflake(),
      filename: about?.filename ?? name,
      bytes,
      ...(typeof about?.description === "string" && { description: about.description }),
    };
  });
  const all = [...kept, ...fresh];
  for (const url of referenced(body.components)) {
    if (!all.some(({ filename }) => url === `attachment://${filename}`))
      throw fail.invalid({
        components: {
          _errors: [
            { code: "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message: `There is no file for ${url}` },
          ],
        },
      });
  }
  return all;
}

/** `attachment://name` in components. */
function referenced(components: unknown): string[] {
  return flatten(components).flatMap(({ file, media, items }) => {
    const all = [file, media, ...(Array.isArray(items) ? items.map((item: { media?: unknown }) => item.media) : [])];
    return all.flatMap((one) => {
      const url = typeof one === "object" && one !== null && "url" in one ? one.url : undefined;
      return typeof url === "string" && url.startsWith("attachment://") ? [url] : [];
    });
  });
}

/** Who is rung up: what the text names, as far as `allowed_mentions` lets it. */
function mentionsOf(
  world: World,
  body: Pick<MessageBody, "content" | "components" | "allowed_mentions">,
): Pick<Message, "mentions" | "mentionRoles" | "mentionEveryone"> {
  const texts = [
    body.content ?? "",
    ...flatten(body.components).map(({ content }) => (typeof content === "string" ? content : "")),
  ];
  const text = texts.join("\n");
  const allowed = body.allowed_mentions;
  const parse = allowed === undefined || allowed === null ? ["users", "roles", "everyone"] : (allowed.parse ?? []);
  const named = (pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))];
  const people = named(/<@!?(\d+)>/g).filter((id) => world.people.has(id));
  const roles = named(/<@&(\d+)>/g).filter((id) => world.roles.has(id));
  return {
    mentions: people.filter((id) => parse.includes("users") || allowed?.users?.includes(id)),
    mentionRoles: roles.filter((id) => parse.includes("roles") || allowed?.roles?.includes(id)),
    mentionEveryone: parse.includes("everyone") && /@(everyone|here)\b/.test(text),
  };
}

export function messageIn(channel: Channel, id: string | undefined): Message {
  const message = channel.messages.get(id ?? "");
  if (message === undefined || message.ephemeralTo !== undefined) throw fail.unknownMessage();
  return message;
}
