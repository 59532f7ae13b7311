import type { RefusedError } from "../core/errors.ts";
import type { IncidentId, Place, UserRef } from "../core/ids.ts";
import type { Form, View } from "./view.ts";

// Platforms know the chat, and nothing behind it: what they need of the core's words comes through here.
export { messageOf, RefusedError, RetryableError } from "../core/errors.ts";
export type { IncidentId, Place, UserRef } from "../core/ids.ts";
export { platformOf } from "../core/ids.ts";

/**
 * One act of one person, as a platform saw it. A slash command, a form, a button, a shortcut and a terminal line are
 * all this, and go through one door: `Door.open`.
 */
export interface Inbound {
  /** Unique per act and stable under redelivery: `slack:Ev…`, `slack:<trigger id>`. */
  id: string;
  user: UserRef;
  /** The display name the person bears now. Never identifies. */
  userName: string;
  /** Channel, thread or message in which it happened; for a press, the message that bears the button. */
  where?: Place;
  said: Said;
}

export type Said =
  /** A line as typed, without the slash: `incident declare critical Vault is draining`. */
  | { kind: "line"; line: string }
  /** A button or a shortcut: a command, and input as text. `typed` where a person wrote it out, as a slash command. */
  | { kind: "press"; command: string; input: Record<string, string>; typed?: boolean | undefined }
  /** A filled form. Empty optional fields are absent. */
  | { kind: "submit"; command: string; input: Record<string, string> };

/** What came of an act. Decided without network I/O, so that a platform can acknowledge inside its budget. */
export type Opened =
  /** Show this form. On Slack and Discord it must be the first answer. */
  | { kind: "form"; form: Form }
  /** A submission with mistakes: one message per field name; the form stays open. */
  | { kind: "mistakes"; mistakes: Record<string, string> }
  /**
   * Acknowledge now, then call `run` and show what it resolves with. `run` never rejects. `soon` is to be shown meanwhile,
   * where it takes long and nothing else says that it is under way.
   */
  | { kind: "run"; run: () => Promise<Answer>; soon?: View };

/** `view` goes to the person who acted, and to nobody else; undefined when the room itself already shows the outcome. */
export interface Answer {
  view?: View;
  /** True when what was asked for was not done: a script at the terminal ends with it. */
  failed?: boolean;
}

/** Pictures of what a person asked a platform to do outside a command. */
export interface Door {
  open(inbound: Inbound): Promise<Opened>;
  /** A pin was put on, or taken off, a message (📌). `id` is unique per act. */
  pinned(act: { id: string; user: UserRef; userName: string; message: Place; on: boolean }): Promise<void>;
  /** What a field may be filled with, given what was typed of it so far: for platforms that offer it while one types. */
  suggest(request: {
    user: UserRef;
    where?: Place;
    command: string;
    field: string;
    typed: string;
  }): Promise<{ value: string; label: string }[]>;
  /** A person opened the app's home: the platform shows this view. */
  home(user: UserRef): Promise<View>;
}

export interface RoomRequest {
  incident: IncidentId;
  /** Words for the room's name after the id; the platform slugs and shortens them. */
  title: string;
  /** Set once. Prose, 250 UTF-16 units at most after rendering. */
  topic: string;
  /** ISO time of the incident's first event. With the id it is the room's mark: no other incident has both. */
  declaredAt: string;
  /** When this effect was first owed. Only a room that bears no mark yet is judged by it: clocks may be wrong. */
  owedSince: Date;
  /** Told of what the room has to do without, such as its topic. It may be told after the room is open. */
  lacks?: (step: string, why: RefusedError) => Promise<void>;
}

/** By this a room that a crash left behind is known again: at the start of its purpose (Slack) or its topic (Discord). */
export function markOf({ incident, declaredAt }: Pick<RoomRequest, "incident" | "declaredAt">): string {
  return `Allstop incident ${incident}, declared ${declaredAt}.`;
}

export interface RoomOpened {
  room: Place;
  name: string;
  /** True when the room had been made by us before a crash, and was found again by proof. */
  adopted: boolean;
}

export interface ChatMessage {
  message: Place;
  author?: UserRef;
  authorName?: string;
  text?: string;
  /** ISO 8601: the message's own time. */
  at: string;
  permalink?: string;
}

export interface InviteOutcome {
  user: UserRef;
  ok: boolean;
  /** The platform's code and a sentence, when not ok. */
  code?: string;
  why?: string;
}

export interface PostOptions {
  key: string;
  /** Ahead of chatter, on a budget of its own. */
  urgent?: boolean;
  /** People whom this message is meant to ring. Whoever else is named in it is not rung where the platform lets us choose. */
  ping?: UserRef[];
  /** It may have been posted before (a crash, a lost reply): look for `key` first. */
  again?: boolean;
}

/**
 * Chat verbs, and nothing but chat verbs. Failures: `RetryableError` (rate limit, 5xx, network), `RefusedError` (scope,
 * permission, tier, archived), everything else is a bug. `key` makes a post idempotent: the platform looks for a message
 * that bears it before it posts again.
 */
export interface Platform {
  readonly name: string;
  /** The workspace, once connected: `slack:T1`. A place is this, a slash, and a channel. */
  readonly home: string | undefined;
  connect(door: Door): Promise<void>;
  close(): Promise<void>;

  openRoom(request: RoomRequest): Promise<RoomOpened>;
  /** Invites one by one where a batch fails. Already a member counts as ok. */
  invite(room: Place, users: UserRef[]): Promise<InviteOutcome[]>;
  /** `at` is a channel, or a message whose thread is meant. `key` at most 64 characters. */
  post(at: Place, view: View, options: PostOptions): Promise<Place>;
  /** The message that was posted with this key, in a channel or thread or directly to a person, if it is there. */
  findPost(to: Place | UserRef, key: string): Promise<Place | undefined>;
  /** Throws `RefusedError` with code `gone` when the message no longer exists. */
  edit(message: Place, view: View, options?: { urgent?: boolean }): Promise<void>;
  pin(message: Place): Promise<void>;
  bookmark(room: Place, link: { title: string; url: string }): Promise<void>;
  directMessage(user: UserRef, view: View, options: PostOptions): Promise<Place>;
  /** `againSince`: it may have been put there before, since then: look for it first, where the platform lets us. */
  upload(
    at: Place,
    file: { name: string; title: string; content: string },
    options?: { againSince?: Date },
  ): Promise<void>;
  /** Reads one message, thread replies included. Throws `RefusedError` when it can't be seen. */
  read(message: Place): Promise<ChatMessage>;
  setHome(user: UserRef, view: View): Promise<void>;
  /** Sent only to `user`, in `at`, where they are a member; else as a direct message. */
  whisper(user: UserRef, at: Place | undefined, view: View): Promise<void>;
  describeUser(user: UserRef): Promise<{ name: string }>;
}

/** The channel that a place lies in: `slack:T1/C456` of `slack:T1/C456/1234.5678`. */
export function channelOf(place: Place): Place {
  return place.split("/").slice(0, 2).join("/");
}
