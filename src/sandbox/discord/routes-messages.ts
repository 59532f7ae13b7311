import { fail } from "./errors.ts";
import { type Channel, channelTypes, type Message } from "./model.ts";
import { bits, may } from "./permissions.ts";
import type { Asked, RouteTable } from "./routes.ts";
import { visible } from "./routes-channels.ts";
import { messageShape } from "./shapes.ts";
import { addMessage, type World } from "./world.ts";
import { createMessage, editMessage, messageIn } from "./writing.ts";

const PINS_MAX = 250;
const PAGE_MAX = 100;

export const messageRoutes: RouteTable = {
  "GET /channels/:channel/messages": (asked) => {
    const { world } = asked.scene;
    const channel = readable(asked);
    const limit = Number(asked.query.get("limit") ?? 50);
    if (!(limit >= 1 && limit <= PAGE_MAX))
      throw fail.refused(["limit"], "NUMBER_TYPE_MAX", "Value should be 1 to 100.");
    const before = asked.query.get("before");
    const list = [...channel.messages.values()]
      .filter(
        (message) => message.ephemeralTo === undefined && (before === null || BigInt(message.id) < BigInt(before)),
      )
      .reverse();
    return list.slice(0, limit).map((message) => read(world, message));
  },
  "POST /channels/:channel/messages": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    writable(world, channel, asked.incoming.files.length > 0);
    return messageShape(world, createMessage(world, channel, asked.incoming, { authorId: world.botId }));
  },
  "GET /channels/:channel/messages/:message": (asked) =>
    read(asked.scene.world, messageIn(readable(asked), asked.params.message)),
  "PATCH /channels/:channel/messages/:message": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const message = messageIn(channel, asked.params.message);
    if (message.authorId !== world.botId) throw fail.notOurs();
    if (channel.thread?.archived === true) throw fail.archivedThread();
    return messageShape(world, editMessage(world, message, asked.incoming));
  },
  "DELETE /channels/:channel/messages/:message": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const message = messageIn(channel, asked.params.message);
    if (message.authorId !== world.botId && !may(world, world.botId, channel, bits.manageMessages))
      throw fail.missingPermissions();
    channel.messages.delete(message.id);
    world.emit({ type: "message_deleted", message });
    return undefined;
  },
  "PUT /channels/:channel/messages/:message/reactions/:emoji/@me": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const message = messageIn(channel, asked.params.message);
    if (!may(world, world.botId, channel, bits.addReactions)) throw fail.missingPermissions();
    react(world, message, world.botId, asked.params.emoji ?? "", true);
    return undefined;
  },
  "DELETE /channels/:channel/messages/:message/reactions/:emoji/@me": (asked) => {
    const { world } = asked.scene;
    react(world, messageIn(visible(asked), asked.params.message), world.botId, asked.params.emoji ?? "", false);
    return undefined;
  },
  "PUT /channels/:channel/messages/pins/:message": (asked) => pin(asked),
  "PUT /channels/:channel/pins/:message": (asked) => pin(asked),
  "DELETE /channels/:channel/messages/pins/:message": (asked) => unpin(asked),
  "DELETE /channels/:channel/pins/:message": (asked) => unpin(asked),
  "GET /channels/:channel/messages/pins": (asked) => {
    const { world } = asked.scene;
    const channel = readable(asked);
    const items = channel.pins.flatMap((id) => {
      const message = channel.messages.get(id);
      return message ? [{ pinned_at: new Date(message.at).toISOString(), message: read(world, message) }] : [];
    });
    return { items, has_more: false };
  },
  "POST /channels/:channel/typing": (asked) => {
    visible(asked);
    return undefined;
  },
};

/** Puts a person's reaction on a message, or takes it off. No news when it is so already. */
export function react(world: World, message: Message, userId: string, emoji: string, on: boolean): void {
  const users = message.reactions.get(emoji) ?? new Set<string>();
  if (users.has(userId) === on) return;
  if (on) users.add(userId);
  else users.delete(userId);
  if (users.size > 0) message.reactions.set(emoji, users);
  else message.reactions.delete(emoji);
  world.emit({ type: on ? "reaction_added" : "reaction_removed", message, userId, emoji });
}

function pin(asked: Asked): undefined {
  const { world } = asked.scene;
  const channel = visible(asked);
  const message = messageIn(channel, asked.params.message);
  if (!may(world, world.botId, channel, bits.pinMessages)) throw fail.missingPermissions();
  if (message.pinned) return undefined;
  if (channel.pins.length >= PINS_MAX) throw fail.tooManyPins();
  message.pinned = true;
  channel.pins.push(message.id);
  addMessage(world, channel, { authorId: world.botId, type: 6, replyTo: message.id });
  world.emit({ type: "pins_updated", channel });
  return undefined;
}

function unpin(asked: Asked): undefined {
  const { world } = asked.scene;
  const channel = visible(asked);
  const message = messageIn(channel, asked.params.message);
  if (!may(world, world.botId, channel, bits.pinMessages)) throw fail.missingPermissions();
  message.pinned = false;
  channel.pins = channel.pins.filter((id) => id !== message.id);
  world.emit({ type: "pins_updated", channel });
  return undefined;
}

/** Without the Message Content intent, other people's words are empty here, too. */
function read(world: World, message: Message): object {
  return messageShape(world, message, { withContent: false });
}

function readable(asked: Asked): Channel {
  const { world } = asked.scene;
  const channel = visible(asked);
  if (!may(world, world.botId, channel, bits.readHistory)) throw fail.missingAccess();
  return channel;
}

function writable(world: World, channel: Channel, withFiles: boolean): void {
  if (channel.type === channelTypes.dm) {
    const other = channel.recipients.find((id) => id !== world.botId);
    if (world.people.get(other ?? "")?.closedDms !== false) throw fail.closedDms();
    return;
  }
  const { thread } = channel;
  if (thread?.locked === true && !may(world, world.botId, channel, bits.manageThreads)) throw fail.lockedThread();
  if (thread?.archived === true) throw fail.archivedThread();
  const needed = thread === undefined ? bits.sendMessages : bits.sendInThreads;
  if (!may(world, world.botId, channel, needed)) throw fail.missingPermissions();
  if (withFiles && !may(world, world.botId, channel, bits.attachFiles)) throw fail.missingPermissions();
}
