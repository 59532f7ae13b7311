import { pino } from "pino";
import { commands } from "../commands/index.ts";
import type { Door } from "../src/chat/platform.ts";
import { createDiscordPlatform } from "../src/platforms/discord/index.ts";
import { openDatabase } from "../src/storage/database.ts";
import { openInbox } from "../src/storage/inbox.ts";

/**
 * Our side of Discord up to the door, and behind it a handler that does what the bare one does: nothing. Each act is on
 * disk before it is acknowledged. Says `ready` when it is connected.
 */
const { env } = process;
const quietDoor: Door = {
  open: async () => ({ kind: "run", run: async () => ({}) }),
  suggest: async () => [],
  pinned: async () => undefined,
  home: async () => ({ tone: "neutral", title: "Home", body: [], buttons: [] }),
};
const platform = createDiscordPlatform({
  token: env.DISCORD_TOKEN ?? "",
  applicationId: env.DISCORD_APPLICATION_ID ?? "",
  guildId: env.DISCORD_GUILD_ID ?? "",
  apiUrl: env.DISCORD_API_URL ?? "",
  commands,
  inbox: openInbox(openDatabase(env.DATABASE_URL ?? ""), Date.now),
  log: pino({ level: "silent" }),
  onFatal: (why) => {
    console.error(why);
    process.exit(1);
  },
});
await platform.connect(quietDoor);
console.log("ready");
