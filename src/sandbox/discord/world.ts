import type { Change, Channel, Message, Person, Role } from "./model.ts";
import { channelTypes } from "./model.ts";

const EPOCH = 1_420_070_400_000n;

/** The server's state, and who watches it. */
export interface World {
  guild: { id: string; name: string; ownerId: string; available: boolean };
  applicationId: string;
  /** The bot's own user; Discord gives it the application's id. */
  botId: string;
  people: Map<string, Person>;
  roles: Map<string, Role>;
  channels: Map<string, Channel>;
  commands: Map<string, RegisteredCommand>;
  now(): number;
  /** A new id, later than all before. */
  snowflake(): string;
  emit(change: Change): void;
  watch(listener: (change: Change) => void): () => void;
}

export interface RegisteredCommand {
  id: string;
  body: { name: string; type: number; description: string; options: unknown[]; [more: string]: unknown };
}

export function createWorld(options: {
  guild: { id: string; name: string; ownerId: string };
  applicationId: string;
  now: () => number;
}): World {
  const listeners = new Set<(change: Change) => void>();
  let increment = 0n;
  return {
    guild: { ...options.guild, available: true },
    applicationId: options.applicationId,
    botId: options.applicationId,
    people: new Map(),
    roles: new Map(),
    channels: new Map(),
    commands: new Map(),
    now: options.now,
    snowflake() {
      increment += 1n;
      return (((BigInt(Math.floor(options.now())) - EPOCH) << 22n) | (increment & 0x3fffffn)).toString();
    },
    emit(change) {
      for (const listener of [...listeners]) listener(change);
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export function newChannel(world: World, given: Partial<Channel> & Pick<Channel, "type" | "name">): Channel {
  const channel: Channel = {
    id: world.snowflake(),
    topic: null,
    parentId: null,
    position: world.channels.size,
    overwrites: [],
    recipients: [],
    messages: new Map(),
    pins: [],
    lastMessageId: null,
    renamed: [],
    ...given,
  };
  world.channels.set(channel.id, channel);
  return channel;
}

/** A thread, which hangs on a message where it has that message's id. */
export function openThread(
  world: World,
  parent: Channel,
  thread: { id: string; type: number; name: string; ownerId: string; autoArchiveMinutes: number },
): Channel {
  const { id, type, name, ownerId, autoArchiveMinutes } = thread;
  const channel = newChannel(world, {
    id,
    type,
    name,
    parentId: parent.id,
    thread: {
      ownerId,
      archived: false,
      locked: false,
      autoArchiveMinutes,
      archivedAt: new Date(world.now()).toISOString(),
      members: new Set([ownerId]),
    },
  });
  world.emit({ type: "thread_created", channel });
  return channel;
}

/** The channel between a person and the bot; there is at most one. */
export function directChannel(world: World, personId: string): Channel {
  const known = [...world.channels.values()].find(
    ({ type, recipients }) => type === channelTypes.dm && recipients.includes(personId),
  );
  return known ?? newChannel(world, { type: channelTypes.dm, name: "", recipients: [personId, world.botId] });
}

export function addMessage(
  world: World,
  channel: Channel,
  given: Partial<Message> & Pick<Message, "authorId">,
): Message {
  const id = world.snowflake();
  const message: Message = {
    id,
    channelId: channel.id,
    content: "",
    at: world.now(),
    editedAt: null,
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    pinned: false,
    type: 0,
    reactions: new Map(),
    mentions: [],
    mentionRoles: [],
    mentionEveryone: false,
    ...given,
  };
  channel.messages.set(id, message);
  if (message.ephemeralTo === undefined) channel.lastMessageId = id;
  world.emit({ type: "message_created", message });
  return message;
}

export function isThread(channel: Channel): boolean {
  return channel.thread !== undefined;
}
