import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { discordStage } from "../../src/rehearsal/discord-stage.ts";
import { stage } from "../../src/rehearsal/stage.ts";
import { ALERTS_CHANNEL, startSandbox } from "../../src/start-sandbox.ts";
import { extras, textOf } from "../job/people.ts";
import { setRole } from "./world.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("stands in the alerts channel of both chats, answers whoever asks, and is edited in both", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-readiness-chats-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const logged: { level: number; msg: string }[] = [];
  const log = pino({ level: "warn" }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  const chats = ["slack", "discord"] as const;
  const sandbox = await startSandbox({ folder, port: 0, log, page: false, chats, progress: () => undefined });
  closers.push(() => sandbox.close());
  const { slack, discord, chain } = sandbox;
  if (slack === undefined || discord === undefined) throw new Error("Both chats were asked for.");
  const onSlack = { ...stage({ slack, chain }, () => undefined), ...extras({ slack, chain }) };
  const onDiscord = discordStage({ discord, chain }, () => undefined);
  const alerts = "security-alerts";
  const posted = () => slack.client.messages("U0NOOR", { channel: ALERTS_CHANNEL }).filter((one) => !one.ephemeralTo);

  await onSlack.say("noor", alerts, "/readiness check");
  await onSlack.sees("noor", alerts, "✅ Right to pause");
  const answer = onSlack.words("noor", alerts);
  expect(answer).toContain("READY, with reservations: Pause deposits of Vault-USDC");
  expect(answer).toContain("5 of 5 owners are linked");
  // One provider is all that a sandbox has, and the proof says what that is worth.
  expect(answer).toContain("one RPC provider");
  await onDiscord.sees("noor", alerts, "READY, with reservations");
  await slack.until(() => posted().length === 1 || undefined, { what: "the board" });
  const board = posted()[0]?.ts;

  await setRole(chain, "revokeRole");
  await onSlack.press("sofia", alerts, "Check now");
  await onSlack.sees("sofia", alerts, "❌ Right to pause");
  await onSlack.sees("tomas", alerts, "NOT READY: Pause deposits of Vault-USDC");
  await onDiscord.sees("tomas", alerts, "NOT READY: Pause deposits of Vault-USDC");
  await slack.until(() => posted().length === 2 || undefined, { what: "the turn, told once" });
  const shown = posted().find(({ ts }) => ts === board);
  expect(shown && textOf(shown)).toContain("Red since");
  expect(shown && textOf(shown)).toContain("Ask whoever administers Vault-USDC to give ops-pause PAUSER_ROLE");
  expect(slack.problems).toEqual([]);
  expect(discord.problems).toEqual([]);
  expect(logged.filter(({ level }) => level >= 50)).toEqual([]);
}, 30_000);
