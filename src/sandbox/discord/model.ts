/** What a Discord server is made of, as the sandbox keeps it. Ids are snowflakes: decimal strings. */
export interface Person {
  id: string;
  name: string;
  roles: string[];
  bot: boolean;
  /** Direct messages from the app are refused with 50007. */
  closedDms: boolean;
}

export interface Role {
  id: string;
  name: string;
  permissions: bigint;
  position: number;
  managed: boolean;
}

export interface Overwrite {
  id: string;
  /** 0: a role. 1: a member. */
  type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

export const channelTypes = { text: 0, dm: 1, category: 4, publicThread: 11, privateThread: 12 } as const;

export interface Channel {
  id: string;
  type: number;
  name: string;
  topic: string | null;
  parentId: string | null;
  position: number;
  overwrites: Overwrite[];
  /** Of a direct message: the two people in it. */
  recipients: string[];
  messages: Map<string, Message>;
  pins: string[];
  lastMessageId: string | null;
  thread?: Thread;
  /** When name or topic were changed, in ms: twice in ten minutes is all that Discord allows. */
  renamed: number[];
}

export interface Thread {
  ownerId: string;
  archived: boolean;
  locked: boolean;
  autoArchiveMinutes: number;
  /** When `archived` last changed. */
  archivedAt: string;
  createdAt?: string;
  members: Set<string>;
}

export interface Message {
  id: string;
  channelId: string;
  authorId: string;
  content: string;
  at: number;
  editedAt: number | null;
  embeds: unknown[];
  components: unknown[];
  attachments: Attachment[];
  flags: number;
  nonce?: string;
  pinned: boolean;
  /** 0: a message. 6: "pinned a message". 18: "started a thread". */
  type: number;
  replyTo?: string;
  reactions: Map<string, Set<string>>;
  mentions: string[];
  mentionRoles: string[];
  mentionEveryone: boolean;
  /** The only person who sees it. */
  ephemeralTo?: string;
  interaction?: { id: string; type: number; userId: string; name?: string };
}

export interface Attachment {
  id: string;
  filename: string;
  bytes: Buffer;
  description?: string;
}

export const EPHEMERAL = 1 << 6;
export const COMPONENTS_V2 = 1 << 15;
export const SUPPRESS_EMBEDS = 1 << 2;
export const SUPPRESS_NOTIFICATIONS = 1 << 12;
/** On a message that a thread hangs on. */
export const HAS_THREAD = 1 << 5;
/** On the answer that is only "is thinking…" as yet. */
export const LOADING = 1 << 7;

/** What happens, for gateways, people's clients and waiting tests. */
export type Change =
  | { type: "guild"; available: boolean }
  | { type: "channel_created" | "channel_updated" | "channel_deleted"; channel: Channel }
  | { type: "thread_created" | "thread_updated" | "thread_deleted"; channel: Channel }
  | { type: "thread_members"; channel: Channel; added: string[]; removed: string[] }
  | { type: "message_created" | "message_updated" | "message_deleted"; message: Message }
  | { type: "reaction_added" | "reaction_removed"; message: Message; userId: string; emoji: string }
  | { type: "pins_updated"; channel: Channel }
  | { type: "role_updated"; role: Role }
  | { type: "member_updated" | "member_joined" | "member_left"; person: Person }
  | { type: "interaction"; payload: object; direct: boolean }
  /** Requests, modals, connections: nothing for the gateway, but something to look at. */
  | { type: "traffic" };
