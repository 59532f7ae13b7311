import { Client, GatewayIntentBits, MessageFlags } from "discord.js";

/**
 * The floor: a discord.js handler that acknowledges and does nothing. It takes "thinking…" away again, as ours does:
 * otherwise it would stand there for fifteen minutes. Says `ready` when it is connected.
 */
const client = new Client({
  intents: [GatewayIntentBits.Guilds, GatewayIntentBits.GuildMessageReactions],
  rest: { api: process.env.DISCORD_API_URL, version: "10" },
});
client.on("error", (error) => console.error(error));
client.on("interactionCreate", async (act) => {
  if (act.isChatInputCommand()) {
    await act.deferReply({ flags: MessageFlags.Ephemeral });
    await act.deleteReply();
  } else if (act.isButton()) await act.deferUpdate();
});
client.once("clientReady", () => console.log("ready"));
await client.login(process.env.DISCORD_TOKEN);
