import { z } from "zod";
import { SlackError } from "../errors.ts";
import type { Room } from "../model.ts";
import * as rooms from "../rooms.ts";
import { roomShape } from "../shapes.ts";
import { personOf } from "../workspace.ts";
import { type Call, flag, idList, type Method, memberRoom, method, needFor, visibleRoom } from "./method.ts";

const MANAGE = { public: ["channels:manage"], private: ["groups:write"], im: ["im:write"] };
const TOPIC = {
  public: ["channels:write.topic", "channels:manage"],
  private: ["groups:write.topic", "groups:write"],
  im: ["im:write"],
};
const INVITE = {
  public: ["channels:write.invites", "channels:manage"],
  private: ["groups:write.invites", "groups:write"],
  im: ["im:write"],
};
const INVITED_MAX = 100;
const inChannel = z.object({ channel: z.string() });

/** Opening and shaping conversations. */
export const roomMethods: Record<string, Method> = {
  "conversations.create": method({
    tier: "tier2",
    args: z.object({ name: z.string(), is_private: flag.default(false) }),
    run(call, { name, is_private }) {
      const kind = is_private ? "private" : "public";
      call.need(MANAGE[kind]);
      const creator = call.workspace.app.userId;
      const room = rooms.createRoom(call.workspace, { name, kind, creator, members: [creator] });
      return { channel: roomShape(call.workspace, room) };
    },
  }),

  "conversations.rename": changing("tier2", MANAGE, { name: z.string() }, (call, room, { name }) => {
    rooms.renameRoom(call.workspace, room, call.workspace.app.userId, name);
    return { channel: roomShape(call.workspace, room) };
  }),

  "conversations.setTopic": changing("tier2", TOPIC, { topic: z.string() }, (call, room, { topic }) => {
    rooms.setTopic(call.workspace, room, call.workspace.app.userId, topic);
    return { channel: roomShape(call.workspace, room) };
  }),

  "conversations.setPurpose": changing("tier2", TOPIC, { purpose: z.string() }, (call, room, { purpose }) => {
    rooms.setPurpose(call.workspace, room, call.workspace.app.userId, purpose);
    return { channel: roomShape(call.workspace, room) };
  }),

  "conversations.invite": changing(
    "tier3",
    INVITE,
    { users: idList, force: flag.default(false) },
    (call, room, { users, force }) => invite(call, room, users, force),
  ),

  "conversations.kick": changing("tier3", MANAGE, { user: z.string() }, (call, room, { user }) => {
    if (user === call.workspace.app.userId) throw new SlackError("cant_kick_self");
    if (!room.members.has(user)) throw new SlackError("not_in_channel");
    rooms.removeMember(call.workspace, room, user);
    return {};
  }),

  "conversations.leave": changing("tier3", MANAGE, {}, (call, room) => {
    rooms.removeMember(call.workspace, room, call.workspace.app.userId);
    return {};
  }),

  "conversations.archive": method({
    tier: "tier2",
    args: inChannel,
    run(call, { channel }) {
      const room = memberRoom(call, channel, "read");
      needFor(call, room, MANAGE);
      rooms.archiveRoom(call.workspace, room, call.workspace.app.userId);
      return {};
    },
  }),

  "conversations.unarchive": method({
    tier: "tier2",
    args: inChannel,
    run(call, { channel }) {
      const room = memberRoom(call, channel, "read");
      needFor(call, room, MANAGE);
      rooms.unarchiveRoom(call.workspace, room, call.workspace.app.userId);
      return {};
    },
  }),

  "conversations.join": method({
    tier: "tier3",
    scopes: ["channels:join"],
    args: inChannel,
    run(call, { channel }) {
      const room = visibleRoom(call, channel);
      if (room.kind !== "public") throw new SlackError("method_not_supported_for_channel_type");
      if (room.archived) throw new SlackError("is_archived");
      const bot = call.workspace.app.userId;
      const already = room.members.has(bot);
      if (!already) rooms.addMember(call.workspace, room, bot);
      return { channel: roomShape(call.workspace, room), ...(already && { warning: "already_in_channel" }) };
    },
  }),

  "conversations.open": method({
    tier: "tier3",
    scopes: ["im:write"],
    args: z.object({ users: idList.optional(), channel: z.string().optional(), return_im: flag.optional() }),
    run(call, { users, channel, return_im }) {
      if (channel !== undefined) {
        const room = memberRoom(call, channel, "read");
        return {
          no_op: true,
          already_open: true,
          channel: return_im ? roomShape(call.workspace, room) : { id: room.id },
        };
      }
      const [user, second] = users ?? [];
      if (user === undefined) throw new SlackError("users_list_not_supplied", {}, true);
      // Conversations of three and more are not part of this workspace.
      if (second !== undefined) throw new SlackError("not_enough_users");
      const { room, isNew } = rooms.openDirect(call.workspace, call.workspace.app.userId, user);
      const shape = return_im ? roomShape(call.workspace, room) : { id: room.id };
      return { channel: shape, ...(!isNew && { no_op: true, already_open: true }) };
    },
  }),
};

/** A method that changes a room which the bot is in. */
function changing<S extends z.ZodRawShape>(
  tier: Method["tier"],
  scopes: Parameters<typeof needFor>[2],
  shape: S,
  run: (call: Call, room: Room, args: z.output<z.ZodObject<S>>) => Record<string, unknown>,
): Method {
  return method({
    tier,
    args: z.intersection(z.object({ channel: z.string() }), z.object(shape)),
    run(call, args) {
      const room = memberRoom(call, args.channel);
      if (room.kind === "im") throw new SlackError("method_not_supported_for_channel_type");
      needFor(call, room, scopes);
      return run(call, room, args);
    },
  });
}

/**
 * Without `force`, one who can't be invited fails all; with it, the others come in and `errors` names who did not.
 * Either way the answer of a partly failed invitation lists each user with a code.
 */
function invite(call: Call, room: Room, users: string[], force: boolean): Record<string, unknown> {
  const { workspace } = call;
  if (users.length === 0) throw new SlackError("no_user", {}, true);
  if (users.length > INVITED_MAX) throw new SlackError("too_many_users", {}, true);
  const errors = users.flatMap((user) => {
    const error = refusal(call, room, user);
    return error ? [{ user, ok: false, error }] : [];
  });
  const refused = new Set(errors.map(({ user }) => user));
  const welcome = users.filter((user) => !refused.has(user));
  const first = errors[0];
  if (first && (!force || welcome.length === 0)) throw new SlackError(first.error, { errors });
  for (const user of new Set(welcome)) rooms.addMember(workspace, room, user, workspace.app.userId);
  return { channel: roomShape(workspace, room), ...(errors.length > 0 && { errors }) };
}

function refusal({ workspace }: Call, room: Room, user: string): string | undefined {
  if (user === workspace.app.userId) return "cant_invite_self";
  if (!workspace.people.has(user)) return "user_not_found";
  const person = personOf(workspace, user);
  if (room.members.has(user)) return "already_in_channel";
  if (person.deactivated) return "cant_invite";
  if (person.guest) return "user_is_restricted";
  return undefined;
}
