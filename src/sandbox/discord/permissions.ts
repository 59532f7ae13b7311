import type { Channel } from "./model.ts";
import { channelTypes } from "./model.ts";
import type { World } from "./world.ts";

export const bits = {
  administrator: 1n << 3n,
  manageChannels: 1n << 4n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  manageMessages: 1n << 13n,
  embedLinks: 1n << 14n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  manageRoles: 1n << 28n,
  useCommands: 1n << 31n,
  manageThreads: 1n << 34n,
  createPublicThreads: 1n << 35n,
  createPrivateThreads: 1n << 36n,
  sendInThreads: 1n << 38n,
  pinMessages: 1n << 51n,
} as const;

export const everything = Object.values(bits).reduce((all, bit) => all | bit, 0n);

/** What a role of everybody allows in a new server. */
export const everybody =
  bits.viewChannel |
  bits.sendMessages |
  bits.readHistory |
  bits.addReactions |
  bits.embedLinks |
  bits.attachFiles |
  bits.useCommands |
  bits.createPublicThreads |
  bits.sendInThreads;

/**
 * What a person may do in a channel: `@everyone` and roles, then the channel's overwrites for `@everyone`, for roles and
 * for the member. Administrators may do everything. A thread has its parent's.
 */
export function permissionsIn(world: World, personId: string, channel: Channel | undefined): bigint {
  const { guild, roles } = world;
  if (channel?.type === channelTypes.dm) return channel.recipients.includes(personId) ? everything : 0n;
  const person = world.people.get(personId);
  if (person === undefined) return 0n;
  if (personId === guild.ownerId) return everything;
  let allowed = [guild.id, ...person.roles].reduce((sum, id) => sum | (roles.get(id)?.permissions ?? 0n), 0n);
  if ((allowed & bits.administrator) !== 0n) return everything;
  const place = channel?.thread === undefined ? channel : world.channels.get(channel.parentId ?? "");
  if (place === undefined) return allowed;
  const ofEverybody = place.overwrites.find(({ id }) => id === guild.id);
  if (ofEverybody !== undefined) allowed = (allowed & ~ofEverybody.deny) | ofEverybody.allow;
  const ofRoles = place.overwrites.filter(({ id, type }) => type === 0 && id !== guild.id && person.roles.includes(id));
  allowed &= ~ofRoles.reduce((sum, { deny }) => sum | deny, 0n);
  allowed |= ofRoles.reduce((sum, { allow }) => sum | allow, 0n);
  const own = place.overwrites.find(({ id, type }) => type === 1 && id === personId);
  if (own !== undefined) allowed = (allowed & ~own.deny) | own.allow;
  // Without seeing a channel nothing can be done in it.
  return (allowed & bits.viewChannel) === 0n ? 0n : allowed;
}

export function may(world: World, personId: string, channel: Channel | undefined, bit: bigint): boolean {
  return (permissionsIn(world, personId, channel) & bit) === bit;
}
