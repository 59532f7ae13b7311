import type { Place, UserRef } from "../../chat/platform.ts";

/** The one workspace of the terminal. Its channels are `terminal:local/INC-0001`, and `terminal:local/@noor` directly. */
export const HOME = "terminal:local";

/** Throws when it is no channel or message on the terminal. */
export function readPlace(place: Place): { channel: string; message?: string } {
  const [, channel, message] = /^terminal:local\/([^/\s]+)(?:\/([^/\s]+))?$/.exec(place) ?? [];
  if (channel === undefined) throw new Error(`${place} is not a place on the terminal.`);
  return { channel, ...(message !== undefined && { message }) };
}

export function placeOf(channel: string, message?: string): Place {
  return `${HOME}/${channel}${message === undefined ? "" : `/${message}`}`;
}

export function userRefOf(key: string): UserRef {
  return `terminal:${key}`;
}

/** The response plan's key of somebody at a terminal; undefined for accounts elsewhere. */
export function keyOf(user: UserRef): string | undefined {
  return user.startsWith("terminal:") ? user.slice("terminal:".length) : undefined;
}

/** Messages between the bot and one person. */
export function directPlace(key: string): Place {
  return placeOf(`@${key}`);
}

/** Whose direct messages lie there; undefined for a room, which all see. */
export function directKey(place: Place): string | undefined {
  const { channel } = readPlace(place);
  return channel.startsWith("@") ? channel.slice(1) : undefined;
}
