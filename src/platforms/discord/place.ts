import type { Place, UserRef } from "../../chat/platform.ts";

/**
 * Places on Discord: `discord:GUILD/CHANNEL`, `discord:GUILD/CHANNEL/MESSAGE`, and for a message in a thread
 * `discord:GUILD/CHANNEL/THREAD.MESSAGE`, so that a thread lies in its channel. A thread has the id of the message that
 * it hangs on.
 */
export interface DiscordPlace {
  guild: string;
  channel: string;
  thread?: string;
  message?: string;
}

export function placeOf({ guild, channel, thread, message }: DiscordPlace): Place {
  const end = [thread, message].filter((part) => part !== undefined).join(".");
  return `discord:${guild}/${channel}${end === "" ? "" : `/${end}`}`;
}

export function readPlace(place: Place): DiscordPlace {
  const [, guild, channel, end] = /^discord:([^/]+)\/([^/]+)(?:\/(.+))?$/.exec(place) ?? [];
  if (guild === undefined || channel === undefined) throw new Error(`${place} is no place on Discord.`);
  if (end === undefined) return { guild, channel };
  const [first = "", second] = end.split(".");
  return second === undefined ? { guild, channel, message: first } : { guild, channel, thread: first, message: second };
}

/** A message's own channel, which is the thread where it is in one, and its id. */
export function messageAt(place: Place): { channel: string; message: string } {
  const { channel, thread, message } = readPlace(place);
  if (message === undefined) throw new Error(`${place} is no message.`);
  return { channel: thread ?? channel, message };
}

export function linkTo(place: Place): string {
  const { guild, channel, thread, message } = readPlace(place);
  return `https://discord.com/channels/${[guild, thread ?? channel, message].filter((part) => part !== undefined).join("/")}`;
}

export function userRefOf(id: string): UserRef {
  return `discord:${id}`;
}

/** The Discord id of a user, if it is one of Discord's. */
export function discordIdOf(user: UserRef): string | undefined {
  return /^discord:(\d+)$/.exec(user)?.[1];
}

export function discordId(user: UserRef): string {
  const id = discordIdOf(user);
  if (id === undefined) throw new Error(`${user} is nobody on Discord.`);
  return id;
}

const EPOCH_MS = 1_420_070_400_000n;

/** When a snowflake was made, in ms since the epoch. */
export function timeOf(snowflake: string): number {
  return Number((BigInt(snowflake) >> 22n) + EPOCH_MS);
}
