import { SlackError } from "./errors.ts";
import type { Bookmark, Room, StoredMessage } from "./model.ts";
import { newId, seconds, type Workspace } from "./workspace.ts";

export const PINS_MAX = 100;
export const BOOKMARKS_MAX = 100;
export const REACTIONS_MAX = 50;

/** `name` is the emoji's name without colons. Throws `already_reacted`, `invalid_name`, `too_many_emoji`. */
export function addReaction(workspace: Workspace, message: StoredMessage, user: string, name: string): void {
  if (!/^[\p{L}0-9_+'-]+(::skin-tone-[2-6])?$/u.test(name)) throw new SlackError("invalid_name");
  const reaction = message.reactions.find((each) => each.name === name);
  if (reaction?.users.includes(user)) throw new SlackError("already_reacted");
  if (!reaction && message.reactions.length >= REACTIONS_MAX) throw new SlackError("too_many_emoji");
  if (reaction) reaction.users.push(user);
  else message.reactions.push({ name, users: [user] });
  workspace.emit({ type: "reaction_added", message, user, name });
  workspace.emit({ type: "message_touched", message });
}

/** Throws `no_reaction`. */
export function removeReaction(workspace: Workspace, message: StoredMessage, user: string, name: string): void {
  const reaction = message.reactions.find((each) => each.name === name);
  if (!reaction?.users.includes(user)) throw new SlackError("no_reaction");
  reaction.users = reaction.users.filter((each) => each !== user);
  if (reaction.users.length === 0) message.reactions.splice(message.reactions.indexOf(reaction), 1);
  workspace.emit({ type: "reaction_removed", message, user, name });
  workspace.emit({ type: "message_touched", message });
}

/** Throws `already_pinned`, `not_pinnable`, `too_many_pins`. */
export function addPin(workspace: Workspace, room: Room, message: StoredMessage, user: string): void {
  if (room.pins.some((pin) => pin.ts === message.ts)) throw new SlackError("already_pinned");
  if (message.subtype?.startsWith("channel_")) throw new SlackError("not_pinnable");
  if (room.pins.length >= PINS_MAX) throw new SlackError("too_many_pins");
  room.pins.push({ ts: message.ts, by: user, at: seconds(workspace.clock.now()) });
  workspace.emit({ type: "pin_added", message, room, user });
  workspace.emit({ type: "message_touched", message });
  workspace.emit({ type: "room_changed", room });
}

/** Throws `no_pin`. */
export function removePin(workspace: Workspace, room: Room, message: StoredMessage, user: string): void {
  if (!room.pins.some((pin) => pin.ts === message.ts)) throw new SlackError("no_pin");
  room.pins = room.pins.filter((pin) => pin.ts !== message.ts);
  workspace.emit({ type: "pin_removed", message, room, user });
  workspace.emit({ type: "message_touched", message });
  workspace.emit({ type: "room_changed", room });
}

/** Throws `too_many_bookmarks`, `invalid_link`. */
export function addBookmark(
  workspace: Workspace,
  room: Room,
  bookmark: { title: string; type: string; link: string; emoji?: string },
): Bookmark {
  if (room.bookmarks.length >= BOOKMARKS_MAX) throw new SlackError("too_many_bookmarks");
  checkLink(bookmark.link);
  const made = { ...bookmark, id: newId("Bk"), createdMs: workspace.clock.now() };
  room.bookmarks.push(made);
  workspace.emit({ type: "room_changed", room });
  return made;
}

export function checkLink(link: string): void {
  if (!/^(https?|mailto|slack):/.test(link) || !URL.canParse(link)) throw new SlackError("invalid_link");
}
