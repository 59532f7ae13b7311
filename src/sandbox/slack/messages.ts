import type { KnownBlock } from "@slack/types";
import { withIds } from "./blocks.ts";
import { SlackError } from "./errors.ts";
import type { Fields } from "./json.ts";
import type { Room, StoredMessage } from "./model.ts";
import { messageOf, type Workspace } from "./workspace.ts";

export interface Draft {
  user: string;
  text: string;
  fromApp?: boolean;
  subtype?: string;
  threadTs?: string;
  broadcast?: boolean;
  blocks?: KnownBlock[];
  attachments?: unknown[];
  files?: string[];
  metadata?: StoredMessage["metadata"];
  extra?: Fields;
}

/** Posts into a room, or into a thread of it. Throws `thread_not_found`, `is_archived`. */
export function postMessage(workspace: Workspace, room: Room, draft: Draft): StoredMessage {
  if (room.archived && draft.subtype === undefined) throw new SlackError("is_archived");
  const message = compose(workspace, room, draft);
  room.messages.set(message.ts, message);
  if (message.threadTs !== undefined) {
    room.threads.set(message.threadTs, (room.threads.get(message.threadTs) ?? new Set()).add(message.ts));
  }
  if (message.user !== "") room.lastRead.set(message.user, message.ts);
  workspace.emit({ type: "message_posted", message });
  const root = message.threadTs === undefined ? undefined : room.messages.get(message.threadTs);
  if (root) workspace.emit({ type: "message_touched", message: root });
  return message;
}

/** Shows a message to one person only. It is not part of the room's history. */
export function postEphemeral(workspace: Workspace, room: Room, to: string, draft: Draft): StoredMessage {
  const message = { ...compose(workspace, room, draft), ephemeralTo: to };
  room.ephemerals.set(message.ts, message);
  workspace.emit({ type: "ephemeral_posted", message });
  return message;
}

/** Puts new content into a message; what is undefined stays. */
export function editMessage(
  workspace: Workspace,
  room: Room,
  ts: string,
  change: Partial<Pick<StoredMessage, "text" | "blocks" | "attachments" | "metadata" | "files">> & { by: string },
): StoredMessage {
  const previous = messageOf(room, ts);
  const { by, ...content } = change;
  const given = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== undefined));
  const message: StoredMessage = { ...previous, ...given, edited: { user: by, ts: workspace.nextTs() } };
  if (content.blocks) message.blocks = withIds(content.blocks);
  room.messages.set(ts, message);
  workspace.emit({ type: "message_changed", message, previous });
  return message;
}

export function deleteMessage(workspace: Workspace, room: Room, ts: string): void {
  const message = messageOf(room, ts);
  room.messages.delete(ts);
  room.pins = room.pins.filter((pin) => pin.ts !== ts);
  if (message.threadTs !== undefined) room.threads.get(message.threadTs)?.delete(ts);
  workspace.emit({ type: "message_deleted", message });
}

/** Replies of a thread, oldest first, without its root. */
export function repliesOf(room: Room, rootTs: string): StoredMessage[] {
  return [...(room.threads.get(rootTs) ?? [])].flatMap((ts) => room.messages.get(ts) ?? []);
}

/** A link to the message, in Slack's form. */
export function permalinkOf(workspace: Workspace, message: Pick<StoredMessage, "channel" | "ts" | "threadTs">): string {
  const path = `${workspace.permalinkBase}/archives/${message.channel}/p${message.ts.replace(".", "")}`;
  return message.threadTs ? `${path}?thread_ts=${message.threadTs}&cid=${message.channel}` : path;
}

function compose(workspace: Workspace, room: Room, draft: Draft): StoredMessage {
  const { fromApp = false, files = [], threadTs, blocks, ...rest } = draft;
  const parent = threadTs === undefined ? undefined : room.messages.get(threadTs);
  if (threadTs !== undefined && !parent) throw new SlackError("thread_not_found");
  return {
    ...rest,
    ts: workspace.nextTs(),
    channel: room.id,
    fromApp,
    files,
    reactions: [],
    ...(blocks && { blocks: withIds(blocks) }),
    // A reply to a reply belongs to the same thread.
    ...(parent && { threadTs: parent.threadTs ?? parent.ts }),
  };
}
