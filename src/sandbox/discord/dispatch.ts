import type { Change, Channel, Message } from "./model.ts";
import { channelTypes } from "./model.ts";
import { bits, may } from "./permissions.ts";
import { channelShape, guildShape, memberShape, messageShape, roleShape, userShape } from "./shapes.ts";
import type { World } from "./world.ts";

export const intents = {
  guilds: 1 << 0,
  members: 1 << 1,
  presences: 1 << 8,
  messages: 1 << 9,
  reactions: 1 << 10,
  directMessages: 1 << 12,
  directReactions: 1 << 13,
  content: 1 << 15,
};
/** These need a switch in the developer portal. */
export const PRIVILEGED = intents.members | intents.presences | intents.content;

export interface Dispatch {
  t: string;
  d: object;
}

/** What the bot's gateway hears of a change, given its intents and what it may see. Nothing, often. */
export function dispatchesOf(world: World, change: Change, wanted: number): Dispatch[] {
  const has = (bit: number) => (wanted & bit) !== 0;
  // Of a server in an outage nothing is heard but that.
  if (!world.guild.available && change.type !== "guild" && !isDirect(world, change)) return [];
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
    case "thread_updated":
    case "thread_deleted":
      return has(intents.guilds) && sees(world, change.channel) ? [threadDispatch(world, change)] : [];
    case "thread_members":
      return has(intents.guilds) && sees(world, change.channel) ? [threadMembers(world, change)] : [];
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
    case "role_updated":
      return has(intents.guilds)
        ? [{ t: "GUILD_ROLE_UPDATE", d: { guild_id: world.guild.id, role: roleShape(change.role) } }]
        : [];
    case "member_updated":
    case "member_joined":
    case "member_left":
      return memberDispatch(world, change, has(intents.members));
    case "traffic":
      return [];
    default:
      return change satisfies never;
  }
}

function isDirect(world: World, change: Change): boolean {
  if (change.type === "interaction") return change.direct;
  if (!("message" in change)) return false;
  return world.channels.get(change.message.channelId)?.type === channelTypes.dm;
}

function threadDispatch(
  world: World,
  { type, channel }: Extract<Change, { type: "thread_created" | "thread_updated" | "thread_deleted" }>,
): Dispatch {
  const { id, parentId, type: kind } = channel;
  if (type === "thread_deleted")
    return { t: "THREAD_DELETE", d: { id, guild_id: world.guild.id, parent_id: parentId, type: kind } };
  if (type === "thread_updated") return { t: "THREAD_UPDATE", d: channelShape(world, channel) };
  return { t: "THREAD_CREATE", d: { ...channelShape(world, channel), newly_created: true } };
}

function threadMembers(
  world: World,
  { channel, added, removed }: Extract<Change, { type: "thread_members" }>,
): Dispatch {
  const joined = new Date(world.now()).toISOString();
  const d = {
    id: channel.id,
    guild_id: world.guild.id,
    member_count: channel.thread?.members.size ?? 0,
    added_members: added.map((id) => ({ id: channel.id, user_id: id, join_timestamp: joined, flags: 0 })),
    removed_member_ids: removed,
  };
  return { t: "THREAD_MEMBERS_UPDATE", d };
}

/** Of people one hears with the privileged intent only; of oneself always. */
function memberDispatch(
  world: World,
  { type, person }: Extract<Change, { type: "member_updated" | "member_joined" | "member_left" }>,
  wanted: boolean,
): Dispatch[] {
  const guild = { guild_id: world.guild.id };
  if (!wanted && !(type === "member_updated" && person.id === world.botId)) return [];
  if (type === "member_left") return [{ t: "GUILD_MEMBER_REMOVE", d: { ...guild, user: userShape(person) } }];
  const t = type === "member_joined" ? "GUILD_MEMBER_ADD" : "GUILD_MEMBER_UPDATE";
  return [{ t, d: { ...guild, ...memberShape(person) } }];
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
  const withContent = (wanted & intents.content) !== 0;
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
