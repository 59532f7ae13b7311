import { z } from "zod";
import type { Log } from "../../chat/log.ts";
import { markOf, RetryableError, type RoomOpened, type RoomRequest } from "../../chat/platform.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Api } from "./api.ts";
import { categories, isAboutCategory } from "./categories.ts";
import { LIMITS } from "./limits.ts";
import { IN_ROOM, MEMBER, VIEW_CHANNEL } from "./permissions.ts";
import { placeOf } from "./place.ts";
import { roomName } from "./room-name.ts";

const TEXT = 0;

const Created = z.object({ id: z.string(), name: z.string() });
const bits = z.string().transform(BigInt);
const Listed = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.number(),
    topic: z.string().nullish(),
    parent_id: z.string().nullish(),
    permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).default([]),
  }),
);

/** A channel of the server, as the gateway keeps us told. */
export interface KnownChannel {
  id: string;
  name: string;
  type: number;
  topic: string | null;
  parentId: string | null;
  overwrites: { id: string; allow: bigint; deny: bigint }[];
}

export interface RoomParts {
  api: Api;
  guild: string;
  botId: () => string;
  channels: () => KnownChannel[];
  /** Incidents whose room was asked for, and of which nothing certain was heard. */
  unheard: Set<string>;
  log: Log;
  categoryId?: string;
  responderRoleId?: string;
}

/**
 * Opens the incident's private channel: everybody is shut out by an overwrite, and who is invited gets one. Names are not
 * unique on Discord, so a room left by a crash is found by its mark: our topic, and private. It is made with the room.
 */
export async function openRoom(parts: RoomParts, request: RoomRequest): Promise<RoomOpened> {
  const { guild, unheard } = parts;
  const { incident } = request;
  const ours =
    findOurs(parts, parts.channels(), request) ??
    (unheard.has(incident) ? findOurs(parts, await listChannels(parts), request) : undefined);
  if (ours !== undefined) return { room: placeOf({ guild, channel: ours.id }), name: ours.name, adopted: true };
  const created = await create(parts, request).catch((error: unknown) => {
    // It may be there all the same, and the gateway may be slow to tell: the next try asks.
    if (error instanceof RetryableError && error.retryAfterMs === undefined) unheard.add(incident);
    throw error;
  });
  return { room: placeOf({ guild, channel: created.id }), name: created.name, adopted: false };
}

async function listChannels({ api, guild }: RoomParts): Promise<KnownChannel[]> {
  const call = { method: "get" as const, route: `/guilds/${guild}/channels`, urgent: true };
  const listed = await api.call("the server's channels", call, Listed);
  return listed.map(({ topic = null, parent_id: parentId = null, permission_overwrites: overwrites, ...rest }) => ({
    ...rest,
    topic,
    parentId,
    overwrites,
  }));
}

/** Anybody who may manage channels can write a topic: one that is open to all, or not to us, is not what we made. */
function findOurs(
  { guild, botId }: RoomParts,
  channels: KnownChannel[],
  request: RoomRequest,
): KnownChannel | undefined {
  return channels.find(
    ({ type, topic, overwrites }) =>
      type === TEXT &&
      topic?.startsWith(markOf(request)) === true &&
      overwrites.some((one) => one.id === guild && (one.deny & VIEW_CHANNEL) !== 0n) &&
      overwrites.some((one) => one.id === botId() && (one.allow & VIEW_CHANNEL) !== 0n),
  );
}

async function create(parts: RoomParts, request: RoomRequest): Promise<z.output<typeof Created>> {
  const { api, guild, log } = parts;
  const route = `/guilds/${guild}/channels`;
  for await (const parent of categories(parts)) {
    const body = { ...bodyOf(parts, request), ...(parent !== undefined && { parent_id: parent }) };
    try {
      // Once: a blind second attempt, after an answer that was lost, would make a second room.
      return await api.call("opening the room", { method: "post", route, body, urgent: true, once: true }, Created);
    } catch (error) {
      if (parent === undefined || !isAboutCategory(error)) throw error;
      log.warn({ parent }, "A category is full, gone or closed to us; the room goes elsewhere");
    }
  }
  throw new Error("There is always a place without a category.");
}

function bodyOf(
  { guild, botId, responderRoleId }: RoomParts,
  { incident, declaredAt, title, topic }: RoomRequest,
): object {
  const mark = markOf({ incident, declaredAt });
  return {
    type: TEXT,
    name: roomName(incident, title),
    topic: `${mark} ${shorten(revealHidden(topic), LIMITS.topic - mark.length - 1)}`,
    permission_overwrites: [
      { id: guild, type: 0, deny: VIEW_CHANNEL.toString(), allow: "0" },
      { id: botId(), type: 1, allow: IN_ROOM.toString(), deny: "0" },
      ...(responderRoleId === undefined ? [] : [{ id: responderRoleId, type: 0, allow: MEMBER.toString(), deny: "0" }]),
    ],
  };
}
