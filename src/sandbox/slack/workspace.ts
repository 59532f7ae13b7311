import { randomBytes } from "node:crypto";
import type { View } from "@slack/types";
import type { Clock } from "./clock.ts";
import { SlackError } from "./errors.ts";
import type {
  Change,
  LiveView,
  PersonRecord,
  Room,
  SlackCommand,
  SlackShortcut,
  StoredFile,
  StoredMessage,
  Usergroup,
} from "./model.ts";

/** All that a workspace knows, and the feed of what happens in it. State is public so that tests can look at it. */
export interface Workspace {
  readonly clock: Required<Clock>;
  readonly team: { id: string; name: string; domain: string };
  readonly app: { id: string; userId: string; botId: string; name: string };
  /** Begins every address that the workspace hands out: `http://127.0.0.1:PORT`. */
  origin: string;
  /** Begins every permalink. */
  permalinkBase: string;
  readonly commands: SlackCommand[];
  readonly shortcuts: SlackShortcut[];
  readonly people: Map<string, PersonRecord>;
  readonly rooms: Map<string, Room>;
  readonly files: Map<string, StoredFile>;
  readonly usergroups: Map<string, Usergroup>;
  /** Open modals of each person, root first. */
  readonly views: Map<string, LiveView[]>;
  readonly homes: Map<string, View & { id: string; hash: string }>;
  appOnline: boolean;
  /** A new message timestamp: the clock's microseconds, never the same twice. */
  nextTs(): string;
  emit(change: Change): void;
  /** Returns what ends the subscription. */
  watch(listener: (change: Change) => void): () => void;
}

export interface WorkspaceSeed {
  clock: Required<Clock>;
  teamName: string;
  appName: string;
  botUserId: string;
  commands: SlackCommand[];
  shortcuts: SlackShortcut[];
}

export function createWorkspace(seed: WorkspaceSeed): Workspace {
  const domain = seed.teamName.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const watchers = new Set<(change: Change) => void>();
  let lastMicros = 0;
  return {
    clock: seed.clock,
    team: { id: "T0SANDBOX", name: seed.teamName, domain },
    app: { id: "A0ALLSTOP", userId: seed.botUserId, botId: "B0ALLSTOP", name: seed.appName },
    origin: "",
    permalinkBase: `https://${domain}.slack.com`,
    commands: seed.commands,
    shortcuts: seed.shortcuts,
    people: new Map(),
    rooms: new Map(),
    files: new Map(),
    usergroups: new Map(),
    views: new Map(),
    homes: new Map(),
    appOnline: false,
    nextTs() {
      lastMicros = Math.max(lastMicros + 1, Math.floor(seed.clock.now() * 1000));
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, "0")}`;
    },
    emit(change) {
      for (const watcher of [...watchers]) watcher(change);
    },
    watch(listener) {
      watchers.add(listener);
      return () => void watchers.delete(listener);
    },
  };
}

/** A fresh id in Slack's form: `C`, `D`, `F`, `V`… and ten capitals or digits. */
export function newId(prefix: string): string {
  const alphabet = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  return prefix + [...randomBytes(10)].map((byte) => alphabet[byte % alphabet.length]).join("");
}

export function personOf(workspace: Workspace, id: string): PersonRecord {
  const person = workspace.people.get(id);
  if (!person) throw new SlackError("user_not_found");
  return person;
}

export function roomOf(workspace: Workspace, id: string): Room {
  const room = workspace.rooms.get(id);
  if (!room) throw new SlackError("channel_not_found");
  return room;
}

export function messageOf(room: Room, ts: string): StoredMessage {
  const message = room.messages.get(ts);
  if (!message) throw new SlackError("message_not_found");
  return message;
}

/** Public rooms are seen by all; others by their members only. */
export function canSee(room: Room, user: string): boolean {
  return room.kind === "public" || room.members.has(user);
}

export function seconds(ms: number): number {
  return Math.floor(ms / 1000);
}
