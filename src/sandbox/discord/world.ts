import type { Clock } from "../slack/clock.ts";
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
  /** Who has left the server: their words stay. */
  gone: Map<string, Person>;
  roles: Map<string, Role>;
  channels: Map<string, Channel>;
  /** Commands of this server. */
  commands: Map<string, RegisteredCommand>;
  /** Commands of the application, in every server and in direct messages. */
  globalCommands: Map<string, RegisteredCommand>;
  /** Whether the application was allowed to read other people's words. */
  readsContent: boolean;
  /** `http://127.0.0.1:PORT`, once it listens. */
  origin: string;
  clock: Required<Clock>;
  now(): number;
  /** A new id, later than all before. */
  /** A new id; made `at` this time, in ms, or now. */
  snowflake(at?: number): string;
  emit(change: Change): void;
  watch(listener: (change: Change) => void): () => void;
}

export interface RegisteredCommand {
  id: string;
  body: { name: string; type: number; description: string; options: CommandOption[]; [more: string]: unknown };
}

export interface CommandOption {
  type: number;
  name: string;
  description: string;
  required?: boolean | undefined;
  choices?: { name: string; value: string | number }[] | undefined;
  autocomplete?: boolean | undefined;
  min_value?: number | undefined;
  max_value?: number | undefined;
  min_length?: number | undefined;
  max_length?: number | undefined;
  options?: CommandOption[] | undefined;
}

export function createWorld(options: {
  guild: { id: string; name: string; ownerId: string };
  applicationId: string;
  clock: Required<Clock>;
  readsContent: boolean;
}): World {
  const listeners = new Set<(change: Change) => void>();
  let increment = 0n;
  return {
    guild: { ...options.guild, available: true },
    applicationId: options.applicationId,
    botId: options.applicationId,
    people: new Map(),
    gone: new Map(),
    roles: new Map(),
    channels: new Map(),
    commands: new Map(),
    globalCommands: new Map(),
    readsContent: options.readsContent,
    origin: "",
    clock: options.clock,
    now: options.clock.now,
    snowflake(at = options.clock.now()) {
      increment += 1n;
      return (((BigInt(Math.floor(at)) - EPOCH) << 22n) | (increment & 0x3fffffn)).toString();
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
  const at = world.now();
  const id = world.snowflake(at);
  const message: Message = {
    id,
    channelId: channel.id,
    content: "",
    at,
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
  if (message.ephemeralTo === undefined && channel.thread !== undefined) keepAwake(world, channel);
  world.emit({ type: "message_created", message });
  return message;
}

const asleep = new WeakMap<Channel, () => void>();

/** A thread archives itself when nobody has written in it for as long as it was told. */
export function keepAwake(world: World, channel: Channel): void {
  asleep.get(channel)?.();
  const { thread } = channel;
  if (thread === undefined || thread.archived) return;
  const later = world.clock.after(thread.autoArchiveMinutes * 60_000, () => {
    thread.archived = true;
    thread.archivedAt = new Date(world.now()).toISOString();
    world.emit({ type: "thread_updated", channel });
  });
  asleep.set(channel, later);
}

/** A person of the server, or one who was. */
export function anybody(world: World, id: string): Person | undefined {
  return world.people.get(id) ?? world.gone.get(id);
}
