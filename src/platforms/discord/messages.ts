import { createHash } from "node:crypto";
import { z } from "zod";
import {
  type ChatMessage,
  type Place,
  type PostOptions,
  RefusedError,
  RetryableError,
  type UserRef,
} from "../../chat/platform.ts";
import { shorten } from "../../chat/prose.ts";
import type { View } from "../../chat/view.ts";
import type { Api } from "./api.ts";
import { CODES, discordCode } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { createMarks } from "./marks.ts";
import { type DiscordPlace, discordId, linkTo, messageAt, placeOf, readPlace, timeOf, userRefOf } from "./place.ts";
import { type Confirmations, type Payload, partKey, renderMessage, renderMessages } from "./render.ts";

const Anything = z.unknown();
const Posted = z.object({ id: z.string() });
const Message = z.object({
  id: z.string(),
  author: z.object({ id: z.string(), username: z.string().optional(), global_name: z.string().nullish() }),
  content: z.string().default(""),
});
/** Discord reads no text of ours for mentions. */
const SILENT = { allowed_mentions: { parse: [] } } as const;
const WEEK_MINUTES = 10_080;
/** Of a thread that was locked or deleted, whose message was, or that can't be opened as the server has its fill of them. */
const SHUT: ReadonlySet<number> = new Set([
  CODES.lockedThread,
  CODES.tooManyThreads,
  CODES.unknownChannel,
  CODES.unknownMessage,
]);

export type Messages = ReturnType<typeof createMessages>;

