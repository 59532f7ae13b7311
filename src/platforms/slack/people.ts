import { z } from "zod";
import type { Log } from "../../chat/log.ts";
import { messageOf, type UserRef } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { slackId } from "./place.ts";

const KNOWN_MS = 10 * 60_000;
const KNOWN_MAX = 2_000;

const Info = z.object({
  user: z.object({
    name: z.string().default(""),
    real_name: z.string().nullish(),
    profile: z.object({ display_name: z.string().nullish(), real_name: z.string().nullish() }).optional(),
  }),
});

export interface People {
  /** The name that a person bears now. Throws as every call does. */
  describe(user: UserRef): Promise<{ name: string }>;
  /** The same for where a name is only nice to have: the id when it can't be learned. */
  nameOf(user: UserRef): Promise<string>;
}

export function createPeople(api: Api, log: Log, now: () => number = Date.now): People {
  const known = new Map<UserRef, { name: string; until: number }>();

  async function describe(user: UserRef): Promise<{ name: string }> {
    const kept = known.get(user);
    if (kept !== undefined && kept.until > now()) return { name: kept.name };
    const id = slackId(user);
    const info = (await api.call("users.info", { user: id }, Info)).user;
    const name = info.profile?.display_name || info.real_name || info.profile?.real_name || info.name || id;
    known.delete(user);
    known.set(user, { name, until: now() + KNOWN_MS });
    const [oldest] = known.keys();
    if (known.size > KNOWN_MAX && oldest !== undefined) known.delete(oldest);
    return { name };
  }

  return {
    describe,
    async nameOf(user) {
      try {
        return (await describe(user)).name;
      } catch (error) {
        log.warn({ user, why: messageOf(error) }, "A person's name could not be learned");
        return slackId(user);
      }
    },
  };
}
