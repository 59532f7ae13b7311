import { z } from "zod";
import type { Log } from "../../chat/log.ts";
import {
  type InviteOutcome,
  type Place,
  RefusedError,
  RetryableError,
  type RoomOpened,
  type RoomRequest,
  type UserRef,
} from "../../chat/platform.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Api } from "./api.ts";
import { discordCode } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { discordIdOf, placeOf, readPlace, timeOf } from "./place.ts";

const CATEGORY = 4;
const TEXT = 0;
const bit = (position: number) => 1n << BigInt(position);
/** View, send, read history, attach, embed, react, write in threads: what a responder needs in a room. */
const MEMBER = bit(10) | bit(11) | bit(16) | bit(15) | bit(14) | bit(6) | bit(38);
/** The bot itself also manages the channel, its threads and its pins. */
const BOT = MEMBER | bit(4) | bit(28) | bit(34) | bit(35) | bit(51);
const CATEGORIES_MAX = 9;
const CATEGORY_NAME = "Incidents";

const Created = z.object({ id: z.string(), name: z.string() });
const Listed = z.array(
  z.object({
    id: z.string(),
    name: z.string(),
    type: z.number(),
    topic: z.string().nullish(),
    parent_id: z.string().nullish(),
  }),
);
const Anything = z.unknown();

/** A channel of the server, as the gateway keeps us told. */
export interface KnownChannel {
  id: string;
  name: string;
  type: number;
  topic: string | null;
  parentId: string | null;
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
 * unique on Discord, so a room left by a crash is found by its marker: our topic, made since the room is owed.
 */
export async function openRoom(parts: RoomParts, request: RoomRequest): Promise<RoomOpened> {
  const { guild, unheard } = parts;
  const { incident } = request;
  const ours =
    findOurs(parts.channels(), request) ??
    (unheard.has(incident) ? findOurs(await listChannels(parts), request) : undefined);
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
  return listed.map(({ topic = null, parent_id: parentId = null, ...rest }) => ({ ...rest, topic, parentId }));
}

function findOurs(channels: KnownChannel[], { incident, owedSince }: RoomRequest): KnownChannel | undefined {
  return channels.find(
    ({ id, type, topic }) =>
      type === TEXT && topic?.startsWith(marker(incident)) === true && timeOf(id) >= owedSince.getTime() - 1_000,
  );
}

function marker(incident: string): string {
  return `Allstop incident ${incident}.`;
}

async function create(parts: RoomParts, request: RoomRequest): Promise<z.output<typeof Created>> {
  const { api, guild, log } = parts;
  for await (const parent of categories(parts)) {
    try {
      const body = { ...bodyOf(parts, request), ...(parent !== undefined && { parent_id: parent }) };
      return await api.call(
        "opening the room",
        { method: "post", route: `/guilds/${guild}/channels`, body, urgent: true },
        Created,
      );
    } catch (error) {
      if (parent === undefined || !isAboutParent(error)) throw error;
      log.warn({ parent }, "A category is full or gone; the room goes elsewhere");
    }
  }
  throw new Error("There is always a place without a category.");
}

function bodyOf({ guild, botId, responderRoleId }: RoomParts, { incident, title, topic }: RoomRequest): object {
  return {
    type: TEXT,
    name: roomName(incident, title),
    topic: `${marker(incident)} ${shorten(revealHidden(topic), LIMITS.topic - 60)}`,
    permission_overwrites: [
      { id: guild, type: 0, deny: bit(10).toString(), allow: "0" },
      { id: botId(), type: 1, allow: BOT.toString(), deny: "0" },
      ...(responderRoleId === undefined ? [] : [{ id: responderRoleId, type: 0, allow: MEMBER.toString(), deny: "0" }]),
    ],
  };
}

/** `inc-0042-vault-is-draining`: the id first, then what of the title Discord's names can hold. */
export function roomName(incident: string, title: string): string {
  const words = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return `${incident.toLowerCase()}${words === "" ? "" : `-${words}`}`
    .slice(0, LIMITS.channelName - 10)
    .replace(/-+$/, "");
}

/** Where a room may go, in order: the configured category, ours, further ones of ours, and last none at all. */
async function* categories(parts: RoomParts): AsyncGenerator<string | undefined> {
  if (parts.categoryId !== undefined) yield parts.categoryId;
  for (let number = 1; number <= CATEGORIES_MAX; number += 1) {
    const name = number === 1 ? CATEGORY_NAME : `${CATEGORY_NAME} ${number}`;
    const known = parts.channels().find((channel) => channel.type === CATEGORY && channel.name === name);
    const id = known?.id ?? (await createCategory(parts, name));
    if (id === undefined) break;
    yield id;
  }
  yield undefined;
}

async function createCategory({ api, guild, log }: RoomParts, name: string): Promise<string | undefined> {
  try {
    const call = {
      method: "post" as const,
      route: `/guilds/${guild}/channels`,
      body: { type: CATEGORY, name },
      urgent: true,
    };
    return (await api.call("a category", call, Created)).id;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    log.warn({ code: error.code }, "No category could be made; rooms stand without one");
    return undefined;
  }
}

/** The category is full, or is none: `CHANNEL_PARENT_MAX_CHANNELS`, `CHANNEL_PARENT_INVALID`. */
function isAboutParent(error: unknown): boolean {
  return discordCode(error) === 50035;
}

/** Lets each person into the room, one by one: one bad account keeps nobody out. */
export async function invite({ api }: Pick<RoomParts, "api">, room: Place, users: UserRef[]): Promise<InviteOutcome[]> {
  const { channel } = readPlace(room);
  return Promise.all(
    users.map(async (user): Promise<InviteOutcome> => {
      const id = discordIdOf(user);
      if (id === undefined) return { user, ok: false, code: "not_on_discord", why: "The account is not on Discord." };
      const body = { type: 1, allow: MEMBER.toString(), deny: "0" };
      try {
        await api.call(
          "an invitation",
          { method: "put", route: `/channels/${channel}/permissions/${id}`, body, urgent: true },
          Anything,
        );
        return { user, ok: true };
      } catch (error) {
        // A person whom Discord does not know makes the request malformed to it: to us they are only not there.
        const code = discordCode(error) ?? (error instanceof Error ? discordCode(error.cause) : undefined);
        if (code === undefined || OF_THE_ROOM.has(code)) throw error;
        return {
          user,
          ok: false,
          code: String(code),
          why: "No such member of this server. Invite them to it, or mend the response plan.",
        };
      }
    }),
  );
}

/** These say something about the room or the bot, and not about a person. */
const OF_THE_ROOM: ReadonlySet<number> = new Set([0, 10003, 50001, 50013]);
