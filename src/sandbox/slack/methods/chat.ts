import { z } from "zod";
import { SlackError } from "../errors.ts";
import { deleteMessage, editMessage, permalinkOf, postEphemeral, postMessage } from "../messages.ts";
import type { Room } from "../model.ts";
import { openDirect } from "../rooms.ts";
import { messageShape } from "../shapes.ts";
import { canSee, messageOf, newId, personOf, seconds } from "../workspace.ts";
import { type Content, contentArgs, contentOf } from "./content.ts";
import { type Call, count, flag, type Method, memberRoom, method, visibleRoom } from "./method.ts";

const UPDATE_TEXT_LENGTH_MAX = 4000;
const SCHEDULE_AHEAD_S_MAX = 120 * 24 * 3600;
const addressed = z.object({ channel: z.string(), ts: z.string() });

export const chatMethods: Record<string, Method> = {
  "chat.postMessage": method({
    tier: "posting",
    scopes: ["chat:write"],
    args: z.object({
      ...contentArgs,
      channel: z.string(),
      thread_ts: z.string().optional(),
      reply_broadcast: flag.optional(),
    }),
    run(call, args) {
      const room = postingRoom(call, args.channel);
      const message = postMessage(call.workspace, room, draftOf(call, contentOf(call, args), args));
      return { channel: room.id, ts: message.ts, message: messageShape(call.workspace, message, true) };
    },
  }),

  "chat.postEphemeral": method({
    tier: "tier4",
    scopes: ["chat:write"],
    args: z.object({ ...contentArgs, channel: z.string(), user: z.string(), thread_ts: z.string().optional() }),
    run(call, args) {
      const room = postingRoom(call, args.channel);
      if (!room.members.has(personOf(call.workspace, args.user).id)) throw new SlackError("user_not_in_channel");
      const draft = draftOf(call, contentOf(call, args), args);
      return { message_ts: postEphemeral(call.workspace, room, args.user, draft).ts };
    },
  }),

  "chat.update": method({
    tier: "tier3",
    scopes: ["chat:write"],
    args: z.object({ ...contentArgs, channel: z.string(), ts: z.string() }),
    run(call, args) {
      const room = ownRoom(call, args.channel);
      const message = messageOf(room, args.ts);
      if (!message.fromApp) throw new SlackError("cant_update_message");
      if ((args.text ?? "").length > UPDATE_TEXT_LENGTH_MAX) throw new SlackError("msg_too_long", {}, true);
      const content = contentOf(call, args);
      const changed = editMessage(call.workspace, room, args.ts, { ...content, by: call.workspace.app.userId });
      const shape = messageShape(call.workspace, changed, true);
      return { channel: room.id, ts: args.ts, text: changed.text, message: shape };
    },
  }),

  "chat.delete": method({
    tier: "tier3",
    scopes: ["chat:write"],
    args: addressed,
    run(call, { channel, ts }) {
      const room = ownRoom(call, channel);
      if (!messageOf(room, ts).fromApp) throw new SlackError("cant_delete_message");
      deleteMessage(call.workspace, room, ts);
      return { channel, ts };
    },
  }),

  "chat.getPermalink": method({
    tier: "special",
    args: z.object({ channel: z.string(), message_ts: z.string() }),
    run(call, { channel, message_ts }) {
      const message = messageOf(visibleRoom(call, channel), message_ts);
      return { channel, permalink: permalinkOf(call.workspace, message) };
    },
  }),

  "chat.scheduleMessage": method({
    tier: "tier3",
    scopes: ["chat:write"],
    args: z.object({ ...contentArgs, channel: z.string(), post_at: count, thread_ts: z.string().optional() }),
    run(call, args) {
      const { workspace } = call;
      const room = postingRoom(call, args.channel);
      const waitS = args.post_at - seconds(workspace.clock.now());
      if (waitS <= 0) throw new SlackError("time_in_past");
      if (waitS > SCHEDULE_AHEAD_S_MAX) throw new SlackError("time_too_far");
      const draft = draftOf(call, contentOf(call, args), args);
      // A room that is archived by then gets no message; Slack tells nobody either.
      workspace.clock.after(waitS * 1000, () => {
        if (!room.archived) postMessage(workspace, room, draft);
      });
      return { channel: room.id, scheduled_message_id: newId("Q"), post_at: args.post_at };
    },
  }),
};

/** Where a message may go: a channel, a channel's name, or a person, who then gets a direct message. */
function postingRoom(call: Call, channel: string): Room {
  const { workspace } = call;
  const bot = workspace.app.userId;
  if (workspace.people.has(channel)) return openDirect(workspace, bot, channel).room;
  const name = channel.replace(/^#/, "");
  const named = [...workspace.rooms.values()].find((room) => room.kind !== "im" && room.name === name);
  const room = workspace.rooms.get(channel) ?? named;
  if (!room || !canSee(room, bot)) throw new SlackError("channel_not_found");
  if (room.archived) throw new SlackError("is_archived");
  if (!room.members.has(bot) && !call.granted("chat:write.public")) throw new SlackError("not_in_channel");
  return room;
}

/** The bot may also edit what it posted to a public channel without joining it. */
function ownRoom(call: Call, channel: string): Room {
  const room = visibleRoom(call, channel);
  return room.kind === "public" && !room.archived ? room : memberRoom(call, channel);
}

function draftOf(call: Call, content: Content, args: { thread_ts?: string; reply_broadcast?: boolean }) {
  return {
    ...content,
    text: content.text ?? "",
    user: call.workspace.app.userId,
    fromApp: true,
    ...(args.thread_ts && { threadTs: args.thread_ts }),
    ...(args.thread_ts && args.reply_broadcast && { broadcast: true }),
  };
}
