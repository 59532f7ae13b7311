import { z } from "zod";
import type { SlackConfig } from "../chat-settings.ts";
import { everybodyCalled } from "../core/on-call.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Secret } from "../secret.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer, postJson } from "./http.ts";

const { ok, warning, problem } = findingsIn("Slack");

/** People are looked up a few at a time: Slack allows about a hundred such calls a minute. */
const LOOKUPS_AT_ONCE = 4;
const MANIFEST_REMEDY =
  "Paste what `allstop slack manifest` prints into your app's page (App Manifest), then reinstall the app.";

/** Tokens, scopes, channels and people, as Slack sees them. */
export async function checkSlack(
  slack: SlackConfig,
  plan: LoadedPlan | undefined,
  requiredScopes: readonly string[],
): Promise<Finding[]> {
  const call: Call = (method, params, schema, token = slack.botToken) =>
    callSlack(slack.apiUrl, token, method, params, schema);
  const [bot, socket] = await Promise.all([checkBot(call, requiredScopes), checkConnection(call, slack)]);
  const findings = [...bot.findings, socket];
  if (!bot.usable || plan === undefined) return findings;
  return [...findings, ...(await checkAlerts(call, plan)), ...(await checkPeople(call, plan))];
}

type Answer<T> = { ok: true; value: T; scopes: string[] | undefined } | { ok: false; error: string; needed?: string };
type Call = <T extends z.ZodType>(
  method: string,
  params: Record<string, string>,
  schema: T,
  token?: Secret,
) => Promise<Answer<z.output<T>>>;

async function checkBot(call: Call, required: readonly string[]): Promise<{ findings: Finding[]; usable: boolean }> {
  const answer = await call("auth.test", {}, z.object({ team: z.string(), user: z.string() }));
  if (!answer.ok) return { findings: [refused("bot token", answer.error)], usable: false };
  const findings = [ok("bot token", `It speaks as @${answer.value.user} in ${answer.value.team}.`)];
  if (answer.scopes === undefined) {
    findings.push(warning("scopes", "The server does not say which scopes are granted.", MANIFEST_REMEDY));
    return { findings, usable: true };
  }
  const granted = new Set(answer.scopes);
  const missing = required.filter((scope) => !granted.has(scope));
  const surplus = answer.scopes.filter((scope) => !required.includes(scope));
  if (missing.length > 0) findings.push(problem("scopes", `Not granted: ${missing.join(", ")}.`, MANIFEST_REMEDY));
  else findings.push(ok("scopes", `All ${required.length} that are needed are granted.`));
  if (surplus.length > 0) {
    findings.push(
      warning("scopes", `Granted and not needed: ${surplus.join(", ")}.`, `Take them away. ${MANIFEST_REMEDY}`),
    );
  }
  return { findings, usable: true };
}

async function checkConnection(call: Call, slack: SlackConfig): Promise<Finding> {
  if (slack.mode === "http") {
    const detail = "It can only be seen to be right when Slack calls: no way to ask.";
    const remedy = "Start the bot and type /incident help. A wrong secret shows as HTTP 401 in the log.";
    return warning("signing secret", detail, remedy);
  }
  const answer = await call("apps.connections.open", {}, z.object({ url: z.string() }), slack.appToken);
  return answer.ok ? ok("app token", "It can open a socket.") : refused("app token", answer.error);
}

const Channel = z.object({
  channel: z.object({
    name: z.string(),
    is_member: z.boolean().default(false),
    is_archived: z.boolean().default(false),
  }),
});

async function checkAlerts(call: Call, plan: LoadedPlan): Promise<Finding[]> {
  const channel = plan.channels.alerts.slack;
  if (channel === undefined) {
    const detail = "The plan names none: nobody outside the incident's room is told.";
    return [warning("alerts channel", detail, "Set channels.alerts.slack in the plan.")];
  }
  const answer = await call("conversations.info", { channel }, Channel);
  if (!answer.ok) {
    if (answer.error !== "channel_not_found") return [refused("alerts channel", answer.error)];
    const detail = `${channel} does not exist, or is private and the bot is not in it.`;
    return [
      problem(
        "alerts channel",
        detail,
        "Compare the id in the plan (View details), and invite the bot to the channel.",
      ),
    ];
  }
  const { name, is_member, is_archived } = answer.value.channel;
  if (is_archived)
    return [problem("alerts channel", `#${name} is archived.`, "Unarchive it, or name another in the plan.")];
  if (!is_member)
    return [problem("alerts channel", `The bot is not in #${name}.`, `Type /invite @Allstop in #${name}.`)];
  return [ok("alerts channel", `The bot is in #${name}.`)];
}

