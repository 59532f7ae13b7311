import { rmSync } from "node:fs";
import { join } from "node:path";
import { App, LogLevel, SocketModeReceiver } from "@slack/bolt";
import { pino } from "pino";
import type { Door } from "../src/chat/platform.ts";
import { createSlackPlatform } from "../src/platforms/slack/index.ts";
import { type SlackServer, startSlackServer } from "../src/sandbox/slack/server.ts";
import { openDatabase } from "../src/storage/database.ts";
import { openInbox } from "../src/storage/inbox.ts";
import { atMost, type Bench, benchFolder, quantile } from "./measure.ts";

const WARM = 50;
const SAMPLES = 400;

/** A person's act until the platform has its acknowledgement: ours, with the act on disk first, against a bare Bolt handler. */
export const answers: Bench = {
  name: "answers",
  async run() {
    const folder = benchFolder();
    const [ours, bare] = [await workspace(), await workspace()];
    const store = openDatabase(`file:${join(folder, "bench.db")}`);
    const inbox = openInbox(store, Date.now);
    const platform = createSlackPlatform({
      mode: "socket",
      botToken: ours.botToken,
      appToken: ours.appToken,
      apiUrl: ours.apiUrl,
      inbox,
      log: pino({ level: "silent" }),
      onFatal: () => undefined,
    });
    await platform.connect(quietDoor);
    const bolt = await bareBolt(bare);
    try {
      const slash = { ours: [] as number[], bare: [] as number[] };
      const click = { ours: [] as number[], bare: [] as number[] };
      const buttons = { ours: await postButton(ours), bare: await postButton(bare) };
      for (let n = 0; n < WARM + SAMPLES; n += 1) {
        for (const [who, server] of [
          ["ours", ours],
          ["bare", bare],
        ] as const) {
          const typed = await timed(() =>
            server.client.act("U0ANA", { do: "send", channel: "C0GENERAL", text: "/incident list" }),
          );
          const pressed = await timed(() =>
            server.client.act("U0ANA", {
              do: "press",
              channel: "C0GENERAL",
              ts: buttons[who],
              blockId: "row",
              actionId: "incident list",
            }),
          );
          if (n < WARM) continue;
          slash[who].push(typed);
          click[who].push(pressed);
        }
      }
      return [
        atMost("slash-to-ack-p50", quantile(slash.ours, 0.5), "ms", quantile(slash.bare, 0.5), 2),
        atMost("slash-to-ack-p99", quantile(slash.ours, 0.99), "ms", quantile(slash.bare, 0.99), 2),
        atMost("click-to-ack-p50", quantile(click.ours, 0.5), "ms", quantile(click.bare, 0.5), 2),
        atMost("click-to-ack-p99", quantile(click.ours, 0.99), "ms", quantile(click.bare, 0.99), 2),
      ];
    } finally {
      await platform.close();
      await bolt.stop();
      await ours.close();
      await bare.close();
      inbox.flush();
      store.close();
      rmSync(folder, { recursive: true });
    }
  },
};

const quietDoor: Door = {
  open: async () => ({ kind: "run", run: async () => ({}) }),
  pinned: async () => undefined,
  home: async () => ({ tone: "neutral", title: "Home", body: [], buttons: [] }),
};

function workspace(): Promise<SlackServer> {
  return startSlackServer({
    rateLimits: false,
    people: [{ id: "U0ANA", name: "Ana", title: "on call" }],
    channels: [{ id: "C0GENERAL", name: "general", members: ["U0ANA"], bot: true }],
    commands: [{ command: "/incident", description: "Incidents", usageHint: "" }],
    shortcuts: [],
  });
}

async function bareBolt(server: SlackServer): Promise<{ stop(): Promise<void> }> {
  const receiver = new SocketModeReceiver({
    appToken: server.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions: { slackApiUrl: server.apiUrl } },
  });
  const app = new App({
    token: server.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: server.apiUrl },
    deferInitialization: true,
  });
  await app.init();
  app.command(/.*/, async ({ ack }) => ack());
  app.action(/.*/, async ({ ack }) => ack());
  await app.start();
  return { stop: async () => void (await app.stop()) };
}

async function postButton(server: SlackServer): Promise<string> {
  const response = await fetch(`${server.apiUrl}chat.postMessage`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.botToken}`, "content-type": "application/json; charset=utf-8" },
    body: JSON.stringify({
      channel: "C0GENERAL",
      text: "A button",
      blocks: [
        {
          type: "actions",
          block_id: "row",
          elements: [{ type: "button", action_id: "incident list", text: { type: "plain_text", text: "List" } }],
        },
      ],
    }),
  });
  const { ts } = (await response.json()) as { ts: string };
  return ts;
}

async function timed(work: () => Promise<{ ok: boolean }>): Promise<number> {
  const began = performance.now();
  const { ok } = await work();
  if (!ok) throw new Error("An act was not acknowledged.");
  return performance.now() - began;
}
