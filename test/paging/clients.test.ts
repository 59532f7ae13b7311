import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import { type Running, startAllstop } from "../../src/main.ts";
import { discordStage, idOf } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import type { DiscordServer } from "../../src/sandbox/discord/index.ts";
import type { SlackServer } from "../../src/sandbox/slack/server.ts";
import { discordSettings, sandboxPlan, startGuild, startWorkspace } from "../../src/start-sandbox.ts";
import { extras, textOf } from "../job/people.ts";
import { storyPlaybook } from "../story.ts";

let chain: SandboxChain;
let slack: SlackServer;
let discord: DiscordServer;
let bot: Running;
let folder: string;
const logged: { level: number; msg: string }[] = [];

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());
afterEach(async () => {
  await bot.close();
  await slack.close();
  await discord.close();
  rmSync(folder, { recursive: true, force: true });
  expect([slack.problems, discord.problems]).toEqual([[], []]);
  expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
});

/** The bot in both chats, through Bolt and discord.js; level 1 has an hour, so that only people are quick. */
async function open() {
  folder = mkdtempSync(join(tmpdir(), "allstop-paging-"));
  slack = await startWorkspace();
  discord = await startGuild();
  const plan: LoadedPlan = {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      ...sandboxPlan(chain, ["slack", "discord"]),
      escalation: [
        { title: "First responders", who: ["noor", "sofia"], answerWithin: "1h" },
        { title: "Protocol lead", who: ["tomas"], answerWithin: "1h" },
      ],
      severities: { critical: { page: { upTo: 2 } } },
    }),
  };
  let url = "";
  bot = await startAllstop({
    databaseUrl: `file:${join(folder, "allstop.db")}`,
    plan: () => plan,
    playbooks: () => [storyPlaybook],
    rpcUrls: { [chain.chainId]: [chain.rpcUrl] },
    executorPrivateKey: chain.executor.privateKey,
    publicUrl: () => url,
    port: 0,
    slack: { mode: "socket", botToken: slack.botToken, appToken: slack.appToken, apiUrl: slack.apiUrl },
    discord: discordSettings(discord),
    log: pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) }),
    onFatal: (error) => void logged.push({ level: 60, msg: error.message }),
  });
  url = bot.webUrl;
  const quiet = () => undefined;
  const onSlack = { ...stage({ slack, chain }, quiet), ...extras({ slack, chain }) };
  return { onSlack, onDiscord: discordStage({ discord, chain }, quiet) };
}

const directOnDiscord = (who: string) => {
  const channel = discord.client.channels(idOf(who)).find(({ recipients }) => recipients.length > 0);
  return channel === undefined ? [] : discord.client.messages(idOf(who), channel.id);
};
const wordsOf = (message: object) => JSON.stringify(message);

/** Presses the button with this label on a person's newest direct message that bears it, as Discord's own app does. */
async function pressDirect(who: string, label: string): Promise<void> {
  const found = await discord.until(
    () =>
      directOnDiscord(who)
        .toReversed()
        .flatMap((message) => {
          const id = new RegExp(
            `"custom_id":"([^"]+)"[^}]*"label":"${label}"|"label":"${label}"[^}]*"custom_id":"([^"]+)"`,
          );
          const match = id.exec(wordsOf(message));
          const customId = match?.[1] ?? match?.[2];
          return customId === undefined ? [] : [{ message, customId }];
        })[0],
    { what: `${who} to have the button ${label}` },
  );
  const { message, customId } = found;
  const result = await discord.client.act(idOf(who), {
    do: "press",
    channel: message.channelId,
    message: message.id,
    customId,
  });
  if (!result.ok) throw new Error(result.error);
}

describe("A call, through the real clients", () => {
  it("Slack refuses one direct message: the card says so, another press there answers, and everything says who", async () => {
    const { onSlack, onDiscord } = await open();
    // The first direct message is Noor's.
    slack.faults.add({ method: "conversations.open", kind: "error", error: "restricted_action", times: 1 });
    await onSlack.say("ana", "general", "/incident declare critical Vault is draining");
    const room = await onSlack.channelOf("inc-0001");
    await onSlack.sees("ana", "security-alerts", "INC-0001 CRITICAL: somebody is needed now");
    await onDiscord.sees("ana", "security-alerts", "INC-0001 CRITICAL: somebody is needed now");
    await onSlack.sees("ana", room, "No direct message to");
    await onSlack.sees("ana", room, "restricted_action");
    expect(onSlack.direct("noor")).toEqual([]);
    // Noor's other account was told; the mention rang her on Slack.
    await discord.until(() => directOnDiscord("noor").length > 0, { what: "Noor's direct message on Discord" });
    const rung = onSlack.messages("noor", "security-alerts").map(textOf).join("\n");
    expect(rung).toContain("@U0NOOR");

    const [message] = await slack.until(
      () => (onSlack.direct("sofia").length > 0 ? onSlack.direct("sofia") : undefined),
      {
        what: "Sofia's direct message",
      },
    );
    if (message === undefined) throw new Error("It is gone.");
    expect(textOf(message)).toContain("You are needed now");
    expect((await onSlack.pressOn("sofia", message, "I'm on it")).ok).toBe(true);
    const who = "Sofia";
    for (const person of [onSlack, onDiscord]) await person.sees("ana", "security-alerts", `INC-0001 CRITICAL: ${who}`);
    await slack.until(() => onSlack.direct("sofia").some((one) => textOf(one).includes("You are on it")), {
      what: "Sofia's own message",
    });
    await discord.until(() => directOnDiscord("noor").some((one) => wordsOf(one).includes("is on it")), {
      what: "Noor's message on Discord",
    });
    await onSlack.sees("ana", room, "On it: ");
    await onDiscord.sees("ana", room, "On it: ");
    const kinds = (await bot.app.journal.events("incident/INC-0001")).map(({ event }) => event.kind);
    expect(kinds.filter((kind) => kind === "oncall.answered")).toHaveLength(1);
  }, 60_000);

  it("Discord: a press in a direct message answers, another person's is asked, and takes over on both chats", async () => {
    const { onSlack, onDiscord } = await open();
    await discord.client.act(idOf("sofia"), { do: "closeDms", closed: true });
    await onDiscord.say("ana", "general", "/incident declare critical Vault is draining");
    const room = await onDiscord.channelOf("inc-0001");
    await onDiscord.sees("ana", room, "No direct message to");
    await pressDirect("noor", "I'm on it");
    await onSlack.sees("ana", "security-alerts", "Noor is on it");
    await onDiscord.sees("ana", "security-alerts", "Noor is on it");
    // From the alerts, where no room says which incident is meant; Allstop asks before the press counts.
    await onDiscord.press("tomas", "security-alerts", "Take over…");
    await onDiscord.press("tomas", "security-alerts", "I'm on it now");
    await onSlack.sees("ana", "security-alerts", "Tomas is on it");
    await onDiscord.sees("ana", "security-alerts", "Tomas is on it");
    await discord.until(() => directOnDiscord("noor").some((one) => wordsOf(one).includes("Tomas")), {
      what: "Noor's message to say who has it",
    });
    const answers = (await bot.app.journal.events("incident/INC-0001")).flatMap(({ event, by }) =>
      event.kind === "oncall.answered" ? [{ by, previous: event.previous }] : [],
    );
    expect(answers).toEqual([
      { by: `discord:${idOf("noor")}`, previous: undefined },
      { by: `discord:${idOf("tomas")}`, previous: `discord:${idOf("noor")}` },
    ]);
  }, 60_000);
});
