import { flatten, MessageBody } from "./components.ts";
import { DiscordError, fail } from "./errors.ts";
import { type Attachment, type Channel, COMPONENTS_V2, type Message } from "./model.ts";
import { parseBody } from "./parse.ts";
import { addMessage, type World } from "./world.ts";

/** A request's body: its JSON, and the files that came with it. */
export interface Incoming {
  json: unknown;
  files: { name: string; bytes: Buffer }[];
}

const EDITS_OF_OLD_MAX = 30;
const HOUR_MS = 3_600_000;
const NONCE_MS = 5 * 60_000;

export function createMessage(
  world: World,
  channel: Channel,
  incoming: Incoming,
  by: Partial<Message> & { authorId: string },
): Message {
  const body = parseBody(MessageBody, incoming.json);
  const known = sameNonce(world, channel, body);
  if (known !== undefined) return known;
  const attachments = incoming.files.map(
    ({ name, bytes }): Attachment => ({ id: world.snowflake(), filename: name, bytes }),
  );
  const empty = !body.content && (body.embeds ?? []).length === 0 && (body.components ?? []).length === 0;
  if (empty && attachments.length === 0) throw fail.emptyMessage();
  return addMessage(world, channel, {
    content: body.content ?? "",
    embeds: body.embeds ?? [],
    components: body.components ?? [],
    attachments,
    flags: body.flags ?? 0,
    ...(body.nonce !== undefined && { nonce: String(body.nonce) }),
    ...(body.message_reference && { replyTo: body.message_reference.message_id }),
    ...mentionsOf(world, body),
    ...by,
  });
}

/** `enforce_nonce`: the same nonce within a few minutes is the same message. */
function sameNonce(world: World, channel: Channel, body: MessageBody): Message | undefined {
  if (body.enforce_nonce !== true || body.nonce === undefined) return undefined;
  return [...channel.messages.values()].find(
    ({ nonce, at, authorId }) =>
      authorId === world.botId && nonce === String(body.nonce) && world.now() - at < NONCE_MS,
  );
}

const edits = new WeakMap<Message, number>();

export function editMessage(world: World, message: Message, incoming: Incoming): Message {
  const given = typeof incoming.json === "object" && incoming.json !== null ? incoming.json : {};
  const v2 = (message.flags & COMPONENTS_V2) !== 0;
  const flags = "flags" in given && typeof given.flags === "number" ? given.flags : 0;
  // A message with components of the second kind stays one.
  const body = parseBody(MessageBody, { ...given, flags: v2 ? flags | COMPONENTS_V2 : flags });
  if (world.now() - message.at > HOUR_MS) {
    const count = (edits.get(message) ?? 0) + 1;
    edits.set(message, count);
    if (count > EDITS_OF_OLD_MAX) throw fail.oldEdits();
  }
  if (body.content !== undefined) message.content = body.content ?? "";
  if (body.embeds !== undefined) message.embeds = body.embeds ?? [];
  if (body.components !== undefined) message.components = body.components ?? [];
  if (body.flags !== undefined && body.flags !== null && body.flags !== 0) message.flags |= body.flags & COMPONENTS_V2;
  for (const { name, bytes } of incoming.files)
    message.attachments.push({ id: world.snowflake(), filename: name, bytes });
  message.editedAt = world.now();
  world.emit({ type: "message_updated", message });
  return message;
}

/** Who is rung up: what the text names, as far as `allowed_mentions` lets it. */
function mentionsOf(world: World, body: MessageBody): Pick<Message, "mentions" | "mentionRoles" | "mentionEveryone"> {
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

export function isDiscordError(error: unknown): error is DiscordError {
  return error instanceof DiscordError;
}
