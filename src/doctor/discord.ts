import { z } from "zod";
import type { DiscordConfig } from "../chat-settings.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { inviteLink, requiredPermissions } from "../platforms/discord/permissions.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { getJson, NoAnswer } from "./http.ts";

const { ok, warning, problem } = findingsIn("Discord");

const LOOKUPS_AT_ONCE = 4;
const ADMINISTRATOR = 1n << 3n;
const VIEW = 1n << 10n;
const SEND = 1n << 11n;
const CATEGORY = 4;

/** The token, the server, each permission, the alerts channel and people, as Discord sees them. Changes nothing. */
export async function checkDiscord(discord: DiscordConfig, plan: LoadedPlan | undefined): Promise<Finding[]> {
  const get: Get = (path, schema) => askDiscord(discord, path, schema);
  const me = await get("/users/@me", User);
  if (!me.ok) return [refused("bot token", me)];
  const findings = [ok("bot token", `It speaks as ${me.value.username}.`)];
  if (me.value.id !== discord.applicationId) {
    const detail = "DISCORD_APPLICATION_ID is not the application of this token.";
    findings.push(
      warning("application", detail, `The bot's own id is ${me.value.id}; for nearly all applications it is that.`),
    );
  }
  const server = await readServer(get, discord, me.value.id);
  if ("finding" in server) return [...findings, server.finding];
  return [
    ...findings,
    ok("server", `The bot is in ${server.name}.`),
    ...checkPermissions(server.permissions, discord),
    ...(await checkCategory(get, discord)),
    ...(plan === undefined ? [] : await checkAlerts(get, plan, server, discord)),
    ...(plan === undefined ? [] : await checkPeople(get, plan, discord)),
    warning(
      "private rooms",
      "Whoever has Administrator in the server can read every room, private ones too.",
      "Keep that permission to few people, and keys and personal data out of rooms.",
    ),
  ];
}

type Answer<T> = { ok: true; value: T } | { ok: false; status: number; message: string };
type Get = <T extends z.ZodType>(path: string, schema: T) => Promise<Answer<z.output<T>>>;

const User = z.object({ id: z.string(), username: z.string() });
const bits = z.string().transform(BigInt);
const Guild = z.object({ name: z.string(), roles: z.array(z.object({ id: z.string(), permissions: bits })) });
const Member = z.object({ roles: z.array(z.string()) });
const Channel = z.object({
  name: z.string().default(""),
  type: z.number(),
  permission_overwrites: z.array(z.object({ id: z.string(), allow: bits, deny: bits })).default([]),
});

interface Server {
  name: string;
  permissions: bigint;
  roles: string[];
  botId: string;
}

async function readServer(
  get: Get,
  { guildId, applicationId }: DiscordConfig,
  botId: string,
): Promise<Server | { finding: Finding }> {
  const guild = await get(`/guilds/${guildId}`, Guild);
  const member = await get(`/guilds/${guildId}/members/${botId}`, Member);
  if (!guild.ok || !member.ok) {
    const detail = `The bot is not in the server ${guildId}.`;
    return {
      finding: problem("server", detail, `Open this link as an administrator: ${inviteLink(applicationId, guildId)}`),
    };
  }
  const roles = [guildId, ...member.value.roles];
  const granted = guild.value.roles.filter(({ id }) => roles.includes(id)).map(({ permissions }) => permissions);
  return { name: guild.value.name, permissions: granted.reduce((sum, one) => sum | one, 0n), roles, botId };
}

function checkPermissions(granted: bigint, { applicationId, guildId }: DiscordConfig): Finding[] {
  if ((granted & ADMINISTRATOR) !== 0n) {
    const remedy = `Take Administrator away, and grant what is needed by this link: ${inviteLink(applicationId, guildId)}`;
    return [warning("permissions", "The bot is an administrator: more than it needs.", remedy)];
  }
  const missing = requiredPermissions.filter(({ bit }) => (granted & bit) === 0n);
  if (missing.length === 0)
    return [ok("permissions", `All ${requiredPermissions.length} that are needed are granted.`)];
  return missing.map(({ name, without }) =>
    problem(
      `permission ${name}`,
      `Not granted: ${without}.`,
      `Open this link as an administrator: ${inviteLink(applicationId, guildId)}`,
    ),
  );
}

