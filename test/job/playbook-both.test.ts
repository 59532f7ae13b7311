import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { currentStep } from "../../src/core/playbook-state.ts";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { startSandbox } from "../../src/start-sandbox.ts";
import { plain, playbookOf, say } from "../playbook/world.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const steps = [
  plain("ask", {
    ask: {
      question: "Did value move?",
      answers: [say("Yes, it moved", "link"), say("No")],
    },
  }),
  plain("passed"),
  plain("link", { evidence: "link" }),
  plain("gate", { gate: { people: 2 } }),
  plain("owners", { check: { owners: "any" } }),
  plain("cool-down", { wait: "1s" }),
];

it("a playbook is walked from both chats, by people, by the chain and by the clock", { timeout: 60_000 }, async () => {
  const logged: unknown[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const folder = mkdtempSync(join(tmpdir(), "allstop-playbook-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const quiet = () => undefined;
  const chats = ["slack", "discord"] as const;
  const sandbox = await startSandbox({ folder, port: 0, log, page: false, chats: [...chats], progress: quiet });
  closers.push(() => sandbox.close());
  const { slack, discord, chain, bot } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  bot.app.playbooks = () => [playbookOf(steps)];
  const onSlack = stage({ slack, chain }, quiet);
  const onDiscord = discordStage({ discord, chain }, quiet);

  await onSlack.say("noor", "general", "/incident declare critical Vault is draining");
  const room = await onSlack.channelOf("inc-0001");
  await onSlack.sees("noor", room, "INC-0001");
  await onDiscord.channelOf("inc-0001");
  await onSlack.say("noor", room, "/playbook start walk");
  await onSlack.sees("noor", room, "Did value move?");
  await onDiscord.sees("sofia", room, "Did value move?");

  await onDiscord.press("sofia", room, "Yes, it moved");
  await onSlack.sees("noor", room, "Step 3: Do link");
  await onSlack.press("noor", room, "Complete…");
  await onSlack.submit("noor", { evidence: "https://example.org/dashboard" });

  // One person on two platforms is one.
  await onSlack.sees("noor", room, "Step 4: Do gate");
  await onSlack.press("noor", room, "I agree");
  await onDiscord.sees("noor", room, "1 of 2");
  await onDiscord.press("noor", room, "I agree");
  await onDiscord.press("sofia", room, "I agree");

  // The rest goes on by itself.
  await onSlack.sees("noor", room, "All steps are done or skipped.");
  await onDiscord.sees("sofia", room, "All steps are done or skipped.");
  const run = (await bot.app.journal.state("incident/INC-0001"))?.runs[0];
  expect(run && currentStep(run)).toBeUndefined();
  expect(run?.steps.map(({ state }) => state)).toEqual(["done", "passed", "done", "done", "done", "done"]);
  expect(run?.steps[3]?.agreed.map(({ person }) => person)).toEqual(["noor", "sofia"]);
  expect(run?.steps[4]?.remark).toContain("all 5 owners are people of the response plan");
  expect(logged).toEqual([]);
});
