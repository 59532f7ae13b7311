/** One workspace with a Bolt app in it, fresh for each test. */
import type { App } from "@slack/bolt";
import type { KnownBlock } from "@slack/types";
import { afterEach, beforeEach } from "vitest";
import type { Act } from "../../../src/sandbox/slack/client-api.ts";
import { type SlackServer, startSlackServer, virtualClock } from "../../../src/sandbox/slack/server.ts";
import { socketApp } from "./bolt.ts";
import { CAST } from "./people.ts";

export const GENERAL = "C0GENERAL";
export const plain = (text: string) => ({ type: "plain_text" as const, text });

/** Call it at the top of a test file. What it returns is filled in before each test. */
export function useStage() {
  const clock = virtualClock();
  let server: SlackServer;
  let bot: { app: App; stop(): Promise<void> };
  beforeEach(async () => {
    server = await startSlackServer({ ...CAST, clock });
    bot = await socketApp(server, () => {});
  });
  afterEach(async () => {
    await bot.stop();
    await server.close();
  });
  return {
    clock,
    get server() {
      return server;
    },
    get app() {
      return bot.app;
    },
    act: (as: string, what: Act) => server.client.act(as, what),
    texts: (as: string, channel = GENERAL) => server.client.messages(as, { channel }).map(({ text }) => text),
    /** Posts blocks as the bot and returns where. */
    async post(blocks: KnownBlock[]) {
      const { ts = "" } = await bot.app.client.chat.postMessage({ channel: GENERAL, text: "card", blocks });
      return { channel: GENERAL, ts };
    },
    /** The bot goes away; another one comes when the returned function is called. */
    async withoutBot() {
      await bot.stop();
      return async () => {
        bot = await socketApp(server, () => {});
      };
    },
  };
}
