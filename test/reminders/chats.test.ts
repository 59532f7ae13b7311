import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { contactId, contactsNamed } from "../../src/core/contacts.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { oweTimers } from "../../src/core/timers.ts";
import { discordStage, idOf } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { startSandbox } from "../../src/start-sandbox.ts";
import { extras } from "../job/people.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const dependencies = {
  chainlink: {
    name: "Chainlink ETH/USD",
    kind: "oracle",
    message: "notice",
    contacts: [
      { name: "Security desk", via: "security@chainlink.example" },
      { name: "Account manager", via: "+1 555 0100" },
    ],
    degraded: ["Withdrawals work with the last price."],
  },
};

/** Real Bolt and real discord.js, each against its own server, and a plan that wants an update every three seconds. */
async function bothChats(change: object) {
  const folder = mkdtempSync(join(tmpdir(), "allstop-remind-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const logged: { level: number; msg: string }[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const sandbox = await startSandbox({
    folder,
    port: 0,
    log,
    page: false,
    chats: ["slack", "discord"],
    progress: () => undefined,
  });
  closers.push(() => sandbox.close());
  const { slack, discord, chain, bot } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const { hash: _, ...plan } = bot.app.plan();
  Object.assign(bot.app.plan(), ResponsePlan.parse({ ...plan, ...change }));
  const onSlack = { ...stage({ slack, chain }, () => undefined), ...extras({ slack, chain }) };
  const onDiscord = discordStage({ discord, chain }, () => undefined);
  await onSlack.say("noor", "general", "/incident declare critical Vault is draining");
  const room = await onSlack.channelOf("inc-0001");
  await onDiscord.sees("sofia", room, "INC-0001");
  const kinds = async () => (await bot.app.journal.events("incident/INC-0001")).map(({ event }) => event.kind);
  const healthy = () => {
    expect([slack.problems, discord.problems]).toEqual([[], []]);
    expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
  };
  /** What stands in the form that is open on Discord. */
  const prepared = (who: string, words: string) =>
    onDiscord.until(`${who} sees the words`, () => JSON.stringify(discord.client.modal(idOf(who))).includes(words));
  return { onSlack, onDiscord, room, bot, kinds, healthy, prepared };
}

describe("On Slack and on Discord", () => {
  it("a reminder stands in both rooms, is edited when it is done, rings in its thread, and is put off by a button", async () => {
    const world = await bothChats({ severities: { critical: { updateEvery: "3s" } } });
    const { onSlack, onDiscord, room } = world;
    const cadence = (updateEvery: string) => {
      Object.assign(world.bot.app.plan().severities.critical ?? {}, { updateEvery });
    };
    await onSlack.sees("sofia", room, "The next update is due");
    await onDiscord.sees("sofia", room, "The next update is due");
    // From now on there is time to look.
    cadence("1h");
    await onSlack.press("sofia", room, "Post the update…");
    await onSlack.submit("sofia", { text: "We look into it." });
    await onSlack.sees("sofia", room, "The update is posted");
    await onDiscord.sees("emil", room, "The update is posted");
    // The next time it rings under the same message.
    cadence("1s");
    await oweTimers(world.bot.app);
    await onDiscord.sees("sofia", room, "this waits for you");
    const [root] = onSlack
      .messages("sofia", room)
      .filter(({ text, blocks }) => /update is (due|posted)/.test(`${text} ${JSON.stringify(blocks)}`));
    await onSlack.until("the ring in the thread", () =>
      onSlack.messages("sofia", room, root?.ts).some(({ text }) => text.includes("<@U0SOFIA>")),
    );
    cadence("1h");
    await onDiscord.press("sofia", room, "Snooze 10 min");
    await onSlack.sees("noor", room, "Put off until");
    await onDiscord.press("emil", room, "I take it");
    await onSlack.sees("noor", room, "Taken by");
    await onSlack.press("noor", room, "Snooze longer…");
    await onSlack.submit("noor", { for: "60m" });
    await expect.poll(async () => (await world.kinds()).filter((kind) => kind === "reminder.snoozed").length).toBe(2);
    world.healthy();
  }, 60_000);

  it("somebody outside is told with prepared words, from either", async () => {
    const messages = { notice: { title: "To partners", text: "{organisation} runs {incident}; paused: {paused}." } };
    const world = await bothChats({ dependencies, messages });
    const { onSlack, onDiscord, room, bot, prepared } = world;
    await onSlack.say("noor", room, "/incident contacts");
    await onSlack.press("noor", room, "Notify Chainlink ETH/USD…");
    const words = "Example Protocol runs INC-0001; paused: nothing.";
    const [desk, manager] = [0, 1].map((at) => dependencies.chainlink.contacts[at]);
    const [first = "", second = ""] = contactsNamed(bot.app.plan(), "chainlink").map((one) =>
      contactId(one.key, one.contact),
    );
    await onSlack.submit("noor", { contact: first });
    await onSlack.sees("noor", room, desk?.via ?? "");
    await onDiscord.sees("sofia", room, "Told outside: Security desk");
    await onDiscord.say("sofia", room, "/incident contacts");
    await onDiscord.press("sofia", room, "Notify Chainlink ETH/USD…");
    await prepared("sofia", words);
    await onDiscord.submit("sofia", { contact: second, text: words });
    await onSlack.sees("noor", room, "Told outside: Account manager");
    const told = (await bot.app.journal.state("incident/INC-0001"))?.notified.map(({ via, text }) => [via, text]);
    expect(told).toEqual([
      [desk?.via, words],
      [manager?.via, words],
    ]);
    // Prepared words for an update open in a form on both, and are posted only when somebody submits them.
    await onDiscord.say("sofia", room, "/incident update --draft notice");
    await prepared("sofia", words);
    await onDiscord.submit("sofia", { text: words });
    await onSlack.sees("noor", room, words);
    world.healthy();
  }, 60_000);
});
