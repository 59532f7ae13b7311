/** What a person's client shows of the model. */
import type { Channel, Message, Person } from "./client-api.ts";
import { repliesOf } from "./messages.ts";
import type { PersonRecord, Room, StoredMessage } from "./model.ts";
import type { Workspace } from "./workspace.ts";

export function messageFor(workspace: Workspace, message: StoredMessage): Message {
  const room = workspace.rooms.get(message.channel);
  const replies = room && message.threadTs === undefined ? repliesOf(room, message.ts) : [];
  const last = replies.at(-1);
  return {
    ts: message.ts,
    channel: message.channel,
    user: message.user,
    text: message.text,
    ...(message.subtype && { subtype: message.subtype }),
    ...(message.threadTs !== undefined && { threadTs: message.threadTs }),
    ...(message.blocks && { blocks: message.blocks }),
    ...(message.attachments && { attachments: message.attachments }),
    ...(message.files.length > 0 && { files: message.files.flatMap((id) => fileFor(workspace, id)) }),
    reactions: structuredClone(message.reactions),
    // Slack writes "(edited)" beside words, not beside cards that an app keeps up to date.
    ...(message.edited && !message.blocks?.length && { edited: true }),
    ...(room?.pins.some(({ ts }) => ts === message.ts) && { pinned: true }),
    ...(last && {
      replyCount: replies.length,
      lastReply: last.ts,
      replyUsers: [...new Set(replies.map(({ user }) => user))],
    }),
    ...(message.ephemeralTo !== undefined && { ephemeralTo: message.ephemeralTo }),
  };
}

export function channelFor(workspace: Workspace, as: string, room: Room): Channel {
  const other = room.kind === "im" ? [...room.members].find((id) => id !== as) : undefined;
  const lastRead = room.lastRead.get(as) ?? "0";
  const unread = [...room.messages.values()].filter(
    ({ ts, threadTs, user }) => ts > lastRead && threadTs === undefined && user !== as,
  );
  return {
    id: room.id,
    name: other === undefined ? room.name : (workspace.people.get(other)?.name ?? room.name),
    kind: room.kind,
    topic: room.topic.value,
    purpose: room.purpose.value,
    archived: room.archived,
    members: [...room.members],
    pins: room.pins.map(({ ts }) => ts),
    bookmarks: room.bookmarks.map(({ id, title, link, emoji }) => ({ id, title, link, ...(emoji && { emoji }) })),
    ...(other !== undefined && { with: other }),
    unread: room.members.has(as) ? unread.length : 0,
  };
}

export function personFor({ id, name, title, isBot, address }: PersonRecord): Person {
  return { id, name, title, isBot, ...(address !== undefined && { address }) };
}

function fileFor(workspace: Workspace, id: string) {
  const file = workspace.files.get(id);
  if (!file) return [];
  const { name, title, mimetype, bytes } = file;
  const url = `/client/files/${id}/${encodeURIComponent(name)}`;
  return [{ id, name, title, mimetype, size: bytes.length, url }];
}
