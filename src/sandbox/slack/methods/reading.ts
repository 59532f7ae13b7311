import { z } from "zod";
import { SlackError } from "../errors.ts";
import { repliesOf } from "../messages.ts";
import type { Room, StoredMessage } from "../model.ts";
import { messageShape, roomShape } from "../shapes.ts";
import { canSee } from "../workspace.ts";
import {
  type Call,
  count,
  flag,
  idList,
  type Method,
  memberRoom,
  method,
  needFor,
  page,
  visibleRoom,
} from "./method.ts";

const READ = { public: ["channels:read"], private: ["groups:read"], im: ["im:read"] };
const HISTORY = { public: ["channels:history"], private: ["groups:history"], im: ["im:history"] };
const PAGE_LENGTH_MAX = 1000;

const span = {
  channel: z.string(),
  cursor: z.string().optional(),
  limit: count.default(100),
  oldest: z.string().default("0"),
  latest: z.string().optional(),
  inclusive: flag.default(false),
  include_all_metadata: flag.default(false),
};

/** Reading conversations. */
export const readingMethods: Record<string, Method> = {
  "conversations.info": method({
    tier: "tier3",
    args: z.object({ channel: z.string(), include_num_members: flag.optional() }),
    run(call, { channel }) {
      const room = visibleRoom(call, channel);
      needFor(call, room, READ);
      return { channel: roomShape(call.workspace, room) };
    },
  }),

  "conversations.list": method({
    tier: "tier2",
    args: z.object({
      types: idList.default(["public_channel"]),
      exclude_archived: flag.default(false),
      cursor: z.string().optional(),
      limit: count.default(100),
    }),
    run(call, { types, exclude_archived, cursor, limit }) {
      const kinds = new Set(types.map(kindOf));
      for (const kind of kinds) call.need(READ[kind]);
      const rooms = [...call.workspace.rooms.values()].filter(
        (room) =>
          kinds.has(room.kind) && canSee(room, call.workspace.app.userId) && !(exclude_archived && room.archived),
      );
      const { items, next } = page(rooms, cursor, Math.min(limit, PAGE_LENGTH_MAX));
      return {
        channels: items.map((room) => roomShape(call.workspace, room)),
        response_metadata: { next_cursor: next },
      };
    },
  }),

  "conversations.members": method({
    tier: "tier4",
    args: z.object({ channel: z.string(), cursor: z.string().optional(), limit: count.default(100) }),
    run(call, { channel, cursor, limit }) {
      const room = visibleRoom(call, channel);
      needFor(call, room, READ);
      const { items, next } = page([...room.members], cursor, Math.min(limit, PAGE_LENGTH_MAX));
      return { members: items, response_metadata: { next_cursor: next } };
    },
  }),

  "conversations.history": method({
    tier: "tier3",
    args: z.object(span),
    run(call, args) {
      const room = memberRoom(call, args.channel, "read");
      needFor(call, room, HISTORY);
      const top = [...room.messages.values()].filter((message) => !message.threadTs || message.broadcast);
      return {
        ...slice(call, within(top, args).reverse(), args),
        pin_count: room.pins.length,
      };
    },
  }),

  "conversations.replies": method({
    tier: "tier3",
    args: z.object({ ...span, ts: z.string() }),
    run(call, args) {
      const room = memberRoom(call, args.channel, "read");
      needFor(call, room, HISTORY);
      const message = room.messages.get(args.ts);
      if (!message) throw new SlackError("thread_not_found");
      // Asked by the ts of a reply, Slack answers with that reply alone.
      const thread = message.threadTs === undefined ? [message, ...repliesOf(room, args.ts)] : [message];
      const [root, ...replies] = thread;
      const kept = within(replies, args);
      return slice(call, root ? [root, ...kept] : kept, args);
    },
  }),
};

function kindOf(type: string): Room["kind"] {
  if (type === "public_channel") return "public";
  if (type === "private_channel") return "private";
  if (type === "im") return "im";
  throw new SlackError("invalid_types", {}, true);
}

/** Timestamps are compared as text: they are all of one length, and a float would blur them. */
function within(
  messages: StoredMessage[],
  { oldest, latest, inclusive }: { oldest: string; latest?: string; inclusive: boolean },
): StoredMessage[] {
  const after = (ts: string) => (inclusive ? ts >= oldest : ts > oldest);
  const before = (ts: string) => latest === undefined || (inclusive ? ts <= latest : ts < latest);
  return messages.filter(({ ts }) => after(ts) && before(ts));
}

function slice(
  call: Call,
  messages: StoredMessage[],
  { cursor, limit, include_all_metadata }: { cursor?: string; limit: number; include_all_metadata: boolean },
): Record<string, unknown> {
  const { items, next } = page(messages, cursor, Math.min(limit, PAGE_LENGTH_MAX));
  return {
    messages: items.map((message) => messageShape(call.workspace, message, include_all_metadata)),
    has_more: next !== "",
    response_metadata: { next_cursor: next },
  };
}
