import type { Channel, Message, Person, Role } from "./model.ts";
import { channelTypes, HAS_THREAD } from "./model.ts";
import { anybody, type World } from "./world.ts";

/** Discord's own JSON for what the sandbox keeps. */
export function userShape({ id, name, bot }: Person): object {
  return {
    id,
    username: name.toLowerCase().replace(/[^a-z0-9_.]/g, "") || "user",
    discriminator: "0",
    global_name: name,
    avatar: null,
    bot,
    public_flags: 0,
  };
}

export function memberShape(person: Person): object {
  return {
    user: userShape(person),
    nick: null,
    avatar: null,
    roles: person.roles,
    joined_at: "2026-01-01T00:00:00.000000+00:00",
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0,
    pending: false,
    communication_disabled_until: null,
  };
}

export function roleShape({ id, name, permissions, position, managed }: Role): object {
  return {
    id,
    name,
    permissions: permissions.toString(),
    position,
    managed,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    mentionable: false,
    icon: null,
    unicode_emoji: null,
    flags: 0,
  };
}

export function channelShape(world: World, channel: Channel): object {
  const { id, type, name, topic, position, thread, lastMessageId } = channel;
  if (type === channelTypes.dm) {
    const other = channel.recipients.find((person) => person !== world.botId) ?? "";
    const person = world.people.get(other);
    return { id, type, last_message_id: lastMessageId, flags: 0, recipients: person ? [userShape(person)] : [] };
  }
  const common = {
    id,
    type,
    guild_id: world.guild.id,
    name,
    parent_id: channel.parentId,
    last_message_id: lastMessageId,
    rate_limit_per_user: 0,
    flags: 0,
  };
  if (thread !== undefined) {
    return {
      ...common,
      owner_id: thread.ownerId,
      message_count: channel.messages.size,
      member_count: thread.members.size,
      total_message_sent: channel.messages.size,
      thread_metadata: {
        archived: thread.archived,
        locked: thread.locked,
        auto_archive_duration: thread.autoArchiveMinutes,
        archive_timestamp: thread.archivedAt,
        create_timestamp: thread.createdAt ?? thread.archivedAt,
        ...(type === channelTypes.privateThread && { invitable: true }),
      },
    };
  }
  return {
    ...common,
    topic,
    position,
    nsfw: false,
    permission_overwrites: channel.overwrites.map(({ id: of, type: kind, allow, deny }) => ({
      id: of,
      type: kind,
      allow: allow.toString(),
      deny: deny.toString(),
    })),
  };
}

/** `withContent` is false where the reader has no right to other people's words: then they are empty. */
export function messageShape(world: World, message: Message, { withContent = true } = {}): object {
  const author = anybody(world, message.authorId);
  const mine = message.authorId === world.botId || message.mentions.includes(world.botId);
  const open = withContent || mine || world.channels.get(message.channelId)?.type === channelTypes.dm;
  const { interaction } = message;
  const thread = (message.flags & HAS_THREAD) === 0 ? undefined : world.channels.get(message.id);
  const by = interaction && anybody(world, interaction.userId);
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author: author ? userShape(author) : { id: message.authorId, username: "gone", discriminator: "0", avatar: null },
    content: open ? message.content : "",
    embeds: open ? message.embeds : [],
    components: open ? message.components : [],
    attachments: open ? message.attachments.map((file) => attachmentShape(world, message, file)) : [],
    timestamp: stamp(message.at),
    edited_timestamp: message.editedAt === null ? null : stamp(message.editedAt),
    tts: false,
    mention_everyone: message.mentionEveryone,
    mentions: message.mentions.flatMap((id) => {
      const person = anybody(world, id);
      return person ? [userShape(person)] : [];
    }),
    mention_roles: message.mentionRoles,
    pinned: message.pinned,
    flags: message.flags,
    reactions: [...message.reactions].map(([name, users]) => ({
      emoji: { id: null, name },
      count: users.size,
      count_details: { normal: users.size, burst: 0 },
      me: users.has(world.botId),
      me_burst: false,
      burst_colors: [],
    })),
    ...(thread !== undefined && { thread: channelShape(world, thread) }),
    ...(message.nonce !== undefined && { nonce: message.nonce }),
    ...(message.replyTo !== undefined && {
      message_reference: {
        type: 0,
        message_id: message.replyTo,
        channel_id: message.channelId,
        guild_id: world.guild.id,
      },
    }),
    ...(interaction && {
      application_id: world.applicationId,
      webhook_id: world.applicationId,
      interaction_metadata: {
        id: interaction.id,
        type: interaction.type,
        user: by ? userShape(by) : {},
        authorizing_integration_owners: { "0": world.guild.id },
        ...(interaction.name !== undefined && { name: interaction.name }),
      },
    }),
  };
}

function attachmentShape(world: World, { channelId }: Message, file: Message["attachments"][number]): object {
  const { id, filename, bytes, description } = file;
  const url = `${world.origin}/attachments/${channelId}/${id}/${encodeURIComponent(filename)}`;
  return { id, filename, size: bytes.length, url, proxy_url: url, ...(description !== undefined && { description }) };
}

export function guildShape(world: World): object {
  return {
    id: world.guild.id,
    name: world.guild.name,
    icon: null,
    splash: null,
    owner_id: world.guild.ownerId,
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 1,
    explicit_content_filter: 0,
    features: [],
    mfa_level: 0,
    system_channel_id: null,
    system_channel_flags: 0,
    premium_tier: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: "en-US",
    nsfw_level: 0,
    emojis: [],
    stickers: [],
    roles: [...world.roles.values()].map(roleShape),
  };
}

export function stamp(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000+00:00");
}