/** What can be done with messages. A key is posted once, whatever becomes of the answers. */
export function createMessages(
  api: Api,
  { guild, botId, asking }: { guild: string; botId: () => string; asking: Confirmations },
) {
  const threads = new Set<string>();
  const direct = new Map<string, string>();
  /** Keys that were sent, and of which nothing certain was heard. */
  const uncertain = new Set<string>();
  const marks = createMarks(api, botId);

  /** `at` is a channel, or a message whose thread is meant. Where the thread takes nothing any more, its channel does. */
  async function post(at: Place, view: View, options: PostOptions): Promise<Place> {
    const { channel, thread, message } = readPlace(at);
    const root = thread ?? message;
    if (root === undefined) return postIn({ channel }, view, options);
    try {
      await wakeThread(channel, root, view.title, options.urgent);
      return await postIn({ channel, root }, view, options);
    } catch (error) {
      if (!SHUT.has(discordCode(error) ?? 0)) throw error;
      return postIn({ channel }, view, options);
    }
  }

  async function postIn(
    { channel, root }: { channel: string; root?: string },
    view: View,
    options: PostOptions,
  ): Promise<Place> {
    const payloads = renderMessages(view, asking, options.key);
    let first: string | undefined;
    for (const [index, payload] of payloads.entries()) {
      const id = await postOnce({ channel: root ?? channel, payload, key: partKey(options.key, index) }, options);
      first ??= id;
    }
    if (first === undefined) throw new Error(`The view "${view.title}" has no message.`);
    return placeOf({ guild, channel, ...(root !== undefined && { thread: root }), message: first });
  }

  async function postOnce(
    { channel, payload, key }: { channel: string; payload: Payload; key: string },
    { urgent, again, ping = [] }: PostOptions,
  ): Promise<string> {
    if (again === true || uncertain.has(key)) {
      const earlier = await marks.find(channel, key, urgent);
      if (earlier !== undefined) {
        uncertain.delete(key);
        return earlier;
      }
    }
    // Within minutes Discord itself knows a nonce again; later, the mark on the message tells.
    const nonce = nonceOf(`${channel} ${key}`);
    const rung = { allowed_mentions: { parse: [], users: rungBy(payload, ping) } };
    const body = { ...payload, ...rung, nonce, enforce_nonce: true };
    const send = () =>
      api.call(
        "a post",
        { method: "post", route: `/channels/${channel}/messages`, body, ...(urgent && { urgent }) },
        Posted,
      );
    try {
      const { id } = await send().catch(async (error: unknown) => {
        if (discordCode(error) !== CODES.archivedThread) throw error;
        await unarchive(channel, urgent);
        return send();
      });
      uncertain.delete(key);
      marks.remember(id, key);
      return id;
    } catch (error) {
      if (error instanceof RetryableError && error.retryAfterMs === undefined) uncertain.add(key);
      throw error;
    }
  }

  /** A thread hangs on its message and has its id. It stays awake for a week after each post; asleep, it is woken. */
  async function wakeThread(channel: string, message: string, title: string, urgent?: boolean): Promise<void> {
    if (threads.has(message)) return;
    const body = {
      name: shorten(title.replace(/\s+/g, " ").trim() || "Thread", LIMITS.threadName),
      auto_archive_duration: WEEK_MINUTES,
    };
    const route = `/channels/${channel}/messages/${message}/threads`;
    try {
      await api.call("a thread", { method: "post", route, body, ...(urgent && { urgent }) }, Anything);
    } catch (error) {
      if (discordCode(error) !== CODES.threadExists) throw error;
    }
    threads.add(message);
  }

  async function unarchive(thread: string, urgent?: boolean): Promise<void> {
    const body = { archived: false, auto_archive_duration: WEEK_MINUTES };
    await api.call(
      "waking a thread",
      { method: "patch", route: `/channels/${thread}`, body, ...(urgent && { urgent }) },
      Anything,
    );
  }

  async function directChannel(user: UserRef, urgent?: boolean): Promise<string> {
    const id = discordId(user);
    const known = direct.get(id);
    if (known !== undefined) return known;
    const call = {
      method: "post" as const,
      route: "/users/@me/channels",
      body: { recipient_id: id },
      ...(urgent && { urgent }),
    };
    const channel = await api.call("a direct message", call, Posted);
    direct.set(id, channel.id);
    return channel.id;
  }

  /** Whoever can't be written to was told nothing. */
  async function directPlace(user: UserRef): Promise<DiscordPlace | undefined> {
    try {
      return { guild, channel: await directChannel(user) };
    } catch (error) {
      if (error instanceof RefusedError) return undefined;
      throw error;
    }
  }

  return {
    post,

    async directMessage(user: UserRef, view: View, options: PostOptions): Promise<Place> {
      return post(placeOf({ guild, channel: await directChannel(user, options.urgent) }), view, options);
    },

    async findPost(to: Place | UserRef, key: string): Promise<Place | undefined> {
      const first = partKey(key, 0);
      const at = to.includes("/") ? readPlace(to) : await directPlace(to);
      if (at === undefined) return undefined;
      const { channel, thread, message } = at;
      const root = thread ?? message;
      const inThread = root === undefined ? undefined : await marks.find(root, first);
      // Where a thread takes nothing, its channel did.
      const id = inThread ?? (await marks.find(channel, first));
      if (id === undefined) return undefined;
      return placeOf({ guild, channel, ...(inThread !== undefined && root && { thread: root }), message: id });
    },

    async edit(place: Place, view: View, { urgent }: { urgent?: boolean } = {}): Promise<void> {
      const { channel, message } = messageAt(place);
      const { components } = renderMessage(view, asking);
      const mark = marks.of(message);
      if (mark !== undefined && components[0] !== undefined) components[0].id = mark;
      const send = () =>
        api.call(
          "an edit",
          {
            method: "patch",
            route: `/channels/${channel}/messages/${message}`,
            body: { components, ...SILENT },
            ...(urgent && { urgent }),
          },
          Anything,
        );
      await send().catch(async (error: unknown) => {
        if (discordCode(error) !== CODES.archivedThread) throw error;
        await unarchive(channel, urgent);
        return send();
      });
    },

    async pin(place: Place): Promise<void> {
      const { channel, message } = messageAt(place);
      await api.call("pinning", { method: "put", route: `/channels/${channel}/messages/pins/${message}` }, Anything);
    },

    async upload(
      at: Place,
      { name, title, content }: { name: string; title: string; content: string },
      { againSince }: { againSince?: Date } = {},
    ): Promise<void> {
      const { channel, thread, message } = readPlace(at);
      const data = Buffer.from(content, "utf8");
      const files = [{ name, data }];
      const to = thread ?? message ?? channel;
      if (againSince !== undefined && (await marks.hasFile(to, { name, bytes: data.length }, againSince))) return;
      const route = `/channels/${to}/messages`;
      // A step that failed is done again from its first file on: soon after, Discord knows that one by its nonce.
      const nonce = nonceOf(`${route} ${name} ${content}`);
      const body = { content: title, ...SILENT, nonce, enforce_nonce: true };
      await api.call("a file", { method: "post", route, body, files }, Anything);
    },

    /** Without Discord's consent to read content, other people's words come empty: then only the link is known. */
    async read(place: Place): Promise<ChatMessage> {
      const { channel, message } = messageAt(place);
      const found = await api.call(
        "a message",
        { method: "get", route: `/channels/${channel}/messages/${message}` },
        Message,
      );
      return {
        message: place,
        at: new Date(timeOf(message)).toISOString(),
        permalink: linkTo(place),
        author: userRefOf(found.author.id),
        authorName: found.author.global_name ?? found.author.username ?? found.author.id,
        ...(found.content !== "" && { text: found.content }),
      };
    },

    /** Outside of an answer, only a direct message is seen by one person alone. */
    async whisper(user: UserRef, view: View): Promise<void> {
      const channel = await directChannel(user, true);
      for (const payload of renderMessages(view, asking)) {
        const body = { ...payload, ...SILENT };
        await api.call(
          "a direct message",
          { method: "post", route: `/channels/${channel}/messages`, body, urgent: true },
          Anything,
        );
      }
    },
  };
}

function nonceOf(what: string): string {
  return createHash("sha256").update(what).digest("base64url").slice(0, LIMITS.nonce);
}

/** Those of them whom this message names, as far as Discord rings people by name. */
function rungBy({ components }: Payload, ping: UserRef[]): string[] {
  const text = JSON.stringify(components);
  const named = ping.map(discordId).filter((id) => text.includes(`<@${id}>`));
  return [...new Set(named)].slice(0, LIMITS.rung);
}
