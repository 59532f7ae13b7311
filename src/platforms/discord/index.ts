import {
  type ButtonInteraction,
  Client,
  Events,
  GatewayIntentBits,
  type GuildChannel,
  type MessageReaction,
  type PartialMessageReaction,
  Partials,
} from "discord.js";
import { z } from "zod";
import type { Command } from "../../chat/command.ts";
import type { Inbox } from "../../chat/inbox.ts";
import type { Log } from "../../chat/log.ts";
import { type Door, messageOf, type Platform, RefusedError } from "../../chat/platform.ts";
import { type Answering, createAnswering } from "./answer.ts";
import { createApi, restOptions } from "./api.ts";
import { FATAL_CLOSES } from "./errors.ts";
import { isAnswerable, readInteraction, Stored } from "./inbound.ts";
import { invite } from "./invite.ts";
import { createMessages } from "./messages.ts";
import { outliveDispatches } from "./outlive.ts";
import { discordId, placeOf, userRefOf } from "./place.ts";
import { registerCommands } from "./register.ts";
import type { Confirmations } from "./render.ts";
import { type KnownChannel, openRoom } from "./room.ts";

export interface DiscordOptions {
  token: string;
  applicationId: string;
  guildId: string;
  /** Without the version: `https://discord.com/api`, or that of a server that speaks the same. */
  apiUrl: string;
  categoryId?: string;
  responderRoleId?: string;
  commands: readonly Command[];
  inbox: Inbox;
  log: Log;
  /** Discord does not take our token any more: whoever runs us has to act. May be called more than once. */
  onFatal: (why: Error) => void;
}

export interface DiscordPlatform extends Platform {
  /** Handles an act that was written before a crash and never finished: nobody waits for an answer to it any more. */
  replay(id: string, body: unknown): Promise<void>;
  /** Milliseconds since Discord last acknowledged a heartbeat; undefined before the first. */
  silentForMs(): number | undefined;
}

type Reacted = MessageReaction | PartialMessageReaction;

const PIN = "📌";
const READY_MS_MAX = 30_000;
const Member = z.object({
  nick: z.string().nullish(),
  user: z.object({ username: z.string(), global_name: z.string().nullish() }),
});

