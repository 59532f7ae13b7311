import { z } from "zod";
import { type InviteOutcome, type Place, RefusedError, RetryableError, type UserRef } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { discordCode } from "./errors.ts";
import { MEMBER } from "./permissions.ts";
import { discordIdOf, readPlace } from "./place.ts";

const Anything = z.unknown();

/** These say something about the room or the bot, and not about a person. */
const OF_THE_ROOM: ReadonlySet<number> = new Set([0, 10003, 50001, 50013]);
/** There is no such member, or nobody at all. */
const ABSENT: ReadonlySet<string> = new Set(["10007", "10013"]);

/**
 * Lets each person into the room, one by one: one bad account keeps nobody out. Discord takes an overwrite for anybody,
 * also for people who are not in the server and will see nothing, so it is asked who is. `knows` spares that question.
 */
export async function invite(
  { api, guild, knows }: { api: Api; guild: string; knows: (id: string) => boolean },
  room: Place,
  users: UserRef[],
): Promise<InviteOutcome[]> {
  const { channel } = readPlace(room);
  return Promise.all(
    users.map(async (user): Promise<InviteOutcome> => {
      const id = discordIdOf(user);
      if (id === undefined) return { user, ok: false, code: "not_on_discord", why: "The account is not on Discord." };
      const [refused, absent] = await Promise.all([
        letIn(api, channel, id),
        knows(id) ? undefined : absence(api, guild, id),
      ]);
      const code = absent ?? refused;
      if (code === undefined) return { user, ok: true };
      const why = "No such member of this server. Invite them to it, or mend the response plan.";
      return { user, ok: false, code, why };
    }),
  );
}

/** Discord's code, where it does not let the person in. */
async function letIn(api: Api, channel: string, id: string): Promise<string | undefined> {
  const body = { type: 1, allow: MEMBER.toString(), deny: "0" };
  const route = `/channels/${channel}/permissions/${id}`;
  try {
    await api.call("an invitation", { method: "put", route, body, urgent: true }, Anything);
    return undefined;
  } catch (error) {
    // A person whom Discord does not know makes the request malformed to it: to us they are only not there.
    const code = discordCode(error) ?? (error instanceof Error ? discordCode(error.cause) : undefined);
    if (code === undefined || OF_THE_ROOM.has(code)) throw error;
    return String(code);
  }
}

/** Discord's code, where the person is not in the server. Where it can't be told, nobody is called absent. */
async function absence(api: Api, guild: string, id: string): Promise<string | undefined> {
  try {
    await api.call("a member", { method: "get", route: `/guilds/${guild}/members/${id}`, urgent: true }, Anything);
    return undefined;
  } catch (error) {
    if (error instanceof RefusedError) return ABSENT.has(error.code) ? error.code : undefined;
    if (error instanceof RetryableError) return undefined;
    throw error;
  }
}
