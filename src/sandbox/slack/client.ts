import type { Act, ActResult, ClientState, Message, WorkspaceClient } from "./client-api.ts";
import { clientEvents } from "./client-events.ts";
import { channelFor, messageFor, personFor } from "./client-shapes.ts";
import { ImpossibleAct } from "./elements.ts";
import { SlackError } from "./errors.ts";
import { dismissView, submitView } from "./forms.ts";
import { type Acting, pressMessage, pressView, runShortcut, shownMessage, suggest } from "./interactions.ts";
import { addPin, addReaction, removePin, removeReaction } from "./marks.ts";
import { postMessage, repliesOf } from "./messages.ts";
import { addMember, openDirect } from "./rooms.ts";
import { runSlash } from "./slash.ts";
import { canSee, personOf, roomOf, type Workspace } from "./workspace.ts";

/** The workspace as its people use it. Every act goes to the bot over the platform's own protocol. */
export function createClient(acting: Acting): WorkspaceClient {
  const { workspace } = acting;
  return {
    state: (as) => stateFor(workspace, as),
    messages: (as, { channel, threadTs }) => messagesFor(workspace, as, channel, threadTs),
    async act(as, act) {
      try {
        personOf(workspace, as);
        return await perform(acting, as, act);
      } catch (error) {
        if (error instanceof SlackError) return { ok: false, error: error.code };
        if (error instanceof ImpossibleAct) return { ok: false, error: error.message };
        throw error;
      }
    },
    options: (as, at) => suggest(acting, as, at),
    file(id) {
      const file = workspace.files.get(id);
      return file?.complete ? { name: file.name, mimetype: file.mimetype, bytes: file.bytes } : undefined;
    },
    subscribe(as, listener) {
      return workspace.watch((change) => {
        for (const event of clientEvents(workspace, as, change)) listener(event);
      });
    },
  };
}

async function perform(acting: Acting, as: string, act: Act): Promise<ActResult> {
  const { workspace } = acting;
  switch (act.do) {
    case "send":
      return act.text.startsWith("/") ? runSlash(acting, as, act) : say(acting, as, act);
    case "press":
      return pressMessage(acting, as, act, act);
    case "press_view":
      return pressView(acting, as, act.viewId, act);
    case "submit":
      return submitView(acting, as, act.viewId, act.state);
    case "close":
      return dismissView(acting, as, act.viewId);
    case "react":
    case "unreact":
    case "pin":
    case "unpin":
      return mark(workspace, as, act);
    case "shortcut": {
      const { channel, ts, callbackId } = act;
      return runShortcut(acting, as, callbackId, channel && ts ? { channel, ts } : undefined);
    }
    case "open_home":
      workspace.emit({ type: "home_opened", user: as });
      return { ok: true };
    case "open_im":
      return { ok: true, channel: channelFor(workspace, as, openDirect(workspace, as, act.user).room) };
    case "join": {
      const room = roomOf(workspace, act.channel);
      if (room.kind !== "public") throw new SlackError("channel_not_found");
      if (!room.members.has(as)) addMember(workspace, room, as);
      return { ok: true, channel: channelFor(workspace, as, room) };
    }
    case "read": {
      const room = roomOf(workspace, act.channel);
      room.lastRead.set(as, [...room.messages.keys()].at(-1) ?? "0");
      workspace.emit({ type: "room_changed", room });
      return { ok: true };
    }
    default:
      return act satisfies never;
  }
}

function mark(
  workspace: Workspace,
  as: string,
  act: Extract<Act, { do: `${"un" | ""}${"react" | "pin"}` }>,
): ActResult {
  const { room, message } = shownMessage(workspace, as, act);
  if (room.archived) throw new SlackError("is_archived");
  switch (act.do) {
    case "react":
      addReaction(workspace, message, as, act.name);
      break;
    case "unreact":
      removeReaction(workspace, message, as, act.name);
      break;
    case "pin":
      addPin(workspace, room, message, as);
      break;
    case "unpin":
      removePin(workspace, room, message, as);
      break;
    default:
      act satisfies never;
  }
  return { ok: true };
}

function say(acting: Acting, as: string, act: { channel: string; text: string; threadTs?: string }): ActResult {
  const { workspace } = acting;
  const room = roomOf(workspace, act.channel);
  if (!room.members.has(as)) throw new SlackError("not_in_channel");
  if (act.text.trim() === "") throw new SlackError("no_text");
  const { threadTs } = act;
  const text = acting.compose(act.text, "message");
  const message = postMessage(workspace, room, { user: as, text, ...(threadTs !== undefined && { threadTs }) });
  return { ok: true, message: messageFor(workspace, message) };
}

function stateFor(workspace: Workspace, as: string): ClientState {
  const home = workspace.homes.get(as);
  return {
    team: { id: workspace.team.id, name: workspace.team.name },
    me: personFor(personOf(workspace, as)),
    people: [...workspace.people.values()].map(personFor),
    channels: [...workspace.rooms.values()]
      .filter((room) => canSee(room, as))
      .map((room) => channelFor(workspace, as, room)),
    ...(home && { home }),
    views: workspace.views.get(as) ?? [],
    commands: workspace.commands.map(({ command, description, usageHint }) => ({ command, description, usageHint })),
    shortcuts: workspace.shortcuts,
    appOnline: workspace.appOnline,
  };
}

function messagesFor(workspace: Workspace, as: string, channel: string, threadTs: string | undefined): Message[] {
  const room = workspace.rooms.get(channel);
  if (!room || !canSee(room, as)) return [];
  const root = threadTs === undefined ? undefined : room.messages.get(threadTs);
  const stored =
    threadTs === undefined
      ? [...room.messages.values()].filter((message) => !message.threadTs || message.broadcast)
      : [...(root ? [root] : []), ...repliesOf(room, threadTs)];
  const ephemeral = [...room.ephemerals.values()].filter(
    (message) => message.ephemeralTo === as && message.threadTs === threadTs,
  );
  return [...stored, ...ephemeral]
    .sort((a, b) => (a.ts < b.ts ? -1 : 1))
    .map((message) => messageFor(workspace, message));
}
