import type { z } from "zod";
import type { Secret } from "./secret.ts";
import * as value from "./settings.ts";

export type SlackConfig = { botToken: Secret; apiUrl: string } & (
  | { mode: "socket"; appToken: Secret }
  | { mode: "http"; signingSecret: Secret }
);

export interface DiscordConfig {
  token: Secret;
  applicationId: string;
  guildId: string;
  /** Without the version: `https://discord.com/api`. */
  apiUrl: string;
  /** The category under which rooms are opened; one of our own where left out. */
  categoryId?: string;
  /** A role that sees every room, beside those who are invited. */
  responderRoleId?: string;
}

/** The chats that are configured: one at least. */
export interface ChatConfigs {
  slack?: SlackConfig;
  discord?: DiscordConfig;
}

export const chatRemedies = {
  SLACK_MODE: "Use socket (no public address for Slack needed) or http.",
  SLACK_API_URL: "Leave it out for Slack itself.",
  SLACK_BOT_TOKEN: "Copy the Bot User OAuth Token from your Slack app's page, OAuth & Permissions.",
  SLACK_APP_TOKEN: "Make one with connections:write on your Slack app's page, Basic Information, App-Level Tokens.",
  SLACK_SIGNING_SECRET: "Copy it from your Slack app's page, Basic Information, App Credentials.",
  DISCORD_TOKEN: "Copy it from your application's page in Discord's developer portal, Bot, Reset Token.",
  DISCORD_APPLICATION_ID: "Copy it from your application's page in Discord's developer portal, General Information.",
  DISCORD_GUILD_ID: "Switch on Developer Mode in Discord, then right-click your server: Copy Server ID.",
  DISCORD_API_URL: "Leave it out for Discord itself.",
  DISCORD_CATEGORY_ID: "Right-click the category in Discord: Copy Category ID. Leave it out and Allstop makes its own.",
  DISCORD_RESPONDER_ROLE_ID:
    "Copy the role's id in Server Settings, Roles. Leave it out and only the invited see a room.",
} as const;

type Name = keyof typeof chatRemedies;
/** Takes one setting; undefined, with a problem noted, where it is missing or wrong. */
type Take = <S extends z.ZodType>(name: Name, schema: S, fallback?: string) => z.output<S> | undefined;

/**
 * Reads the settings of each chat of which any is there. Without any, Slack's are asked for. A chat that lacks
 * something is left out here: the problem is noted, and nothing starts.
 */
export function readChats(take: Take, isSet: (name: Name) => boolean): ChatConfigs {
  const touched = (prefix: string) =>
    (Object.keys(chatRemedies) as Name[]).some((n) => n.startsWith(prefix) && isSet(n));
  const onDiscord = touched("DISCORD_");
  const slack = touched("SLACK_") || !onDiscord ? readSlack(take) : undefined;
  const discord = onDiscord ? readDiscord(take, isSet) : undefined;
  return { ...(slack && { slack }), ...(discord && { discord }) };
}

function readSlack(take: Take): SlackConfig | undefined {
  const mode = take("SLACK_MODE", value.SlackMode, "socket");
  const apiUrl = take("SLACK_API_URL", value.SlackApiUrl, "https://slack.com/api/");
  const botToken = take("SLACK_BOT_TOKEN", value.BotToken);
  const appToken = mode === "http" ? undefined : take("SLACK_APP_TOKEN", value.AppToken);
  const signingSecret = mode === "http" ? take("SLACK_SIGNING_SECRET", value.SigningSecret) : undefined;
  if (botToken === undefined || apiUrl === undefined) return undefined;
  if (mode === "socket" && appToken !== undefined) return { mode, botToken, apiUrl, appToken };
  if (mode === "http" && signingSecret !== undefined) return { mode, botToken, apiUrl, signingSecret };
  return undefined;
}

function readDiscord(take: Take, isSet: (name: Name) => boolean): DiscordConfig | undefined {
  const token = take("DISCORD_TOKEN", value.DiscordToken);
  const applicationId = take("DISCORD_APPLICATION_ID", value.DiscordId);
  const guildId = take("DISCORD_GUILD_ID", value.DiscordId);
  const apiUrl = take("DISCORD_API_URL", value.DiscordApiUrl, "https://discord.com/api");
  const categoryId = isSet("DISCORD_CATEGORY_ID") ? take("DISCORD_CATEGORY_ID", value.DiscordId) : undefined;
  const role = "DISCORD_RESPONDER_ROLE_ID";
  const responderRoleId = isSet(role) ? take(role, value.DiscordId) : undefined;
  if (token === undefined || applicationId === undefined || guildId === undefined || apiUrl === undefined) {
    return undefined;
  }
  return {
    token,
    applicationId,
    guildId,
    apiUrl,
    ...(categoryId && { categoryId }),
    ...(responderRoleId && { responderRoleId }),
  };
}
