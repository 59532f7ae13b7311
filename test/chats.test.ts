import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { Platform } from "../src/chat/platform.ts";
import { keepChats } from "../src/chats.ts";
import { createChatDelivery } from "../src/outbox/chat-effects.ts";
import { createPump } from "../src/outbox/pump.ts";
import { createTimerDelivery } from "../src/outbox/timers.ts";
import { memoryChat } from "./memory-chat.ts";
import { openStory, storyPlan } from "./story.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const DISCORD_NOOR = "100000000000000001";

async function twoChats() {
  const base = storyPlan();
  const plan = {
    ...base,
    channels: { alerts: { slack: "C0ALERTS", discord: "900" } },
    people: { ...base.people, noor: { name: "Noor", slack: "U0NOOR", discord: DISCORD_NOOR, roles: [] } },
  };
  const platforms = new Map<string, Platform>();
  const story = openStory({ plan, chats: ["slack", "discord"], platforms, realTime: true });
  const slack = memoryChat("slack");
  const discord = memoryChat("discord");
  const log = pino({ level: "silent" });
  const fatal: Error[] = [];
  const chain = async () => undefined;
  const pump = createPump({
    owed: story.owed,
    clock: story.steady,
    deliver: {
      chat: createChatDelivery(story.app, platforms),
      chain,
      timers: createTimerDelivery(story.app),
      checks: createTimerDelivery(story.app),
      webhooks: async () => undefined,
    },
    log,
  });
  story.journal.onRecorded(() => pump.wakeAll());
  const chats = keepChats({
    app: story.app,
    make: { slack: slack.make, discord: discord.make },
    door: story.door,
    platforms,
    inbox: { unfinished: () => [] },
    pump,
    log,
    onFatal: (why) => fatal.push(why),
    againMs: 20,
  });
  closers.push(
    () => chats.close(),
    () => pump.stop(),
  );
  return { ...story, slack, discord, chats, fatal, platforms };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`This never came to hold: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe("One incident in two chats", () => {
  it("has a room, a card and an alert in each, and says in each what was noted in the other", async () => {
    const { chats, slack, discord, type, incident } = await twoChats();
    await chats.open();
    await type("U0NOOR", "incident declare critical Vault is draining");
    const both = [slack, discord];
    await until("cards and alerts in both", () =>
      both.every(
        (chat) => chat.words("INC-0001").length > 0 && chat.words(chat === slack ? "C0ALERTS" : "900").length > 0,
      ),
    );
    await type(`discord:${DISCORD_NOOR}`, "incident note It began at block 100", { where: "discord:W1/INC-0001" });
    await until("the note in both", () => both.every((chat) => chat.words("INC-0001").join().includes("block 100")));
    // The same person by her account in each; somebody without one there, by name.
    expect(discord.words("INC-0001").join()).toContain(`{"person":"discord:${DISCORD_NOOR}"}`);
    expect(discord.words("INC-0001").join()).toContain("Sofia (on Slack)");
    expect(slack.words("INC-0001").join()).toContain('{"person":"slack:U0NOOR"}');
    expect(slack.words("INC-0001").join()).not.toContain(DISCORD_NOOR);
    expect(Object.keys((await incident()).chats).sort()).toEqual(["discord", "slack"]);
  });

  it("goes on in one when the other refuses the token, and catches up without duplicates", async () => {
    const { chats, slack, discord, type, kinds, incident, fatal } = await twoChats();
    await chats.open();
    await type("U0NOOR", "incident declare critical Vault is draining");
    await until("both cards", () => [slack, discord].every((chat) => chat.words("INC-0001").length > 0));
    discord.trouble("revoked");
    await type("U0NOOR", "incident note one", { where: "slack:W1/INC-0001" });
    await until("the loss on Slack's card", () => slack.words("INC-0001").join().includes("Discord: Connection"));
    await type("U0NOOR", "incident note two", { where: "slack:W1/INC-0001" });
    await until("note two on Slack", () => slack.words("INC-0001").join().includes("two"));
    expect(discord.words("INC-0001").join()).not.toContain("two");
    expect((await incident()).degraded).toMatchObject([{ chat: "discord", step: "Connection", code: "token_revoked" }]);

    discord.trouble("none");
    await until("both notes on Discord", () =>
      ["one", "two"].every((word) => discord.words("INC-0001").join().includes(`: ${word}`)),
    );
    await until("the card without the loss", () => !slack.words("INC-0001").join().includes("Discord: Connection"));
    for (const word of ["one", "two"]) {
      expect(discord.words("INC-0001").filter((words) => words.includes(`: ${word}"`))).toHaveLength(1);
    }
    expect((await kinds()).filter((kind) => kind === "room.opened")).toHaveLength(2);
    expect(fatal).toEqual([]);
  });

  it("opens in the second chat when that is reached at last, and hurries what waited", async () => {
    const { chats, slack, discord, type } = await twoChats();
    discord.trouble("down");
    await chats.open();
    await type("U0NOOR", "incident declare high Oracle is off");
    await until("the card on Slack", () => slack.words("INC-0001").length > 0);
    expect(discord.messages.size).toBe(0);
    discord.trouble("none");
    await until("the card on Discord", () => discord.words("INC-0001").length > 0);
    expect(discord.words("900")).toHaveLength(1);
  });

  it("ends when every chat refuses it, but not while an incident is open: the console is needed then", async () => {
    const { chats, slack, discord, fatal, type, platforms, kinds } = await twoChats();
    await chats.open();
    await type("U0NOOR", "incident declare high Oracle is off");
    await until("both cards", () => [slack, discord].every((chat) => chat.words("INC-0001").length > 0));
    slack.trouble("revoked");
    discord.trouble("revoked");
    await type("U0NOOR", "incident note Both are gone");
    await until("both to be lost", () => platforms.size === 0);
    expect(fatal).toEqual([]);
    expect((await kinds()).filter((kind) => kind === "chat.degraded")).toHaveLength(2);
    await type("U0NOOR", "incident resolve It was nothing");
    slack.trouble("none");
    await until("Slack to be back", () => platforms.has("slack"));
    slack.trouble("revoked");
    await type("U0NOOR", "incident export INC-0001");
    await until("the end", () => fatal.length > 0);
    const again = await twoChats();
    again.slack.trouble("revoked");
    again.discord.trouble("revoked");
    await expect(again.chats.open()).rejects.toThrow("refuses the token");
  });
});
