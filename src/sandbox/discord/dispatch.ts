import type { Change, Channel, Message } from "./model.ts";
import { channelTypes } from "./model.ts";
import { bits, may } from "./permissions.ts";
import { channelShape, guildShape, memberShape, messageShape } from "./shapes.ts";
import type { World } from "./world.ts";

const intents = {
  guilds: 1 << 0,
  messages: 1 << 9,
  reactions: 1 << 10,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
};
export const MESSAGE_CONTENT = 1 << 15;
/** Need a switch in the developer portal: server members, presences, message content. */
export const PRIVILEGED = (1 << 1) | (1 << 8) | MESSAGE_CONTENT;

export interface Dispatch {
  t: string;
  d: object;
}

/** What the bot's gateway hears of a change, given its intents and what it may see. Nothing, often. */
export function dispatchesOf(world: World, change: Change, wanted: number): Dispatch[] {
  const has = (bit: number) => (wanted & bit) !== 0;
  switch (change.type) {
    case "guild":
      if (!has(intents.guilds)) return [];
      if (!change.available) return [{ t: "GUILD_DELETE", d: { id: world.guild.id, unavailable: true } }];
      return [{ t: "GUILD_CREATE", d: guildCreate(world) }];
    case "channel_created":
    case "channel_updated":
    case "channel_deleted":
      return has(intents.guilds) && sees(world, change.channel)
        ? [
            {
              t: change.type.toUpperCase().replace("_CREATED", "_CREATE").replace(/ED$/, "E"),
              d: channelShape(world, change.channel),
            },
          ]
        : [];
    case "thread_created":
    case "thread_updated": {
      if (!has(intents.guilds) || !sees(world, change.channel)) return [];
      const t = change.type === "thread_created" ? "THREAD_CREATE" : "THREAD_UPDATE";
      return [{ t, d: channelShape(world, change.channel) }];
    }
    case "message_created":
    case "message_updated":
    case "message_deleted":
      return messageDispatch(world, change.type, change.message, wanted);
    case "reaction_added":
    case "reaction_removed":
      return reactionDispatch(world, change, has);
    case "pins_updated":
      if (!has(intents.guilds) || !sees(world, change.channel)) return [];
      return [
        {
          t: "CHANNEL_PINS_UPDATE",
          d: { guild_id: world.guild.id, channel_id: change.channel.id, last_pin_timestamp: null },
        },
      ];
    case "interaction":
      return [{ t: "INTERACTION_CREATE", d: change.payload }];
    case "member_updated":
    case "traffic":
      return [];
    default:
      return change satisfies never;
  }
}

export function guildCreate(world: World): object {
  const shown = [...world.channels.values()].filter(
    (channel) => channel.type !== channelTypes.dm && sees(world, channel),
  );
  const bot = world.people.get(world.botId);
  return {
    ...guildShape(world),
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    large: false,
    unavailable: false,
    member_count: world.people.size,
    members: bot ? [memberShape(bot)] : [],
    channels: shown.filter(({ thread }) => thread === undefined).map((channel) => channelShape(world, channel)),
    threads: shown.filter(({ thread }) => thread?.archived === false).map((channel) => channelShape(world, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}

function messageDispatch(
  world: World,
  type: "message_created" | "message_updated" | "message_deleted",
  message: Message,
  wanted: number,
): Dispatch[] {
  const channel = world.channels.get(message.channelId);
  if (channel === undefined || message.ephemeralTo !== undefined || !sees(world, channel)) return [];
  const direct = channel.type === channelTypes.dm;
  if ((wanted & (direct ? intents.directMessages : intents.messages)) === 0) return [];
  const place = { channel_id: channel.id, ...(!direct && { guild_id: world.guild.id }) };
  if (type === "message_deleted") return [{ t: "MESSAGE_DELETE", d: { id: message.id, ...place } }];
  const withContent = (wanted & MESSAGE_CONTENT) !== 0;
  const t = type === "message_created" ? "MESSAGE_CREATE" : "MESSAGE_UPDATE";
  return [{ t, d: { ...messageShape(world, message, { withContent }), ...place } }];
}

function reactionDispatch(
  world: World,
  change: Extract<Change, { type: "reaction_added" | "reaction_removed" }>,
  has: (bit: number) => boolean,
): Dispatch[] {
  const { message, userId, emoji } = change;
  const channel = world.channels.get(message.channelId);
  if (channel === undefined || !sees(world, channel)) return [];
  const direct = channel.type === channelTypes.dm;
  if (!has(direct ? intents.directReactions : intents.reactions)) return [];
  const person = world.people.get(userId);
  return [
    {
      t: change.type === "reaction_added" ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE",
      d: {
        user_id: userId,
        channel_id: channel.id,
        message_id: message.id,
        emoji: { id: null, name: emoji },
        burst: false,
        type: 0,
        ...(!direct && { guild_id: world.guild.id }),
        ...(change.type === "reaction_added" && { message_author_id: message.authorId, burst_colors: [] }),
        ...(change.type === "reaction_added" && !direct && person && { member: memberShape(person) }),
      },
    },
  ];
}

function sees(world: World, channel: Channel): boolean {
  return may(world, world.botId, channel, bits.viewChannel);
}
