import { z } from "zod";
import { type InviteOutcome, type Place, RefusedError, type UserRef } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { slackCode } from "./errors.ts";
import { readPlace, slackId, slackIdOf } from "./place.ts";

/** Slack takes no more in one call. */
const CHUNK_LENGTH_MAX = 100;
const Refusals = z.object({
  errors: z.array(z.object({ user: z.string().optional(), error: z.string().optional(), ok: z.boolean().optional() })),
});

/** Invites everybody who can be invited, and says of each of the others why not. */
export async function invite(api: Api, room: Place, users: UserRef[]): Promise<InviteOutcome[]> {
  const { channel } = readPlace(room);
  const here = users.filter((user) => slackIdOf(user) !== undefined);
  const outcomes = users
    .filter((user) => slackIdOf(user) === undefined)
    .map((user): InviteOutcome => ({ user, ok: false, code: "not_on_slack", why: "The account is not on Slack." }));
  for (let at = 0; at < here.length; at += CHUNK_LENGTH_MAX) {
    outcomes.push(...(await inviteChunk(api, channel, here.slice(at, at + CHUNK_LENGTH_MAX))));
  }
  return outcomes;
}

async function inviteChunk(api: Api, channel: string, users: UserRef[]): Promise<InviteOutcome[]> {
  const args = { channel, users: users.map(slackId).join(","), force: true };
  try {
    const answer = await api.call("conversations.invite", args, z.looseObject({}), { urgent: true });
    const named = refusalsIn(answer);
    return users.map((user) => outcomeOf(user, named.get(slackId(user))));
  } catch (error) {
    const code = slackCode(error);
    if (!(error instanceof RefusedError) || code === undefined || OF_THE_ROOM.has(code)) throw error;
    const named = refusalsIn(dataOf(error));
    const [only] = users;
    if (users.length === 1 && only !== undefined) return [outcomeOf(only, named.get(slackId(only)) ?? code)];
    // Nobody says who of the others came in: each alone, then. Who is in already counts as invited.
    const rest: InviteOutcome[] = [];
    for (const user of users) {
      const known = named.get(slackId(user));
      rest.push(...(known === undefined ? await inviteChunk(api, channel, [user]) : [outcomeOf(user, known)]));
    }
    return rest;
  }
}

/** These say something about the room or the app, and not about a person. */
const OF_THE_ROOM = new Set([
  "missing_scope",
  "channel_not_found",
  "not_in_channel",
  "is_archived",
  "restricted_action",
  "invalid_auth",
  "not_authed",
  "token_revoked",
  "account_inactive",
  "method_not_supported_for_channel_type",
  "unknown_method",
]);

function refusalsIn(answer: unknown): Map<string, string> {
  const parsed = Refusals.safeParse(answer);
  if (!parsed.success) return new Map();
  return new Map(
    parsed.data.errors.flatMap(({ user, error, ok }) =>
      user === undefined || ok === true ? [] : [[user, error ?? "unknown_error"] as const],
    ),
  );
}

function dataOf(error: RefusedError): unknown {
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "data" in cause ? cause.data : undefined;
}

function outcomeOf(user: UserRef, code: string | undefined): InviteOutcome {
  if (code === undefined || code === "already_in_channel" || code === "cant_invite_self") return { user, ok: true };
  return { user, ok: false, code, why: REASONS[code] ?? "Slack refused. Add them by hand." };
}

const REASONS: Record<string, string> = {
  user_is_restricted: "A guest account. Add them by hand.",
  user_is_ultra_restricted: "A guest of one channel only: they can't be added to another.",
  ura_max_channels: "A guest of one channel only: they can't be added to another.",
  cant_invite: "Slack does not let the app invite them. Add them by hand.",
  user_not_found: "No such account in this workspace. Mend the response plan.",
  user_disabled: "The account is deactivated. Mend the response plan.",
  org_user_not_in_team: "Not in this workspace. Mend the response plan.",
  too_many_members: "The channel is full.",
  user_team_not_in_channel: "From a workspace that does not share the channel. Add them by hand.",
};
