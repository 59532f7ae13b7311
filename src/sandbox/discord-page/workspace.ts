import { type Channel, channelTypes, type DiscordServer, type Message } from "../discord/index.ts";
import type {
  Act,
  ActResult,
  ClientEvent,
  ClientState,
  Channel as PageChannel,
  Message as PageMessage,
  Person,
  WorkspaceClient,
} from "../slack/client-api.ts";
import { blocksOf, isPrivate, modalOf, valuesOf } from "./blocks.ts";
import { createReading } from "./reading.ts";
import { stampsOf } from "./stamps.ts";
import { readTyped } from "./typed.ts";

const PIN = "📌";
const NO_ANSWER = "The application did not respond";

/**
 * The sandbox's Discord as its page's workspace: the same page shows either. Everything that a person does goes to the
 * bot through Discord's own protocol; only what is drawn is translated.
 */
export function discordWorkspace(
  discord: DiscordServer,
  people: { id: string; title: string; address?: string }[],
): WorkspaceClient {
  const { client, world } = discord;
  const stamps = stampsOf();
  const reading = createReading();
  const listeners = new Map<string, Set<(event: ClientEvent) => void>>();

  const person = (id: string): Person => {
    const known = world.people.get(id);
    const extra = people.find((one) => one.id === id);
    const address = extra?.address;
    return {
      id,
      name: known?.name ?? id,
      title: extra?.title ?? "",
      isBot: known?.bot ?? false,
      ...(address !== undefined && { address }),
    };
  };
  const channelsOf = (as: string) =>
    client.channels(as).filter(({ type, thread }) => thread === undefined && type !== channelTypes.category);
  const threadOf = (message: Message): Channel | undefined => {
    const known = world.channels.get(message.id);
    return known?.thread === undefined ? undefined : known;
  };

  function pageChannel(as: string, channel: Channel): PageChannel {
    const direct = channel.type === channelTypes.dm;
    const other = channel.recipients.find((id) => id !== world.botId);
    return {
      id: channel.id,
      name: channel.name,
      kind: direct ? "im" : isPrivate(channel, world.guild.id) ? "private" : "public",
      topic: channel.topic ?? "",
      purpose: "",
      archived: false,
      members: [...world.people.keys()].filter((id) => client.channels(id).some((one) => one.id === channel.id)),
      pins: channel.pins.map((id) => stamps.of(id)),
      bookmarks: [],
      ...(direct && other !== undefined && { with: world.botId }),
      unread: reading.unread(as, channel),
    };
  }

  function pageMessage(message: Message, root?: Message): PageMessage {
    const thread = root === undefined ? threadOf(message) : undefined;
    const replies = [...(thread?.messages.values() ?? [])];
    return {
      ts: stamps.of(message.id),
      channel: root?.channelId ?? message.channelId,
      ...(root !== undefined && { threadTs: stamps.of(root.id) }),
      user: message.authorId,
      text: message.content,
      blocks: blocksOf(message),
      files: message.attachments.map(({ id, filename, bytes }) => ({
        id: `${message.id}-${id}`,
        name: filename,
        title: filename,
        mimetype: filename.endsWith(".md") ? "text/markdown" : "application/json",
        size: bytes.length,
        url: `/client/files/${message.id}-${id}/${encodeURIComponent(filename)}`,
      })),
      reactions: [...message.reactions].map(([emoji, users]) => ({
        name: emoji === PIN ? "pushpin" : emoji,
        users: [...users],
      })),
      ...(message.editedAt !== null && { edited: true }),
      ...(message.pinned && { pinned: true }),
      ...(message.ephemeralTo !== undefined && { ephemeralTo: message.ephemeralTo }),
      ...(replies.length > 0 && {
        threadTs: stamps.of(message.id),
        replyCount: replies.length,
        lastReply: stamps.of(replies.at(-1)?.id ?? message.id),
        replyUsers: [...new Set(replies.map(({ authorId }) => authorId))],
      }),
    };
  }

  function messages(as: string, { channel, threadTs }: { channel: string; threadTs?: string }): PageMessage[] {
    // A line such as "pinned a message" is Discord's own, and only noise on this page.
    const shown = client.messages(as, channel).filter(({ type }) => type === 0);
    if (threadTs === undefined) return shown.map((message) => pageMessage(message));
    const root = shown.find(({ id }) => stamps.of(id) === threadTs);
    if (root === undefined) return [];
    const thread = threadOf(root);
    const replies = thread === undefined ? [] : client.messages(as, thread.id).filter(({ type }) => type === 0);
    return [pageMessage(root), ...replies.map((reply) => pageMessage(reply, root))];
  }

  /** Where a message of the page really is: in its channel, or in the thread that hangs on another. */
  function find(as: string, channel: string, ts: string): Message | undefined {
    const here = client.messages(as, channel);
    const threads = client.channels(as).filter(({ parentId, thread }) => thread !== undefined && parentId === channel);
    return [...here, ...threads.flatMap(({ id }) => client.messages(as, id))].find(({ id }) => stamps.of(id) === ts);
  }

  function state(as: string): ClientState {
    const modal = client.modal(as);
    const view = modal && { ...modalOf(modal), id: `modal-${as}`, hash: "1", rootViewId: `modal-${as}` };
    return {
      team: { id: world.guild.id, name: `${world.guild.name} on Discord` },
      me: person(as),
      people: [...people.map(({ id }) => person(id)), person(world.botId)],
      channels: channelsOf(as).map((channel) => pageChannel(as, channel)),
      views: view === undefined ? [] : [view],
      commands: [...world.commands.values()].flatMap(({ body }) => {
        if (body.type !== 1) return [];
        const verbs = (body.options as { name: string }[]).map(({ name }) => name);
        return [{ command: `/${body.name}`, description: body.description, usageHint: verbs.join(" | ") }];
      }),
      shortcuts: client
        .commands()
        .flatMap(({ name, type }) => (type === 3 ? [{ callbackId: name, name, type: "message" as const }] : [])),
      appOnline: discord.gateway.connections() > 0,
    };
  }

  async function act(as: string, what: Act): Promise<ActResult> {
    const done = async (result: Awaited<ReturnType<typeof client.act>>): Promise<ActResult> => {
      if (!result.ok)
        return { ok: false, error: result.error === NO_ANSWER ? `${NO_ANSWER}. Try again.` : result.error };
      return result.message === undefined ? { ok: true } : { ok: true, message: pageMessage(result.message) };
    };
    switch (what.do) {
      case "send": {
        if (what.text.startsWith("/"))
          return done(await client.act(as, { do: "slash", channel: what.channel, ...readTyped(discord, what.text) }));
        const root = what.threadTs === undefined ? undefined : find(as, what.channel, what.threadTs);
        const thread = root && (threadOf(root) ?? discord.openThread(root.id));
        return done(await client.act(as, { do: "send", channel: thread?.id ?? what.channel, text: what.text }));
      }
      case "press": {
        const message = find(as, what.channel, what.ts);
        if (message === undefined) return { ok: false, error: "This message is gone." };
        return done(
          await client.act(as, {
            do: "press",
            channel: message.channelId,
            message: message.id,
            customId: what.actionId,
          }),
        );
      }
      case "submit":
        return done(await client.act(as, { do: "submit", values: valuesOf(what.state) }));
      case "close":
        return done(await client.act(as, { do: "dismiss" }));
      case "react":
      case "unreact": {
        const message = find(as, what.channel, what.ts);
        const emoji = what.name === "pushpin" ? PIN : what.name;
        if (message === undefined) return { ok: false, error: "This message is gone." };
        return done(await client.act(as, { do: what.do, channel: message.channelId, message: message.id, emoji }));
      }
      case "shortcut": {
        const message =
          what.channel === undefined || what.ts === undefined ? undefined : find(as, what.channel, what.ts);
        if (message === undefined) return { ok: false, error: "This message is gone." };
        return done(
          await client.act(as, { do: "menu", channel: message.channelId, message: message.id, name: what.callbackId }),
        );
      }
      case "read":
        return markRead(as, world.channels.get(what.channel));
      case "open_home":
      case "open_im":
      case "join":
        return { ok: true };
      default:
        return { ok: false, error: "Discord has no such thing." };
    }
  }

  function markRead(as: string, channel: Channel | undefined): ActResult {
    if (channel === undefined) return { ok: false, error: "There is no such channel." };
    if (reading.unread(as, channel) === 0) return { ok: true };
    reading.mark(as, channel);
    for (const listener of listeners.get(as) ?? []) listener({ type: "channel", channel: pageChannel(as, channel) });
    return { ok: true };
  }

  world.watch((change) => {
    for (const [as, heard] of listeners) {
      for (const event of eventsOf(as, change)) for (const listener of heard) listener(event);
    }
  });

  function eventsOf(as: string, change: Parameters<Parameters<typeof world.watch>[0]>[0]): ClientEvent[] {
    switch (change.type) {
      case "message_created":
      case "message_updated":
      case "reaction_added":
      case "reaction_removed":
        return told(as, change.message, change.type === "message_created");
      case "message_deleted":
        return [{ type: "message_deleted", channel: change.message.channelId, ts: stamps.of(change.message.id) }];
      case "channel_created":
      case "channel_updated":
      case "pins_updated":
        return channelsOf(as).some(({ id }) => id === change.channel.id)
          ? [{ type: "channel", channel: pageChannel(as, change.channel) }]
          : [];
      case "traffic":
        return [
          { type: "views", views: state(as).views },
          { type: "presence", appOnline: discord.gateway.connections() > 0 },
        ];
      default:
        return [];
    }
  }

  function told(as: string, message: Message, fresh: boolean): ClientEvent[] {
    const channel = world.channels.get(message.channelId);
    if (channel === undefined || message.type !== 0 || !client.channels(as).some(({ id }) => id === channel.id))
      return [];
    if (message.ephemeralTo !== undefined)
      return message.ephemeralTo === as ? [{ type: "ephemeral", message: pageMessage(message) }] : [];
    const root =
      channel.thread === undefined ? undefined : world.channels.get(channel.parentId ?? "")?.messages.get(channel.id);
    const event: ClientEvent = { type: fresh ? "message" : "message_changed", message: pageMessage(message, root) };
    if (root !== undefined) return [event, { type: "message_changed", message: pageMessage(root) }];
    return fresh ? [event, { type: "channel", channel: pageChannel(as, channel) }] : [event];
  }

  return {
    state,
    messages,
    act,
    options: async () => [],
    file(id) {
      const [message = "", attachment = ""] = id.split("-");
      for (const channel of world.channels.values()) {
        const found = channel.messages.get(message)?.attachments.find((one) => one.id === attachment);
        if (found)
          return {
            name: found.filename,
            mimetype: found.filename.endsWith(".md") ? "text/markdown" : "application/json",
            bytes: found.bytes,
          };
      }
      return undefined;
    },
    subscribe(as, listener) {
      const heard = listeners.get(as) ?? new Set();
      heard.add(listener);
      listeners.set(as, heard);
      return () => void heard.delete(listener);
    },
  };
}
