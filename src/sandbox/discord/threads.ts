import { fail } from "./errors.ts";
import { type Channel, channelTypes, HAS_THREAD } from "./model.ts";
import { keepAwake, newChannel, type World } from "./world.ts";

const ACTIVE_MAX = 1_000;
const MEMBERS_MAX = 1_000;

/** Opens a thread, which hangs on a message where it has that message's id. */
export function openThread(
  world: World,
  parent: Channel,
  thread: { id: string; type: number; name: string; ownerId: string; autoArchiveMinutes: number },
): Channel {
  const { id, type, name, ownerId, autoArchiveMinutes } = thread;
  if (parent.type !== channelTypes.text) throw fail.wrongChannelType();
  const active = [...world.channels.values()].filter((channel) => channel.thread?.archived === false);
  if (active.length >= ACTIVE_MAX) throw fail.tooManyThreads();
  const at = new Date(world.now()).toISOString();
  const channel = newChannel(world, {
    id,
    type,
    name,
    parentId: parent.id,
    thread: {
      ownerId,
      archived: false,
      locked: false,
      autoArchiveMinutes,
      archivedAt: at,
      createdAt: at,
      members: new Set([ownerId]),
    },
  });
  const starter = parent.messages.get(id);
  if (starter !== undefined) starter.flags |= HAS_THREAD;
  world.emit({ type: "thread_created", channel });
  keepAwake(world, channel);
  return channel;
}

export interface ThreadChange {
  archived?: boolean | undefined;
  locked?: boolean | undefined;
  autoArchiveMinutes?: number | undefined;
  name?: string | undefined;
}

/** Archives, wakes, locks or renames a thread. */
export function changeThread(world: World, channel: Channel, change: ThreadChange): void {
  const { thread } = channel;
  if (thread === undefined) throw fail.wrongChannelType();
  if (change.name !== undefined) channel.name = change.name;
  if (change.archived !== undefined && change.archived !== thread.archived) {
    thread.archived = change.archived;
    thread.archivedAt = new Date(world.now()).toISOString();
  }
  if (change.locked !== undefined) thread.locked = change.locked;
  if (change.autoArchiveMinutes !== undefined) thread.autoArchiveMinutes = change.autoArchiveMinutes;
  keepAwake(world, channel);
  world.emit({ type: "thread_updated", channel });
}

/** Puts a person into a thread. No news when they are in it. */
export function joinThread(world: World, channel: Channel, person: string): void {
  const members = channel.thread?.members;
  if (members === undefined) throw fail.wrongChannelType();
  if (members.has(person)) return;
  if (members.size >= MEMBERS_MAX) throw fail.tooManyThreadMembers();
  members.add(person);
  world.emit({ type: "thread_members", channel, added: [person], removed: [] });
}

export function leaveThread(world: World, channel: Channel, person: string): void {
  if (channel.thread === undefined) throw fail.wrongChannelType();
  if (channel.thread.members.delete(person))
    world.emit({ type: "thread_members", channel, added: [], removed: [person] });
}

/** Deletes a channel and what is in it: its threads, or a category's hold on its channels. */
export function removeChannel(world: World, channel: Channel): void {
  for (const child of [...world.channels.values()].filter(({ parentId }) => parentId === channel.id)) {
    if (child.thread !== undefined) removeChannel(world, child);
    else {
      child.parentId = null;
      world.emit({ type: "channel_updated", channel: child });
    }
  }
  world.channels.delete(channel.id);
  world.emit({ type: channel.thread === undefined ? "channel_deleted" : "thread_deleted", channel });
}
