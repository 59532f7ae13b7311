import type { Channel } from "../discord/index.ts";

/** How far each person has read each channel: Discord's own app keeps that, and so does its page here. */
export function createReading() {
  const read = new Map<string, bigint>();
  return {
    mark(as: string, channel: Channel): void {
      read.set(`${as}/${channel.id}`, BigInt([...channel.messages.keys()].at(-1) ?? 0));
    },
    /** Messages of others that this person has not seen. Lines of Discord's own are none. */
    unread(as: string, channel: Channel): number {
      const seen = read.get(`${as}/${channel.id}`) ?? 0n;
      return [...channel.messages.values()].filter(
        ({ id, type, authorId, ephemeralTo }) =>
          type === 0 && authorId !== as && BigInt(id) > seen && (ephemeralTo === undefined || ephemeralTo === as),
      ).length;
    },
  };
}
