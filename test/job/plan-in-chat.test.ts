import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { GENERAL_CHANNEL, startSandbox } from "../../src/start-sandbox.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("the plan and who is on call are read in both chats, by words and by buttons, by nobody but who asked", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-plan-chat-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const log = pino({ level: "silent" });
  const chats = ["slack", "discord"] as const;
  const sandbox = await startSandbox({ folder, port: 0, log, page: false, chats, progress: () => undefined });
  closers.push(() => sandbox.close());
  const { slack, discord, chain } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const quiet = () => undefined;
  for (const people of [stage({ slack, chain }, quiet), discordStage({ discord, chain }, quiet)]) {
    await people.say("noor", "general", "/incident plan");
    await people.sees("noor", "general", "sha256 of the plan");
    await people.press("noor", "general", "Interventions");
    await people.sees("noor", "general", "Still works");
    await people.press("noor", "general", "Back to the plan");
    await people.say("noor", "general", "/incident plan interventions pause-vault");
    await people.sees("noor", "general", "Response plan: pause-vault");
    await people.say("noor", "general", "/oncall list");
    await people.sees("noor", "general", "On call");
  }
  expect(slack.client.messages("U0NOOR", { channel: GENERAL_CHANNEL }).filter((one) => !one.ephemeralTo)).toEqual([]);
  expect(slack.problems).toEqual([]);
  expect(discord.problems).toEqual([]);
}, 60_000);
