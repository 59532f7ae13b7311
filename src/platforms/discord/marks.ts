import { z } from "zod";
import { RefusedError } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { timeOf } from "./place.ts";
import { markOf } from "./render.ts";

const Listed = z.object({
  id: z.string(),
  author: z.object({ id: z.string() }),
  components: z.array(z.looseObject({ id: z.number().optional() })).default([]),
  attachments: z.array(z.object({ filename: z.string(), size: z.number() })).default([]),
});
const PAGE_LENGTH = 100;
const PAGES_MAX = 5;
const REMEMBERED_MAX = 1_000;

/** The marks that our messages bear, by which a post is found again: `id` of the first component, made of the key. */
export function createMarks(api: Api, botId: () => string) {
  const known = new Map<string, number>();

  return {
    /** What an edit has to bear again: Discord numbers components anew that come without an id. */
    of: (message: string): number | undefined => known.get(message),

    remember(message: string, key: string): void {
      known.set(message, markOf(key));
      const [oldest] = known.keys();
      if (known.size > REMEMBERED_MAX && oldest !== undefined) known.delete(oldest);
    },

    /** Our message that bears the key's mark, if it is there. */
    async find(channel: string, key: string, urgent?: boolean): Promise<string | undefined> {
      const mark = markOf(key);
      const found = await search(channel, ({ components }) => components[0]?.id === mark, urgent);
      if (found !== undefined) this.remember(found, key);
      return found;
    },

    /** Whether this very file of ours is there, put since then. */
    async hasFile(channel: string, { name, bytes }: { name: string; bytes: number }, since: Date): Promise<boolean> {
      const found = await search(
        channel,
        ({ id, attachments }) =>
          timeOf(id) >= since.getTime() &&
          attachments.some(({ filename, size }) => filename === name && size === bytes),
      );
      return found !== undefined;
    },
  };

  /** Our newest message that fits. Where we may not look, a duplicate is better than a silence. */
  async function search(
    channel: string,
    fits: (message: z.output<typeof Listed>) => boolean,
    urgent?: boolean,
  ): Promise<string | undefined> {
    let before: string | undefined;
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const query = new URLSearchParams({ limit: String(PAGE_LENGTH), ...(before !== undefined && { before }) });
      const call = { method: "get" as const, route: `/channels/${channel}/messages`, query, ...(urgent && { urgent }) };
      const list = await api.call("earlier posts", call, z.array(Listed)).catch((error: unknown) => {
        if (!(error instanceof RefusedError)) throw error;
        return [];
      });
      const own = list.find((message) => message.author.id === botId() && fits(message));
      if (own !== undefined) return own.id;
      before = list.at(-1)?.id;
      if (list.length < PAGE_LENGTH || before === undefined) return undefined;
    }
    return undefined;
  }
}
