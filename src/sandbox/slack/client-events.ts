import type { ClientEvent } from "./client-api.ts";
import { channelFor, messageFor } from "./client-shapes.ts";
import type { Change, StoredMessage } from "./model.ts";
import { canSee, type Workspace } from "./workspace.ts";

/** What one person's client hears of a change. */
export function* clientEvents(workspace: Workspace, as: string, change: Change): Generator<ClientEvent> {
  switch (change.type) {
    case "message_posted":
      if (!sees(workspace, as, change.message)) return;
      yield { type: "message", message: messageFor(workspace, change.message) };
      return yield* channelNews(workspace, as, change.message.channel);
    case "message_changed":
    case "message_touched":
      if (!sees(workspace, as, change.message)) return;
      return yield { type: "message_changed", message: messageFor(workspace, change.message) };
    case "message_deleted": {
      const { channel, ts } = change.message;
      if (sees(workspace, as, change.message)) yield { type: "message_deleted", channel, ts };
      return;
    }
    case "ephemeral_posted":
      if (change.message.ephemeralTo !== as) return;
      return yield { type: "ephemeral", message: messageFor(workspace, change.message) };
    case "ephemeral_deleted": {
      const { channel, ts, ephemeralTo } = change.message;
      if (ephemeralTo === as) yield { type: "ephemeral_deleted", channel, ts };
      return;
    }
    case "room_created":
    case "room_changed":
    case "member_joined":
      return yield* channelNews(workspace, as, change.room.id);
    case "member_left":
      // The one who left hears of it too, though a private room is out of sight by now.
      if (change.user === as) return yield { type: "channel", channel: channelFor(workspace, as, change.room) };
      return yield* channelNews(workspace, as, change.room.id);
    case "views_changed":
      if (change.user === as) yield { type: "views", views: workspace.views.get(as) ?? [] };
      return;
    case "home_published":
      if (change.user === as) yield { type: "home", home: change.view };
      return;
    case "notice":
      if (change.user === as) yield { type: "notice", channel: change.channel, text: change.text };
      return;
    case "presence":
      return yield { type: "presence", appOnline: change.appOnline };
    case "reaction_added":
    case "reaction_removed":
    case "pin_added":
    case "pin_removed":
    case "room_archived":
    case "room_unarchived":
    case "room_renamed":
    case "home_opened":
    case "person_changed":
    case "traffic":
      return;
    default:
      change satisfies never;
  }
}

function* channelNews(workspace: Workspace, as: string, id: string): Generator<ClientEvent> {
  const room = workspace.rooms.get(id);
  if (room && canSee(room, as)) yield { type: "channel", channel: channelFor(workspace, as, room) };
}

function sees(workspace: Workspace, as: string, message: StoredMessage): boolean {
  const room = workspace.rooms.get(message.channel);
  return room !== undefined && canSee(room, as);
}
