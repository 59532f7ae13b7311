import { z } from "zod";
import type { Log } from "../../chat/log.ts";
import { RefusedError } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { CODES, discordCode } from "./errors.ts";

export const CATEGORY = 4;
const CATEGORIES_MAX = 9;
const CATEGORY_NAME = "Incidents";
/** As many channels as Discord lets a category hold. It may refuse earlier. */
const IN_CATEGORY_MAX = 50;
const Created = z.object({ id: z.string() });

/**
 * Where a room may go, in order: the configured category, ours, further ones of ours, and last none at all. One that is
 * known to be full is not tried.
 */
export async function* categories(parts: {
  api: Api;
  guild: string;
  log: Log;
  channels: () => { id: string; name: string; type: number; parentId: string | null }[];
  categoryId?: string;
}): AsyncGenerator<string | undefined> {
  const known = parts.channels();
  const hasRoom = (id: string) => known.filter(({ parentId }) => parentId === id).length < IN_CATEGORY_MAX;
  if (parts.categoryId !== undefined && hasRoom(parts.categoryId)) yield parts.categoryId;
  for (let number = 1; number <= CATEGORIES_MAX; number += 1) {
    const name = number === 1 ? CATEGORY_NAME : `${CATEGORY_NAME} ${number}`;
    const there = known.find((channel) => channel.type === CATEGORY && channel.name === name);
    const id = there?.id ?? (await createCategory(parts, name));
    if (id === undefined) break;
    if (hasRoom(id)) yield id;
  }
  yield undefined;
}

async function createCategory(
  { api, guild, log }: { api: Api; guild: string; log: Log },
  name: string,
): Promise<string | undefined> {
  const call = { method: "post" as const, route: `/guilds/${guild}/channels`, body: { type: CATEGORY, name } };
  try {
    return (await api.call("a category", { ...call, urgent: true, once: true }, Created)).id;
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    log.warn({ code: error.code }, "No category could be made; rooms stand without one");
    return undefined;
  }
}

/**
 * The category is what stands in the way: it is full (`CHANNEL_PARENT_MAX_CHANNELS`), is none, is gone, or shuts the bot
 * out by its own permissions. Without a category, or in another one, there may be room.
 */
export function isAboutCategory(error: unknown): boolean {
  return ABOUT_CATEGORY.has(discordCode(error) ?? 0);
}

// An invalid body that is not about the category is no `RefusedError` of ours, and has no code here.
const ABOUT_CATEGORY: ReadonlySet<number> = new Set([CODES.invalidBody, CODES.unknownChannel, 50001, 50013]);