const User = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    deleted: z.boolean().default(false),
    is_bot: z.boolean().default(false),
    is_restricted: z.boolean().default(false),
    is_ultra_restricted: z.boolean().default(false),
  }),
});

async function checkPeople(call: Call, plan: LoadedPlan): Promise<Finding[]> {
  const findings: Finding[] = [];
  const called = everybodyCalled(plan);
  const known = Object.entries(plan.people).flatMap(([key, { name, slack }]) => {
    if (slack !== undefined) return [{ key, name, slack }];
    if (called.has(key)) findings.push(onCallWithoutAccount(key, name));
    return [];
  });
  let fine = 0;
  for (let start = 0; start < known.length; start += LOOKUPS_AT_ONCE) {
    const group = known.slice(start, start + LOOKUPS_AT_ONCE);
    const found = await Promise.all(group.map((person) => checkPerson(call, person)));
    fine += found.filter((finding) => finding === undefined).length;
    findings.push(...found.filter((finding) => finding !== undefined));
  }
  if (fine > 0) findings.unshift(ok("people", `${fine} of ${known.length} in the plan have a working account.`));
  return findings;
}

function onCallWithoutAccount(key: string, name: string): Finding {
  const detail = `${name} is on call and has no Slack account in the plan, so will not be invited.`;
  return warning(`person ${key}`, detail, `Set people.${key}.slack.`);
}

async function checkPerson(
  call: Call,
  person: { key: string; name: string; slack: string },
): Promise<Finding | undefined> {
  const check = `person ${person.key}`;
  const correct = `Correct people.${person.key}.slack in the plan.`;
  const answer = await call("users.info", { user: person.slack }, User);
  if (!answer.ok) {
    if (answer.error !== "user_not_found" && answer.error !== "user_not_visible") return refused(check, answer.error);
    return problem(check, `${person.name}'s account ${person.slack} does not exist in this workspace.`, correct);
  }
  const { user } = answer.value;
  if (user.deleted) return problem(check, `${person.name}'s account ${person.slack} is deactivated.`, correct);
  if (user.is_bot) return problem(check, `${person.slack} is a bot, and ${person.name} is a person.`, correct);
  if (user.is_restricted || user.is_ultra_restricted) {
    const detail = `${person.name} (${user.real_name ?? person.slack}) is a guest: Slack may refuse to invite them.`;
    return warning(check, detail, "Make them a member, or be ready to add them by hand.");
  }
  return undefined;
}

/** Slack's own word for a refusal, and what mends it. */
function refused(check: string, error: string): Finding {
  switch (error) {
    case "invalid_auth":
    case "not_authed":
    case "token_revoked":
    case "token_expired":
    case "account_inactive":
      return problem(
        check,
        `Slack does not accept the token (${error}).`,
        "Copy it again from your app's page; reinstall the app if it was revoked.",
      );
    case "not_allowed_token_type":
      return problem(
        check,
        "Slack wants another kind of token here (not_allowed_token_type).",
        "Bot tokens begin with xoxb-, app tokens with xapp-.",
      );
    case "missing_scope":
      return problem(check, "A scope is missing (missing_scope).", MANIFEST_REMEDY);
    case "ratelimited":
      return warning(
        check,
        "Slack asked to wait (ratelimited), so this was not looked at.",
        "Run this again in a minute.",
      );
    default:
      if (/^[a-z_]+$/.test(error)) {
        return problem(check, `Slack refused: ${error}.`, "Look the word up in Slack's API reference.");
      }
      return problem(check, error, "See that this server can reach Slack: SLACK_API_URL, proxy, firewall.");
  }
}

const Envelope = z.object({ ok: z.boolean(), error: z.string().optional() });

async function callSlack<T extends z.ZodType>(
  apiUrl: string,
  token: Secret,
  method: string,
  params: Record<string, string>,
  schema: T,
): Promise<Answer<z.output<T>>> {
  try {
    const { status, headers, body } = await postJson(`${apiUrl}${method}`, {
      body: new URLSearchParams(params).toString(),
      headers: { authorization: `Bearer ${token.reveal()}`, "content-type": "application/x-www-form-urlencoded" },
    });
    if (status === 429) return { ok: false, error: "ratelimited" };
    const envelope = Envelope.safeParse(body);
    if (!envelope.success) return { ok: false, error: `It answered HTTP ${status}, and not as Slack does.` };
    if (!envelope.data.ok) return { ok: false, error: envelope.data.error ?? "unknown_error" };
    const value = schema.safeParse(body);
    if (!value.success) return { ok: false, error: `Its answer to ${method} can't be read.` };
    const scopes = headers
      .get("x-oauth-scopes")
      ?.split(",")
      .map((scope) => scope.trim())
      .filter(Boolean);
    return { ok: true, value: value.data, scopes };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ok: false, error: error.message };
  }
}
