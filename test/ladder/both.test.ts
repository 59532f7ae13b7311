/** Collected on one chat, opened on the other: what is to be told is told on both. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { verifyTimeline } from "../../src/core/verify.ts";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { sandboxPeople } from "../../src/sandbox/chain/index.ts";
import { startSandbox } from "../../src/start-sandbox.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("is collected on Discord and opened from Slack, and both chats and both alert channels hear of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-ladder-both-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const logged: string[] = [];
  const log = pino({ level: "error" }, { write: (line: string) => void logged.push(line) });
  const quiet = () => undefined;
  const chats = ["slack", "discord"] as const;
  const sandbox = await startSandbox({ folder, port: 0, log, page: false, chats, progress: quiet });
  closers.push(() => sandbox.close());
  const { slack, discord, chain, bot } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const onSlack = stage({ slack, chain }, quiet);
  const onDiscord = discordStage({ discord, chain }, quiet);

  await onDiscord.say("noor", "general", "/ladder collect pause-vault 2");
  for (const on of [onSlack, onDiscord]) await on.sees("noor", "security-alerts", "is to be signed ahead of time");
  const page = new URL(bot.app.links.ladder(1));
  for (const { slackId } of sandboxPeople.filter(({ key }) => ["ana", "chidi", "emil"].includes(key))) {
    const typed = await (await fetch(`${page.origin}/api${page.pathname}/typed-data/0.json`)).json();
    const signature = await chain.wallet.signTypedData(slackId, typed as never);
    const answer = await fetch(`${page.origin}/api${page.pathname}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ signature }),
    });
    expect(answer.status, await answer.text()).toBe(200);
  }

  await onSlack.say("noor", "general", "/incident declare critical Vault is draining");
  const room = await onSlack.channelOf("inc-0001");
  await onSlack.sees("noor", room, "INC-0001");
  await onSlack.say("sofia", room, "/pause propose pause-vault");
  for (const on of [onSlack, onDiscord]) {
    await on.sees("ana", room, "the ladder was opened");
    await on.sees("noor", "security-alerts", "the ladder was opened");
  }
  // The sandbox's plan wants two acknowledgements and a press: signatures made ahead of time spare neither.
  await onSlack.press("ana", room, "Acknowledge");
  await onDiscord.press("chidi", room, "Acknowledge");
  await onDiscord.press("sofia", room, "Execute");
  for (const on of [onSlack, onDiscord]) await on.sees("emil", room, "PAUSED, and verified");

  await onSlack.say("sofia", room, "/incident export");
  await onSlack.until("the files", () => onSlack.files(room).some(({ name }) => name.endsWith(".json")));
  const json = onSlack.files(room).find(({ name }) => name.endsWith(".json"))?.content ?? "";
  expect(await verifyTimeline(json)).toMatchObject({ ok: true, signatures: 3 });
  expect([logged, slack.problems, discord.problems]).toEqual([[], [], []]);
}, 60_000);
