import { z } from "zod";
import type { Place } from "../../chat/platform.ts";
import { revealHidden } from "../../chat/prose.ts";
import type { Api } from "./api.ts";
import { readPlace } from "./place.ts";

const Bookmarks = z.object({ bookmarks: z.array(z.object({ link: z.string().nullish() })).default([]) });

/** Puts a link on top of a room, once. */
export async function bookmark(api: Api, room: Place, { title, url }: { title: string; url: string }): Promise<void> {
  const { channel } = readPlace(room);
  const { bookmarks } = await api.call("bookmarks.list", { channel_id: channel }, Bookmarks);
  if (bookmarks.some(({ link }) => link === url)) return;
  const args = { channel_id: channel, title: revealHidden(title), type: "link", link: url };
  await api.call("bookmarks.add", args, z.object({}));
}