async function checkCategory(get: Get, { categoryId }: DiscordConfig): Promise<Finding[]> {
  if (categoryId === undefined) return [];
  const answer = await get(`/channels/${categoryId}`, Channel);
  if (answer.ok && answer.value.type === CATEGORY)
    return [ok("category", `Rooms are opened under ${answer.value.name}.`)];
  const detail = answer.ok
    ? `${categoryId} is no category.`
    : `The category ${categoryId} can't be seen: ${answer.message}`;
  return [problem("category", detail, "Correct DISCORD_CATEGORY_ID, or leave it out: Allstop then makes its own.")];
}

async function checkAlerts(get: Get, plan: LoadedPlan, server: Server, { guildId }: DiscordConfig): Promise<Finding[]> {
  const id = plan.channels.alerts.discord;
  if (id === undefined) {
    const detail = "The plan names none: nobody outside the incident's room is told.";
    return [warning("alerts channel", detail, "Set channels.alerts.discord in the plan.")];
  }
  const answer = await get(`/channels/${id}`, Channel);
  const lets = "Let the bot's role view the channel and send messages in it, or correct the id in the plan.";
  if (!answer.ok) return [problem("alerts channel", `${id} can't be seen: ${answer.message}`, lets)];
  const allowed = permissionsIn(answer.value.permission_overwrites, server, guildId);
  if ((allowed & ADMINISTRATOR) === 0n && (allowed & (VIEW | SEND)) !== (VIEW | SEND)) {
    return [problem("alerts channel", `The bot may not write in #${answer.value.name}.`, lets)];
  }
  return [ok("alerts channel", `The bot may write in #${answer.value.name}.`)];
}

/** Everybody's, then the roles', then the member's own overwrite: Discord's order. */
function permissionsIn(
  overwrites: z.output<typeof Channel>["permission_overwrites"],
  { permissions, roles, botId }: Server,
  guildId: string,
): bigint {
  const of = (ids: string[]) => overwrites.filter(({ id }) => ids.includes(id));
  let allowed = permissions;
  for (const layer of [of([guildId]), of(roles.filter((id) => id !== guildId)), of([botId])]) {
    for (const { deny } of layer) allowed &= ~deny;
    for (const { allow } of layer) allowed |= allow;
  }
  return allowed;
}

async function checkPeople(get: Get, plan: LoadedPlan, { guildId }: DiscordConfig): Promise<Finding[]> {
  const people = Object.entries(plan.people);
  const findings: Finding[] = [];
  for (let at = 0; at < people.length; at += LOOKUPS_AT_ONCE) {
    const some = people.slice(at, at + LOOKUPS_AT_ONCE);
    findings.push(...(await Promise.all(some.map(([key, person]) => checkPerson(get, guildId, key, person)))).flat());
  }
  if (findings.length === 0) return [ok("people", `All ${people.length} of the plan are in the server.`)];
  return findings;
}

async function checkPerson(
  get: Get,
  guildId: string,
  key: string,
  { name, discord }: LoadedPlan["people"][string],
): Promise<Finding[]> {
  if (discord === undefined) {
    return [
      warning(
        `person ${key}`,
        `${name} has no Discord account in the plan: not invited, not asked there.`,
        `Set people.${key}.discord.`,
      ),
    ];
  }
  const answer = await get(`/guilds/${guildId}/members/${discord}`, Member);
  if (answer.ok) return [];
  return [
    problem(
      `person ${key}`,
      `${name} (${discord}) is not in the server.`,
      `Invite them, or correct people.${key}.discord in the plan.`,
    ),
  ];
}

const Refusal = z.object({ message: z.string() });

async function askDiscord<T extends z.ZodType>(
  { apiUrl, token }: DiscordConfig,
  path: string,
  schema: T,
): Promise<Answer<z.output<T>>> {
  try {
    const { status, body } = await getJson(`${apiUrl}/v10${path}`, {
      headers: { authorization: `Bot ${token.reveal()}` },
    });
    const parsed = schema.safeParse(body);
    if (status === 200 && parsed.success) return { ok: true, value: parsed.data };
    const message = Refusal.safeParse(body).data?.message ?? `HTTP ${status}`;
    return { ok: false, status, message: status === 200 ? "The answer is not Discord's." : message };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ok: false, status: 0, message: error.message };
  }
}

function refused(check: string, { status, message }: { status: number; message: string }): Finding {
  if (status === 401)
    return problem(check, "Discord does not take it.", "Make a new one (Bot, Reset Token) and set DISCORD_TOKEN.");
  return problem(check, message, "Is DISCORD_API_URL right, and Discord up (discordstatus.com)?");
}
