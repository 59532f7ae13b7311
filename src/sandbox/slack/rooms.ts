import { SlackError } from "./errors.ts";
import { postMessage } from "./messages.ts";
import type { Room } from "./model.ts";
import { newId, personOf, seconds, type Workspace } from "./workspace.ts";

export const ROOM_NAME_LENGTH_MAX = 80;
export const TOPIC_LENGTH_MAX = 250;

/** Opens a room. Throws `name_taken` (archived rooms keep their names) and `invalid_name_*`. */
export function createRoom(
  workspace: Workspace,
  room: { id?: string; name: string; kind: "public" | "private"; creator: string; members?: string[] },
): Room {
  checkName(workspace, room.name);
  const made = emptyRoom(workspace, room.id ?? newId("C"), room.name, room.kind, room.creator);
  for (const member of room.members ?? []) made.members.add(personOf(workspace, member).id);
  workspace.rooms.set(made.id, made);
  workspace.emit({ type: "room_created", room: made });
  return made;
}

/** The direct conversation of two people, opened at first use. */
export function openDirect(workspace: Workspace, one: string, other: string): { room: Room; isNew: boolean } {
  for (const room of workspace.rooms.values()) {
    if (room.kind === "im" && room.members.has(one) && room.members.has(other)) return { room, isNew: false };
  }
  if (personOf(workspace, other).deactivated) throw new SlackError("user_disabled");
  const room = emptyRoom(workspace, newId("D"), "", "im", one);
  room.members.add(personOf(workspace, one).id).add(other);
  workspace.rooms.set(room.id, room);
  workspace.emit({ type: "room_created", room });
  return { room, isNew: true };
}

/** Throws in the words of `conversations.create` and `.rename`. */
export function checkName(workspace: Workspace, name: string): void {
  if (name === "") throw new SlackError("invalid_name_required");
  if (name.length > ROOM_NAME_LENGTH_MAX) throw new SlackError("invalid_name_maxlength");
  if (/^[-_]+$/.test(name)) throw new SlackError("invalid_name_punctuation");
  if (!/^[\p{Ll}\p{Lo}\p{Lm}\p{M}\p{N}_-]+$/u.test(name)) throw new SlackError("invalid_name_specials");
  for (const room of workspace.rooms.values()) if (room.name === name) throw new SlackError("name_taken");
}

export function addMember(workspace: Workspace, room: Room, user: string, inviter?: string): void {
  room.members.add(user);
  // What was said before is history, not news.
  room.lastRead.set(user, [...room.messages.keys()].at(-1) ?? "0");
  workspace.emit({ type: "member_joined", room, user, ...(inviter !== undefined && { inviter }) });
  postMessage(workspace, room, {
    user,
    subtype: "channel_join",
    text: inviter ? `was added to #${room.name} by <@${inviter}>.` : `has joined #${room.name}`,
    ...(inviter !== undefined && { extra: { inviter } }),
  });
  workspace.emit({ type: "room_changed", room });
}

export function removeMember(workspace: Workspace, room: Room, user: string): void {
  room.members.delete(user);
  workspace.emit({ type: "member_left", room, user });
  postMessage(workspace, room, { user, subtype: "channel_leave", text: `has left #${room.name}` });
  workspace.emit({ type: "room_changed", room });
}

export function setTopic(workspace: Workspace, room: Room, by: string, value: string): void {
  if (value.length > TOPIC_LENGTH_MAX) throw new SlackError("too_long");
  room.topic = { value, creator: by, last_set: seconds(workspace.clock.now()) };
  postMessage(workspace, room, {
    user: by,
    subtype: "channel_topic",
    text: value ? `set the channel topic: ${value}` : "cleared the channel topic",
    extra: { topic: value },
  });
  workspace.emit({ type: "room_changed", room });
}

export function setPurpose(workspace: Workspace, room: Room, by: string, value: string): void {
  if (value.length > TOPIC_LENGTH_MAX) throw new SlackError("too_long");
  room.purpose = { value, creator: by, last_set: seconds(workspace.clock.now()) };
  postMessage(workspace, room, {
    user: by,
    subtype: "channel_purpose",
    text: value ? `set the channel purpose: ${value}` : "cleared the channel purpose",
    extra: { purpose: value },
  });
  workspace.emit({ type: "room_changed", room });
}

export function renameRoom(workspace: Workspace, room: Room, by: string, name: string): void {
  checkName(workspace, name);
  room.previousNames.push(room.name);
  room.name = name;
  workspace.emit({ type: "room_renamed", room, by });
  workspace.emit({ type: "room_changed", room });
}

export function archiveRoom(workspace: Workspace, room: Room, by: string): void {
  if (room.archived) throw new SlackError("already_archived");
  postMessage(workspace, room, { user: by, subtype: "channel_archive", text: "archived the channel" });
  room.archived = true;
  workspace.emit({ type: "room_archived", room, by });
  workspace.emit({ type: "room_changed", room });
}

export function unarchiveRoom(workspace: Workspace, room: Room, by: string): void {
  if (!room.archived) throw new SlackError("not_archived");
  room.archived = false;
  workspace.emit({ type: "room_unarchived", room, by });
  workspace.emit({ type: "room_changed", room });
}

function emptyRoom(workspace: Workspace, id: string, name: string, kind: Room["kind"], creator: string): Room {
  const createdMs = workspace.clock.now();
  const unset = { value: "", creator: "", last_set: 0 };
  return {
    id,
    name,
    kind,
    creator,
    createdMs,
    topic: unset,
    purpose: unset,
    archived: false,
    members: new Set(),
    messages: new Map(),
    ephemerals: new Map(),
    threads: new Map(),
    pins: [],
    bookmarks: [],
    lastRead: new Map(),
    previousNames: [],
  };
}
