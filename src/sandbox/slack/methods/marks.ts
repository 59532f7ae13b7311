import { z } from "zod";
import { SlackError } from "../errors.ts";
import * as marks from "../marks.ts";
import type { Room } from "../model.ts";
import { bookmarkShape, messageShape, pinShape } from "../shapes.ts";
import { messageOf } from "../workspace.ts";
import { type Method, memberRoom, method } from "./method.ts";

const BOOKMARK_TITLE_LENGTH_MAX = 250;
const pinned = z.object({ channel: z.string(), timestamp: z.string() });
const reacted = z.object({ channel: z.string(), timestamp: z.string(), name: z.string() });

/** What is stuck onto channels and messages: pins, reactions, bookmarks. */
export const markMethods: Record<string, Method> = {
  "pins.add": method({
    tier: "tier2",
    scopes: ["pins:write"],
    args: pinned,
    run(call, { channel, timestamp }) {
      const room = memberRoom(call, channel);
      marks.addPin(call.workspace, room, messageOf(room, timestamp), call.workspace.app.userId);
      return {};
    },
  }),

  "pins.remove": method({
    tier: "tier2",
    scopes: ["pins:write"],
    args: pinned,
    run(call, { channel, timestamp }) {
      const room = memberRoom(call, channel);
      marks.removePin(call.workspace, room, messageOf(room, timestamp), call.workspace.app.userId);
      return {};
    },
  }),

  "pins.list": method({
    tier: "tier2",
    scopes: ["pins:read"],
    args: z.object({ channel: z.string() }),
    run(call, { channel }) {
      const room = memberRoom(call, channel, "read");
      return { items: room.pins.map(({ ts }) => pinShape(call.workspace, room, messageOf(room, ts))) };
    },
  }),

  "reactions.add": method({
    tier: "tier3",
    scopes: ["reactions:write"],
    args: reacted,
    run(call, { channel, timestamp, name }) {
      const message = messageOf(memberRoom(call, channel), timestamp);
      marks.addReaction(call.workspace, message, call.workspace.app.userId, name);
      return {};
    },
  }),

  "reactions.remove": method({
    tier: "tier2",
    scopes: ["reactions:write"],
    args: reacted,
    run(call, { channel, timestamp, name }) {
      const message = messageOf(memberRoom(call, channel), timestamp);
      marks.removeReaction(call.workspace, message, call.workspace.app.userId, name);
      return {};
    },
  }),

  "reactions.get": method({
    tier: "tier3",
    scopes: ["reactions:read"],
    args: pinned,
    run(call, { channel, timestamp }) {
      const message = messageOf(memberRoom(call, channel, "read"), timestamp);
      return { type: "message", channel, message: messageShape(call.workspace, message) };
    },
  }),

  "bookmarks.add": method({
    tier: "tier2",
    scopes: ["bookmarks:write"],
    args: z.object({
      channel_id: z.string(),
      title: z.string().min(1).max(BOOKMARK_TITLE_LENGTH_MAX),
      type: z.string(),
      link: z.string().default(""),
      emoji: z.string().optional(),
    }),
    run(call, { channel_id, ...bookmark }) {
      const room = memberRoom(call, channel_id);
      if (bookmark.type !== "link") throw new SlackError("invalid_bookmark_type", {}, true);
      return { bookmark: bookmarkShape(room, marks.addBookmark(call.workspace, room, bookmark)) };
    },
  }),

  "bookmarks.edit": method({
    tier: "tier2",
    scopes: ["bookmarks:write"],
    args: z.object({
      channel_id: z.string(),
      bookmark_id: z.string(),
      title: z.string().min(1).max(BOOKMARK_TITLE_LENGTH_MAX).optional(),
      link: z.string().optional(),
      emoji: z.string().optional(),
    }),
    run(call, { channel_id, bookmark_id, title, link, emoji }) {
      const room = memberRoom(call, channel_id);
      const bookmark = bookmarkOf(room, bookmark_id);
      if (link !== undefined) marks.checkLink(link);
      Object.assign(bookmark, { ...(title && { title }), ...(link && { link }), ...(emoji && { emoji }) });
      call.workspace.emit({ type: "room_changed", room });
      return { bookmark: bookmarkShape(room, bookmark) };
    },
  }),

  "bookmarks.list": method({
    tier: "tier3",
    scopes: ["bookmarks:read"],
    args: z.object({ channel_id: z.string() }),
    run(call, { channel_id }) {
      const room = memberRoom(call, channel_id, "read");
      return { bookmarks: room.bookmarks.map((bookmark) => bookmarkShape(room, bookmark)) };
    },
  }),

  "bookmarks.remove": method({
    tier: "tier2",
    scopes: ["bookmarks:write"],
    args: z.object({ channel_id: z.string(), bookmark_id: z.string() }),
    run(call, { channel_id, bookmark_id }) {
      const room = memberRoom(call, channel_id);
      const bookmark = bookmarkOf(room, bookmark_id);
      room.bookmarks = room.bookmarks.filter((each) => each !== bookmark);
      call.workspace.emit({ type: "room_changed", room });
      return {};
    },
  }),
};

function bookmarkOf(room: Room, id: string): Room["bookmarks"][number] {
  const bookmark = room.bookmarks.find((each) => each.id === id);
  if (!bookmark) throw new SlackError("not_found");
  return bookmark;
}
