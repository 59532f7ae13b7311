/** What the workspace is made of. Ids and timestamps are Slack's: opaque strings. */
import type { KnownBlock, View } from "@slack/types";
import type { ClientState, OpenView, Reaction } from "./client-api.ts";
import type { Fields } from "./json.ts";

export interface PersonRecord {
  id: string;
  name: string;
  title: string;
  email: string;
  isBot: boolean;
  address?: string;
  /** A single-channel guest: invitations are refused with `user_is_restricted`. */
  guest: boolean;
  deactivated: boolean;
}

export interface StoredMessage {
  ts: string;
  channel: string;
  user: string;
  text: string;
  subtype?: string;
  threadTs?: string;
  /** A thread reply that is also shown in the channel. */
  broadcast?: boolean;
  fromApp: boolean;
  /** Further fields that a system message bears: `inviter`, `topic`. */
  extra?: Fields;
  blocks?: KnownBlock[];
  attachments?: unknown[];
  files: string[];
  metadata?: { event_type: string; event_payload: Fields };
  reactions: Reaction[];
  edited?: { user: string; ts: string };
  clientMsgId?: string;
  ephemeralTo?: string;
}

export interface Bookmark {
  id: string;
  title: string;
  link: string;
  emoji?: string;
  type: string;
  createdMs: number;
}

export interface Room {
  id: string;
  name: string;
  kind: "public" | "private" | "im";
  creator: string;
  createdMs: number;
  topic: { value: string; creator: string; last_set: number };
  purpose: { value: string; creator: string; last_set: number };
  archived: boolean;
  members: Set<string>;
  /** By ts, oldest first. */
  messages: Map<string, StoredMessage>;
  ephemerals: Map<string, StoredMessage>;
  /** Timestamps of replies, by the root's. */
  threads: Map<string, Set<string>>;
  pins: { ts: string; by: string; at: number }[];
  bookmarks: Bookmark[];
  lastRead: Map<string, string>;
  previousNames: string[];
}

export interface StoredFile {
  id: string;
  name: string;
  title: string;
  mimetype: string;
  bytes: Buffer;
  user: string;
  createdMs: number;
  /** Channels it has been shared in. */
  channels: string[];
  /** False between the upload and `files.completeUploadExternal`. */
  complete: boolean;
}

export interface Usergroup {
  id: string;
  handle: string;
  name: string;
  users: string[];
}

/** An open modal, with what only the server knows about it. */
export type LiveView = OpenView & { previousViewId?: string };

/** Everything that can happen in a workspace. Clients, the bot's events and waiting tests all feed on this. */
export type Change =
  | { type: "message_posted"; message: StoredMessage }
  | { type: "message_changed"; message: StoredMessage; previous: StoredMessage }
  /** Something about a message changed that is no edit: reactions, pins, the number of replies. */
  | { type: "message_touched"; message: StoredMessage }
  | { type: "message_deleted"; message: StoredMessage }
  | { type: "ephemeral_posted"; message: StoredMessage }
  | { type: "ephemeral_deleted"; message: StoredMessage }
  | { type: "room_changed"; room: Room }
  | { type: "room_created"; room: Room }
  | { type: "room_archived"; room: Room; by: string }
  | { type: "room_unarchived"; room: Room; by: string }
  | { type: "room_renamed"; room: Room; by: string }
  | { type: "member_joined"; room: Room; user: string; inviter?: string }
  | { type: "member_left"; room: Room; user: string }
  | { type: "reaction_added" | "reaction_removed"; message: StoredMessage; user: string; name: string }
  | { type: "pin_added" | "pin_removed"; message: StoredMessage; room: Room; user: string }
  | { type: "views_changed"; user: string }
  | { type: "home_published"; user: string; view: View }
  | { type: "home_opened"; user: string }
  | { type: "notice"; user: string; channel: string; text: string }
  | { type: "presence"; appOnline: boolean }
  | { type: "person_changed"; user: string }
  /** Requests, deliveries and connections: nothing to draw, but something to wait for. */
  | { type: "traffic" };

export interface SlackCommand {
  command: string;
  description: string;
  usageHint: string;
  /** The manifest's `should_escape`: mentions in the text arrive as `<@U0ANA|ana>`. */
  shouldEscape?: boolean;
}
export type SlackShortcut = ClientState["shortcuts"][number];
