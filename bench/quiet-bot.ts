import { pino } from "pino";
import type { Door } from "../src/chat/platform.ts";
import { createSlackPlatform } from "../src/platforms/slack/index.ts";
import { openDatabase } from "../src/storage/database.ts";
import { openInbox } from "../src/storage/inbox.ts";

/**
 * Our side of Slack up to the door, and behind it a handler that does what the bare one does: nothing. Each act is on
 * disk before it is acknowledged. Says `ready` when it is connected.
 */
const { SLACK_BOT_TOKEN: botToken = "", SLACK_APP_TOKEN: appToken = "", SLACK_API_URL: apiUrl = "" } = process.env;
const quietDoor: Door = {
  open: async () => ({ kind: "run", run: async () => ({}) }),
  suggest: async () => [],
  pinned: async () => undefined,
  home: async () => ({ tone: "neutral", title: "Home", body: [], buttons: [] }),
};
const store = openDatabase(process.env.DATABASE_URL ?? "");
const platform = createSlackPlatform({
  mode: "socket",
  botToken,
  appToken,
  apiUrl,
  inbox: openInbox(store, Date.now),
  log: pino({ level: "silent" }),
  onFatal: (why) => {
    throw why;
  },
});
await platform.connect(quietDoor);
console.log("ready");
