import { REST } from "discord.js";
import { commands } from "../../commands/index.ts";
import { readSettings } from "../config.ts";
import { UsageError } from "../exit.ts";
import { restOptions } from "../platforms/discord/api.ts";
import { inviteLink } from "../platforms/discord/permissions.ts";
import { registerCommands } from "../platforms/discord/register.ts";

/** Registers the commands in the server, if they differ from what is there. The bot does the same when it connects. */
export async function register(env: NodeJS.ProcessEnv): Promise<void> {
  const { discord } = readSettings(env).config;
  if (discord === undefined)
    throw new Error("Discord is not configured. Set DISCORD_TOKEN and the settings beside it.");
  const rest = new REST(restOptions(discord.apiUrl)).setToken(discord.token.reveal());
  const outcome = await registerCommands(rest, discord, commands);
  console.log(
    outcome === "registered"
      ? `The commands are registered in the server ${discord.guildId}. People see them at once.`
      : `Nothing to do: the commands of the server ${discord.guildId} are up to date.`,
  );
}

/** Needs no token: the bot has to be invited before it can do anything. */
export function printInvite(env: NodeJS.ProcessEnv, applicationId: string | undefined): void {
  const id = applicationId ?? env.DISCORD_APPLICATION_ID;
  if (id === undefined || !/^\d{1,20}$/.test(id)) {
    throw new UsageError("Which application? Name its id, or set DISCORD_APPLICATION_ID.");
  }
  console.log(inviteLink(id, env.DISCORD_GUILD_ID));
}
