import { randomBytes } from "node:crypto";
import type { Road } from "./delivery.ts";
import type { Fields } from "./json.ts";
import type { Change, Room, StoredMessage } from "./model.ts";
import { messageShape, pinShape } from "./shapes.ts";
import type { Outcome } from "./traffic.ts";
import { newId, seconds, type Workspace } from "./workspace.ts";

/** What an app hears of when its manifest says nothing else. */
export const DEFAULT_EVENTS: readonly string[] = [
  "app_home_opened",
  "app_mention",
  "channel_archive",
  "group_archive",
  "member_joined_channel",
  "message.im",
  "pin_added",
  "reaction_added",
  "reaction_removed",
];

/** Slack tries again at once, after a minute and after five. */
const RETRY_AFTER_MS = [0, 60_000, 300_000];

/** Tells the bot what happens, as far as it subscribed to it and is there to see it. */
export function startEvents(workspace: Workspace, road: Road, subscribed: ReadonlySet<string>): void {
  workspace.watch((change) => {
    for (const { name, event } of eventsOf(workspace, change)) {
      if (subscribed.has(name)) void deliverEvent(workspace, road, eventBody(workspace, event));
    }
  });
}

/** The callback around an event. `event_id` stays the same at redelivery. */
export function eventBody(workspace: Workspace, event: Fields): Fields {
  const { team, app } = workspace;
  return {
    token: "sandbox",
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: app.id,
    event,
    type: "event_callback",
    event_id: newId("Ev"),
    event_time: seconds(workspace.clock.now()),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.userId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: `4-${randomBytes(24).toString("base64url")}`,
  };
}

async function deliverEvent(workspace: Workspace, road: Road, body: Fields): Promise<void> {
  let outcome = await road.deliver("events_api", body);
  for (const [index, waitMs] of RETRY_AFTER_MS.entries()) {
    if (outcome.kind === "acked") return;
    const reason = reasonOf(outcome);
    if (waitMs > 0) await new Promise<void>((resolve) => void workspace.clock.after(waitMs, resolve));
    outcome = await road.deliver("events_api", body, { attempt: index + 1, reason });
  }
}

function reasonOf(outcome: Exclude<Outcome, { kind: "acked" }>): string {
  switch (outcome.kind) {
    case "timeout":
      return "timeout";
    case "unreachable":
      return "connection_failed";
    case "http_error":
      return "http_error";
    default:
      return outcome satisfies never;
  }
}

/** A change as events, each with the name that an app subscribes to. */
function* eventsOf(workspace: Workspace, change: Change): Generator<{ name: string; event: Fields }> {
  const bot = workspace.app.userId;
  const event_ts = () => workspace.nextTs();
  switch (change.type) {
    case "message_posted":
    case "message_changed":
    case "message_deleted":
      yield* messageEvents(workspace, change);
      return;
    case "reaction_added":
    case "reaction_removed": {
      const { message, user, name, type } = change;
      if (!workspace.rooms.get(message.channel)?.members.has(bot)) return;
      const item = { type: "message", channel: message.channel, ts: message.ts };
      const event = { type, user, reaction: name, item, item_user: message.user, event_ts: event_ts() };
      return yield { name: type, event };
    }
    case "pin_added":
    case "pin_removed":
      if (change.room.members.has(bot)) yield { name: change.type, event: pinEvent(workspace, change) };
      return;
    case "member_joined": {
      const { room, user, inviter } = change;
      if (!room.members.has(bot)) return;
      const event = {
        type: "member_joined_channel",
        user,
        channel: room.id,
        channel_type: room.kind === "private" ? "G" : "C",
        team: workspace.team.id,
        ...(inviter && { inviter }),
        event_ts: event_ts(),
      };
      return yield { name: "member_joined_channel", event };
    }
    case "member_left": {
      const { room, user } = change;
      if (!room.members.has(bot)) return;
      const type = "member_left_channel";
      return yield {
        name: type,
        event: { type, user, channel: room.id, team: workspace.team.id, event_ts: event_ts() },
      };
    }
    case "room_archived":
    case "room_unarchived": {
      const { room, by } = change;
      if (!room.members.has(bot)) return;
      const verb = change.type === "room_archived" ? "archive" : "unarchive";
      const type = `${room.kind === "private" ? "group" : "channel"}_${verb}`;
      return yield { name: type, event: { type, channel: room.id, user: by, event_ts: event_ts() } };
    }
    case "home_opened": {
      const view = workspace.homes.get(change.user);
      const direct = [...workspace.rooms.values()].find(
        (room) => room.kind === "im" && room.members.has(change.user) && room.members.has(bot),
      );
      const event = {
        type: "app_home_opened",
        user: change.user,
        channel: direct?.id ?? "",
        tab: "home",
        ...(view && { view }),
        event_ts: event_ts(),
      };
      return yield { name: "app_home_opened", event };
    }
    case "message_touched":
    case "ephemeral_posted":
    case "ephemeral_deleted":
    case "room_changed":
    case "room_created":
    case "room_renamed":
    case "views_changed":
    case "home_published":
    case "notice":
    case "presence":
    case "person_changed":
    case "traffic":
      return;
    default:
      change satisfies never;
  }
}

function* messageEvents(
  workspace: Workspace,
  change: Extract<Change, { message: StoredMessage; type: `message_${"posted" | "changed" | "deleted"}` }>,
): Generator<{ name: string; event: Fields }> {
  const { message } = change;
  const room = workspace.rooms.get(message.channel);
  const bot = workspace.app.userId;
  if (!room?.members.has(bot)) return;
  const channel_type = { public: "channel", private: "group", im: "im" }[room.kind];
  const name = `message.${{ public: "channels", private: "groups", im: "im" }[room.kind]}`;
  yield { name, event: { ...messageEvent(workspace, room, change), channel_type } };
  const isMention = change.type === "message_posted" && message.text.includes(`<@${bot}`) && !message.subtype;
  if (isMention && room.kind !== "im") {
    const event = { ...messageShape(workspace, message), type: "app_mention", channel: room.id, event_ts: message.ts };
    yield { name: "app_mention", event };
  }
}

function messageEvent(
  workspace: Workspace,
  room: Room,
  change: Extract<Change, { message: StoredMessage; type: `message_${"posted" | "changed" | "deleted"}` }>,
): Fields {
  const { message, type } = change;
  if (type === "message_posted") {
    const subtype = message.files.length > 0 && !message.subtype ? { subtype: "file_share" } : {};
    return { ...messageShape(workspace, message, true), ...subtype, channel: room.id, event_ts: message.ts };
  }
  const ts = workspace.nextTs();
  const common = { type: "message", subtype: type, hidden: true, channel: room.id, ts, event_ts: ts };
  if (type === "message_deleted") {
    return { ...common, deleted_ts: message.ts, previous_message: messageShape(workspace, message) };
  }
  const previous_message = messageShape(workspace, change.previous);
  return { ...common, message: messageShape(workspace, message, true), previous_message };
}

function pinEvent(workspace: Workspace, change: Extract<Change, { type: `pin_${string}` }>): Fields {
  const { room, message, user, type } = change;
  return {
    type,
    user,
    channel_id: room.id,
    item: pinShape(workspace, room, message),
    item_user: message.user,
    pin_count: room.pins.length,
    pinned_info: { channel: room.id, pinned_by: user, pinned_ts: seconds(workspace.clock.now()) },
    ...(type === "pin_removed" && { has_pins: room.pins.length > 0 }),
    event_ts: workspace.nextTs(),
  };
}