/** Discord, over discord.js: the gateway inwards, REST outwards. */
export function createDiscordPlatform(options: DiscordOptions): DiscordPlatform {
  const { guildId: guild, applicationId, inbox, log, onFatal } = options;
  const api = createApi({ token: options.token, apiUrl: options.apiUrl, onFatal });
  const asking: Confirmations = new Map();
  const botId = () => applicationId;
  const unheard = new Set<string>();
  const messages = createMessages(api, { guild, botId, asking });
  let client: Client | undefined;
  let answering: Answering | undefined;
  let door: Door | undefined;
  let heardAt: number | undefined;

  const server = () => client?.guilds.cache.get(guild);
  const channels = (): KnownChannel[] =>
    [...(server()?.channels.cache.values() ?? [])].map((channel) => ({
      id: channel.id,
      name: channel.name,
      type: channel.type,
      topic: "topic" in channel ? channel.topic : null,
      parentId: channel.parentId,
      overwrites: "permissionOverwrites" in channel ? overwritesOf(channel) : [],
    }));

  function listen(on: Client): void {
    // Without a listener, an error of the client would end the process.
    on.on(Events.Error, (error) => log.error({ why: messageOf(error) }, "discord.js stumbled"));
    on.on(Events.ShardDisconnect, ({ code }) => {
      if (FATAL_CLOSES.has(code)) onFatal(closed(code));
    });
    on.on(Events.InteractionCreate, (act) => {
      if (act.guildId !== null && act.guildId !== guild) return;
      const work = act.isAutocomplete() ? answering?.suggest(act, guild) : isAnswerable(act) ? heard(act) : undefined;
      work?.catch((error: unknown) => log.error({ interaction: act.id, why: messageOf(error) }, "An act failed"));
    });
    on.on(Events.MessageReactionAdd, (reaction, user) => reacted(reaction, user.id, true));
    on.on(Events.MessageReactionRemove, (reaction, user) => reacted(reaction, user.id, false));
  }

  function reacted({ emoji, message }: Reacted, user: string, put: boolean): void {
    if (emoji.name !== PIN || user === applicationId) return;
    if (message.guildId !== null && message.guildId !== guild) return;
    const thread = message.channel.isThread() ? message.channel : undefined;
    const where =
      thread?.parentId == null ? { channel: message.channelId } : { channel: thread.parentId, thread: thread.id };
    // A reaction has no id of its own: it is a state of a message, a person and a moment.
    const id = `discord:pin:${message.id}:${user}:${put}:${Date.now()}`;
    const place = placeOf({ guild, ...where, message: message.id });
    const act = { kind: "pin" as const, id, user: userRefOf(user), userName: "", message: place, on: put };
    pinned(act).catch((error: unknown) => log.error({ id, why: messageOf(error) }, "A reaction could not be handled"));
  }

  /** On disk first, then answered: a redelivered interaction is the same act. */
  async function heard(act: Parameters<typeof readInteraction>[0]): Promise<void> {
    const said = readInteraction(act, guild);
    if (said.kind === "nothing") return;
    if (said.kind === "ask") return answering?.ask(act as ButtonInteraction, said);
    const { id } = said.inbound;
    if ((await inbox.seen(id, said)) === "repeated") return;
    await answering?.answer(act, said);
    await inbox.done(id);
  }

  async function pinned(act: Extract<Stored, { kind: "pin" }>): Promise<void> {
    if ((await inbox.seen(act.id, act)) === "repeated") return;
    const { name } = await describe(act.user);
    await door?.pinned({ ...act, userName: name });
    await inbox.done(act.id);
  }

  const knows = (member: string): boolean => server()?.members.cache.has(member) === true;

  async function describe(user: string): Promise<{ name: string }> {
    const id = discordId(user);
    const known = server()?.members.cache.get(id);
    if (known !== undefined) return { name: known.displayName };
    try {
      const member = await api.call("a member", { method: "get", route: `/guilds/${guild}/members/${id}` }, Member);
      return { name: member.nick ?? member.user.global_name ?? member.user.username };
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      return { name: id };
    }
  }

  return {
    name: "discord",
    get home() {
      return client?.isReady() === true || heardAt !== undefined ? `discord:${guild}` : undefined;
    },

    async connect(opened) {
      door = opened;
      answering = createAnswering({ door: opened, asking, log, tell: messages.whisper });
      const outcome = await registerCommands(api.rest, { applicationId, guildId: guild }, options.commands).catch(
        (error: unknown) => {
          log.warn({ why: messageOf(error) }, "The commands could not be registered; what is registered stays");
          return "unchanged" as const;
        },
      );
      const fresh = new Client({
        intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions],
        partials: [Partials.Message, Partials.Channel, Partials.Reaction, Partials.User],
        allowedMentions: { parse: [] },
        rest: restOptions(options.apiUrl),
      });
      client = fresh;
      listen(fresh);
      outliveDispatches(fresh, log);
      await ready(fresh, options.token, guild);
      heardAt = Date.now();
      log.info({ guild, commands: outcome }, "Discord is connected");
    },

    async close() {
      await client?.destroy();
    },

    async replay(id, body) {
      try {
        const act = Stored.parse(body);
        if (act.kind === "pin") await door?.pinned({ ...act, userName: (await describe(act.user)).name });
        else await runAgain(act.inbound);
      } catch (error) {
        // It failed before the crash or now: a third time would be no better.
        log.error({ id, why: messageOf(error) }, "An act from before a crash could not be handled");
      }
      await inbox.done(id);
    },

    silentForMs: () => {
      const at = client?.ws.shards.first()?.lastPingTimestamp;
      return at === undefined || at < 0 ? undefined : Date.now() - at;
    },

    openRoom: (request) => openRoom({ ...parts(), log }, request),
    invite: (room, users) => invite({ api, guild, knows }, room, users),
    post: messages.post,
    findPost: messages.findPost,
    edit: messages.edit,
    pin: messages.pin,
    // Discord's channels have no bookmarks: the pinned card bears the links.
    bookmark: async () => undefined,
    directMessage: messages.directMessage,
    upload: messages.upload,
    read: messages.read,
    // Nor is there a home: `/incident list` shows the same.
    setHome: async () => undefined,
    whisper: (user, _at, view) => messages.whisper(user, view),
    describeUser: describe,
  };

  function parts() {
    const { categoryId, responderRoleId } = options;
    return {
      api,
      guild,
      botId,
      channels,
      unheard,
      ...(categoryId && { categoryId }),
      ...(responderRoleId && { responderRoleId }),
    };
  }

  /** What was said before a crash is done now; its outcome goes to the person directly. A form can't be shown any more. */
  async function runAgain(inbound: Extract<Stored, { kind: "said" }>["inbound"]): Promise<void> {
    const { where, ...rest } = inbound;
    const opened = await door?.open({ ...rest, ...(where !== undefined && { where }) });
    if (opened?.kind !== "run") return;
    const { view } = await opened.run();
    if (view !== undefined) await messages.whisper(inbound.user, view);
  }
}

function overwritesOf({
  permissionOverwrites,
}: Pick<GuildChannel, "permissionOverwrites">): KnownChannel["overwrites"] {
  return permissionOverwrites.cache.map(({ id, allow, deny }) => ({ id, allow: allow.bitfield, deny: deny.bitfield }));
}

/** Resolves when the server's channels are known. Rejects when Discord refuses the token, or stays silent. */
async function ready(client: Client, token: string, guild: string): Promise<void> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`Discord was silent for ${READY_MS_MAX / 1000} s.`)), READY_MS_MAX).unref();
  });
  const there = new Promise<void>((resolve) => client.once(Events.ClientReady, () => resolve()));
  try {
    await Promise.race([client.login(token).then(() => there), late]);
  } catch (error) {
    await client.destroy();
    throw /invalid token|disallowed intents/i.test(messageOf(error)) ? refusedToken(messageOf(error)) : error;
  }
  if (client.guilds.cache.has(guild)) return;
  await client.destroy();
  throw new RefusedError(
    "unknown_guild",
    `The bot is not in the server ${guild}.`,
    "Invite it by the link that `allstop doctor` prints.",
  );
}

function refusedToken(why: string): RefusedError {
  return new RefusedError(
    "401",
    `Discord does not take the bot's token: ${why}`,
    "Make a new one and set DISCORD_TOKEN.",
  );
}

function closed(code: number): RefusedError {
  return new RefusedError(
    String(code),
    `Discord ended the connection for good (${code}).`,
    "Check DISCORD_TOKEN and the bot's intents.",
  );
}
