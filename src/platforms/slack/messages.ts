import { z } from "zod";
import { type ChatMessage, type Place, type PostOptions, RefusedError, type UserRef } from "../../chat/platform.ts";
import type { View } from "../../chat/view.ts";
import type { Api } from "./api.ts";
import { isUncertain, slackCode } from "./errors.ts";
import { readText } from "./incoming-text.ts";
import type { Payload } from "./limits.ts";
import { linkTo, placeOf, readMessagePlace, readPlace, slackId, timeOfTs, userRefOf } from "./place.ts";
import { renderMessage, renderMessages } from "./render.ts";
import type { Workspace } from "./workspace.ts";

/** The metadata that makes a post findable: `{ event_type: "allstop_post", event_payload: { key } }`. */
export const POST_EVENT_TYPE = "allstop_post";
const PAGE_LENGTH = 200;
const PAGES_MAX = 5;
const KEYS_MAX = 10_000;
/** Nothing in our text pings, links or unfolds by itself. `chat.update` has other defaults: all is said each time. */
const PLAIN = { parse: "none", link_names: false, unfurl_links: false, unfurl_media: false } as const;

const Posted = z.object({ channel: z.string(), ts: z.string() });
const Anything = z.object({});
const Opened = z.object({ channel: z.object({ id: z.string() }) });
const Message = z.object({
  ts: z.string(),
  thread_ts: z.string().optional(),
  user: z.string().optional(),
  username: z.string().optional(),
  text: z.string().optional(),
  metadata: z
    .object({ event_type: z.string().optional(), event_payload: z.object({ key: z.string().optional() }).optional() })
    .optional(),
});
const Page = z.object({
  messages: z.array(Message).default([]),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

export type Messages = ReturnType<typeof createMessages>;

/** What can be done with messages. A key is posted once, whatever becomes of the replies. */
export function createMessages(api: Api, workspace: () => Workspace) {
  /** Keys that were sent, and of which nothing certain was heard. */
  const uncertain = new Set<string>();

  async function post(at: Place, view: View, options: PostOptions): Promise<Place> {
    const { channel, ts: thread } = readPlace(at);
    const payloads = renderMessages(view, workspace());
    let first: string | undefined;
    for (const [index, payload] of payloads.entries()) {
      const key = partKey(options.key, index);
      const ts = await postOnce({ channel, thread, payload, key }, options).catch((error: unknown) => {
        // The parts before this one are there: the next try has to find them.
        for (let part = 0; part < index; part += 1) remember(uncertain, partKey(options.key, part));
        throw error;
      });
      first ??= ts;
    }
    if (first === undefined) throw new Error(`The view "${view.title}" has no message.`);
    return placeOf({ team: workspace().team, channel, ts: first });
  }

  async function postOnce(message: Outgoing, { urgent, again }: PostOptions): Promise<string> {
    const { channel, thread, payload, key } = message;
    if (again === true || uncertain.has(key)) {
      const earlier = await find(message, urgent);
      if (earlier !== undefined) {
        uncertain.delete(key);
        return earlier;
      }
    }
    try {
      const args = {
        channel,
        ...(thread !== undefined && { thread_ts: thread }),
        ...payload,
        ...PLAIN,
        metadata: { event_type: POST_EVENT_TYPE, event_payload: { key } },
      };
      const { ts } = await api.call("chat.postMessage", args, Posted, { urgent });
      uncertain.delete(key);
      return ts;
    } catch (error) {
      if (isUncertain(error)) remember(uncertain, key);
      throw error;
    }
  }

  /** The message that bears the key, if it is there. Where we may not look, a duplicate is better than a silence. */
  async function find(
    { channel, thread, key }: Pick<Outgoing, "channel" | "thread" | "key">,
    urgent?: boolean,
  ): Promise<string | undefined> {
    const method = thread === undefined ? "conversations.history" : "conversations.replies";
    const where = thread === undefined ? { channel } : { channel, ts: thread };
    let cursor: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const args = { ...where, limit: PAGE_LENGTH, include_all_metadata: true, ...(cursor && { cursor }) };
      const found = await api.call(method, args, Page, { urgent }).catch((error: unknown) => {
        if (error instanceof RefusedError) return undefined;
        throw error;
      });
      const own = found?.messages.find(({ metadata }) => {
        return metadata?.event_type === POST_EVENT_TYPE && metadata.event_payload?.key === key;
      });
      if (own !== undefined) return own.ts;
      cursor = found?.response_metadata?.next_cursor;
      if (!cursor) return undefined;
    }
    return undefined;
  }

  async function directChannel(user: UserRef, urgent?: boolean): Promise<string> {
    const { channel } = await api.call("conversations.open", { users: slackId(user) }, Opened, { urgent });
    return channel.id;
  }

  async function directMessage(user: UserRef, view: View, options: PostOptions): Promise<Place> {
    const channel = await directChannel(user, options.urgent);
    return post(placeOf({ team: workspace().team, channel }), view, options);
  }

  return {
    post,
    directMessage,

    async findPost(to: Place | UserRef, key: string): Promise<Place | undefined> {
      const at = to.includes("/") ? to : placeOf({ team: workspace().team, channel: await directChannel(to) });
      const { channel, ts: thread } = readPlace(at);
      const ts = await find({ channel, thread, key: partKey(key, 0) });
      return ts && placeOf({ team: workspace().team, channel, ts });
    },

    async edit(message: Place, view: View, { urgent }: { urgent?: boolean } = {}): Promise<void> {
      const { channel, ts } = readMessagePlace(message);
      const payload = renderMessage(view, workspace());
      const { parse, link_names } = PLAIN;
      await api.call("chat.update", { channel, ts, ...payload, parse, link_names }, Anything, { urgent });
    },

    async pin(message: Place): Promise<void> {
      const { channel, ts } = readMessagePlace(message);
      await api.call("pins.add", { channel, timestamp: ts }, Anything).catch((error: unknown) => {
        if (slackCode(error) !== "already_pinned") throw error;
      });
    },

    /** Seen by one person only. Where they can't be shown it, because they or we are not there, it goes to them directly. */
    async whisper(user: UserRef, at: Place | undefined, view: View, thread?: string): Promise<void> {
      const to = slackId(user);
      const { channel } = at === undefined ? {} : readPlace(at);
      for (const payload of renderMessages(view, workspace())) {
        const shown = channel !== undefined && (await whisperHere({ channel, thread, user: to, payload }));
        if (shown) continue;
        const direct = await directChannel(user, true);
        await api.call("chat.postMessage", { channel: direct, ...payload, ...PLAIN }, Posted, { urgent: true });
      }
    },

    /**
     * Reads one message. `conversations.replies` gives a reply of a thread by its own ts, where `conversations.history`
     * would give another message; what comes back must bear the very ts, or only the link is known.
     */
    async read(message: Place): Promise<ChatMessage> {
      const { channel, ts } = readMessagePlace(message);
      const { messages } = await api.call("conversations.replies", { channel, ts, limit: 15 }, Page);
      const found = messages.find((one) => one.ts === ts);
      const known = {
        message,
        at: timeOfTs(ts),
        permalink: linkTo(workspace().teamUrl, { channel, ts }, found?.thread_ts),
      };
      if (found === undefined) return known;
      return {
        ...known,
        ...(found.user !== undefined && { author: userRefOf(found.user) }),
        ...(found.username !== undefined && { authorName: found.username }),
        ...(found.text !== undefined && { text: readText(found.text) }),
      };
    },
  };

  async function whisperHere(args: {
    channel: string;
    thread?: string;
    user: string;
    payload: Payload;
  }): Promise<boolean> {
    const { channel, thread, user, payload } = args;
    const { parse, link_names } = PLAIN;
    const place = { channel, user, ...(thread !== undefined && { thread_ts: thread }) };
    try {
      await api.call("chat.postEphemeral", { ...place, ...payload, parse, link_names }, Anything, { urgent: true });
      return true;
    } catch (error) {
      if (error instanceof RefusedError) return false;
      throw error;
    }
  }
}

interface Outgoing {
  channel: string;
  thread: string | undefined;
  payload: Payload;
  key: string;
}

function partKey(key: string, index: number): string {
  return index === 0 ? key : `${key}#${index + 1}`;
}

function remember(keys: Set<string>, key: string): void {
  keys.add(key);
  const [oldest] = keys;
  if (keys.size > KEYS_MAX && oldest !== undefined) keys.delete(oldest);
}
