/**
 * What the sandbox page and the scripted people may ask of the sandbox's Slack workspace: a human client's view, never
 * the bot's. The page reaches it over HTTP (`ui/server.ts`); tests and the rehearsal call the same methods in process.
 *
 * Blocks, views and messages are Slack's own JSON, as the bot sent them; the page renders real Block Kit.
 */
import type { KnownBlock, View } from "@slack/types";

/** A person of the sandbox workspace. `ana` → `U0ANA`. */
export interface Person {
  id: string;
  name: string;
  /** What this person does in the story: "signer", "responder". Shown in the "act as" picker. */
  title: string;
  isBot: boolean;
  /** Sandbox wallet address, where the person has one. The key itself never leaves the sandbox process. */
  address?: string;
}

export interface Reaction {
  name: string;
  users: string[];
}

export interface FileItem {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  size: number;
  /** Path below the page's origin to fetch the bytes: `/client/files/F…/postmortem.md`. */
  url: string;
}

export interface Message {
  ts: string;
  channel: string;
  threadTs?: string;
  user: string;
  text: string;
  /** On lines that Slack writes itself: `channel_join`, `channel_topic`, `channel_archive`… */
  subtype?: string;
  blocks?: KnownBlock[];
  attachments?: unknown[];
  files?: FileItem[];
  reactions: Reaction[];
  edited?: boolean;
  pinned?: boolean;
  replyCount?: number;
  lastReply?: string;
  replyUsers?: string[];
  /** Present on a message that only `ephemeralTo` sees. Ephemeral messages go away at reload, as in Slack. */
  ephemeralTo?: string;
}

export interface Channel {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  topic: string;
  purpose: string;
  archived: boolean;
  members: string[];
  pins: string[];
  bookmarks: { id: string; title: string; link: string; emoji?: string }[];
  /** For an `im`, the other person's id. */
  with?: string;
  unread: number;
}

/** An open modal. `hash` guards updates, as in Slack. */
export type OpenView = View & { id: string; hash: string; rootViewId: string };

/** All that one person sees when opening the client. Messages are fetched channel by channel. */
export interface ClientState {
  team: { id: string; name: string };
  me: Person;
  people: Person[];
  channels: Channel[];
  home?: View;
  views: OpenView[];
  /** Slash commands that the app has registered, for the composer's suggestions. */
  commands: { command: string; description: string; usageHint: string }[];
  /** Message shortcuts and global shortcuts that the app has registered. */
  shortcuts: { callbackId: string; name: string; type: "message" | "global" }[];
  /** Bot presence: is a Socket Mode connection (or an HTTP endpoint) there right now? */
  appOnline: boolean;
}

/** Pushed to a person's client (server-sent events on `/client/events?as=U…`). */
export type ClientEvent =
  | { type: "message"; message: Message }
  | { type: "message_changed"; message: Message }
  | { type: "message_deleted"; channel: string; ts: string }
  | { type: "ephemeral"; message: Message }
  | { type: "ephemeral_deleted"; channel: string; ts: string }
  | { type: "channel"; channel: Channel }
  | { type: "views"; views: OpenView[] }
  | { type: "home"; home: View }
  | { type: "presence"; appOnline: boolean }
  /** Slack's own words under the composer, e.g. "/foo failed with the error dispatch_failed". Seen by the person only. */
  | { type: "notice"; channel: string; text: string };

/** What one person does. Everything goes to the bot through the platform's real protocol (socket or signed HTTP). */
export type Act =
  /** Plain text, or a slash command when it begins with `/`. */
  | { do: "send"; channel: string; text: string; threadTs?: string }
  /** A press on an interactive element of a message. `value` as Slack would put it into `actions[0]`. */
  | {
      do: "press";
      channel: string;
      ts: string;
      blockId: string;
      actionId: string;
      state?: ViewState;
      selected?: unknown;
    }
  /** A press on an interactive element of a modal or of the App Home (`viewId` = "home"). */
  | { do: "press_view"; viewId: string; blockId: string; actionId: string; state?: ViewState; selected?: unknown }
  | { do: "submit"; viewId: string; state: ViewState }
  | { do: "close"; viewId: string }
  | { do: "react"; channel: string; ts: string; name: string }
  | { do: "unreact"; channel: string; ts: string; name: string }
  | { do: "pin" | "unpin"; channel: string; ts: string }
  | { do: "shortcut"; callbackId: string; channel?: string; ts?: string }
  | { do: "open_home" }
  | { do: "open_im"; user: string }
  | { do: "join"; channel: string }
  | { do: "read"; channel: string };

/** `view.state.values` exactly as Slack shapes it: block_id → action_id → element state. */
export type ViewState = Record<string, Record<string, Record<string, unknown>>>;

/**
 * Answer to an act. `ok: false` carries what a human would see: Slack's error for the composer, or for a modal
 * `errors` by block_id as the bot's `response_action: "errors"` gave them.
 */
export type ActResult =
  | { ok: true; message?: Message; channel?: Channel }
  | { ok: false; error: string; errors?: Record<string, string> };

/**
 * A workspace as its people use it.
 *
 * HTTP mapping (JSON): `GET /client/state?as=` → ClientState; `GET /client/messages?as=&channel=&thread=` → Message[]
 * (oldest first; a thread's root first); `POST /client/act?as=` body Act → ActResult; `GET /client/events?as=` →
 * server-sent ClientEvents; `GET /client/options?as=…` → options of an external select; `GET /client/files/:id/:name`.
 */
export interface WorkspaceClient {
  state(as: string): ClientState;
  messages(as: string, at: { channel: string; threadTs?: string }): Message[];
  act(as: string, act: Act): Promise<ActResult>;
  /** Options that the bot gives for an `external_select` while typing. */
  options(
    as: string,
    at: { viewId?: string; channel?: string; ts?: string; blockId: string; actionId: string; typed: string },
  ): Promise<{ text: { type: "plain_text"; text: string }; value: string }[]>;
  file(id: string): { name: string; mimetype: string; bytes: Uint8Array } | undefined;
  /** Returns the function that ends the subscription. */
  subscribe(as: string, listener: (event: ClientEvent) => void): () => void;
}
