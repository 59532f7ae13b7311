/**
 * A Discord server on this machine: REST v10 and Gateway v10, as the real `discord.js` speaks them.
 *
 * `startDiscordServer({ people, channels })` gives `apiUrl`, `token`, `applicationId` and `guildId` for the bot;
 * `client.act(person, …)` and `client.messages(person, channel)` for people; `faults`, `gateway`, `archive`, `outage`,
 * `revokeToken` and `setPermissions` for what goes wrong; `journal` and `problems` for assertions; `until` to wait.
 */
export type { Act, ActResult, GuildClient } from "./client.ts";
export type { Fault, Faults } from "./faults.ts";
export { type Channel, COMPONENTS_V2, channelTypes, EPHEMERAL, type Message } from "./model.ts";
export { bits, everything } from "./permissions.ts";
export type { JournalEntry, Problem } from "./rest.ts";
export { type DiscordServer, type DiscordServerOptions, startDiscordServer } from "./server.ts";
