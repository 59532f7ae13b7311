/** The end of an incident in both chats at once: by Bolt on Slack, by discord.js on Discord. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { verifyRisks } from "../../src/core/risk-verify.ts";
import { startAllstop } from "../../src/main.ts";
import { loadPlan } from "../../src/plan.ts";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { startTestChain } from "../../src/sandbox/chain/index.ts";
import { discordSettings, sandboxPlan, startGuild, startWorkspace } from "../../src/start-sandbox.ts";
import { storyPlaybook } from "../story.ts";
import { checklist, seeds } from "./world.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function bothChats() {
  const folder = mkdtempSync(join(tmpdir(), "allstop-risks-both-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const chain = await startTestChain();
  closers.push(() => chain.close());
  const [slack, discord] = await Promise.all([startWorkspace(), startGuild()]);
  closers.push(() => Promise.all([slack.close(), discord.close()]));
  const path = join(folder, "plan.yaml");
  writeFileSync(path, stringify({ ...sandboxPlan(chain, ["slack", "discord"]), closing: checklist.key, risks: seeds }));
  const playbooks = [storyPlaybook, checklist];
  const plan = loadPlan(path, { playbooks: playbooks.map(({ key }) => key) });
  const logged: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  const bot = await startAllstop({
    databaseUrl: `file:${join(folder, "allstop.db")}`,
    plan: () => plan,
    playbooks: () => playbooks,
    rpcUrls: { [chain.chainId]: [chain.rpcUrl] },
    publicUrl: "http://127.0.0.1:1",
    port: 0,
    slack: {
      mode: "socket",
      botToken: slack.botToken,
      appToken: slack.appToken,
      signingSecret: slack.signingSecret,
      apiUrl: slack.apiUrl,
    },
    discord: discordSettings(discord),
    log,
    onFatal: (err) => log.error({ err }, "The bot can't go on"),
  });
  closers.push(() => bot.close());
  const quiet = () => undefined;
  return {
    bot,
    onSlack: stage({ slack, chain }, quiet),
    onDiscord: discordStage({ discord, chain }, quiet),
    expectHealthy: () => expect([logged, slack.problems, discord.problems]).toEqual([[], [], []]),
  };
}

describe.each(["slack", "discord"] as const)("The end of an incident, on %s", (chat) => {
  it("is resolved, refused while something is left, and closed once all is done", async () => {
    const { bot, onSlack, onDiscord, expectHealthy } = await bothChats();
    const [here, there] = chat === "slack" ? [onSlack, onDiscord] : [onDiscord, onSlack];
    await here.say("noor", "general", "/incident declare high The oracle is off");
    const room = await here.channelOf("inc-0001");
    await here.press("noor", room, "Resolve…");
    await here.submit("noor", { summary: "Another feed is used." });
    await there.sees("sofia", room, "Before it is closed");

    await here.press("noor", room, "Close…");
    await here.sees("noor", room, "INC-0001 can't be closed yet");
    await here.sees("noor", room, "not begun");
    await here.press("noor", room, "Start the post-incident checklist");
    await here.sees("sofia", room, "R-0001 After the incident");
    // What is left is done in the other chat.
    await there.press("sofia", room, "Complete");
    await there.sees("sofia", room, "1 of 2");
    await here.press("noor", room, "Close…");
    await here.sees("noor", room, ", 1 of 2 steps");
    await there.press("sofia", room, "Complete");
    await there.sees("sofia", room, "All steps are done or skipped.");

    await here.press("noor", room, "Add a risk…");
    await here.submit("noor", { likelihood: "high", impact: "medium", title: "Prices are taken <!channel> stale" });
    await here.sees("noor", room, "RISK-0003 Prices are taken <!channel> stale");
    await there.sees("sofia", room, "New risk: RISK-0003");
    await here.press("noor", room, "Close the incident");
    if (chat === "discord") await here.press("noor", room, "Close it");
    await there.sees("sofia", room, "CLOSED");
    await here.sees("noor", room, "It taught or touched RISK-0003.");

    await here.say("noor", "general", "/risk list");
    await here.sees("noor", "general", "3 open risks");
    await here.sees("noor", "general", "INC-0001");
    await here.say("noor", "general", "/risk export");
    await here.until("both files", () => here.files("general").length === 2);
    const [markdown, json] = here.files("general");
    expect(markdown?.name).toBe("risks.md");
    expect(verifyRisks(JSON.parse(json?.content ?? ""))).toMatchObject({ ok: true, events: 3, risks: 3 });
    const state = await bot.app.journal.state("incident/INC-0001");
    expect(state).toMatchObject({ status: "closed", risks: [{ risk: "RISK-0003", isNew: true }] });
    expectHealthy();
  }, 60_000);
});
