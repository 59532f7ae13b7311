import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, expect, it } from "vitest";
import { buttonsIn, discordStage, idOf, wordsOf } from "../../src/rehearsal/discord-stage.ts";
import { startSandbox } from "../../src/start-sandbox.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("A signer who takes no direct messages is asked under the proposal's card, and rung there", async () => {
  const folder = mkdtempSync(join(tmpdir(), "allstop-dms-"));
  closers.push(() => rmSync(folder, { recursive: true, force: true }));
  const sandbox = await startSandbox({
    folder,
    port: 0,
    log: pino({ level: "silent" }),
    page: false,
    chats: ["discord"],
    blockTimeSeconds: 1,
    progress: () => undefined,
  });
  closers.push(() => sandbox.close());
  const { discord, chain, bot } = sandbox;
  if (discord === undefined) throw new Error("Discord was asked for.");
  const people = discordStage({ discord, chain }, () => undefined);
  const emil = idOf("emil");
  await discord.client.act(emil, { do: "closeDms", closed: true });

  await people.say("noor", "general", "/incident declare critical Vault is draining");
  const room = await people.channelOf("inc-0001");
  await people.say("sofia", room, "/pause propose pause-vault");
  await people.sees("noor", room, "you take no direct messages");

  const asked = [...discord.world.channels.values()]
    .flatMap(({ messages }) => [...messages.values()])
    .filter((message) => wordsOf(message).includes("you take no direct messages"));
  expect(asked).toHaveLength(1);
  expect(asked[0]?.mentions).toEqual([emil]);
  expect(buttonsIn(asked[0] ?? { components: [] }).map(({ label }) => label)).toEqual(["Sign"]);
  // Nobody else was rung by anything in the room.
  const rung = [...discord.world.channels.values()]
    .filter(({ name }) => name !== "security-alerts")
    .flatMap(({ messages }) => [...messages.values()].flatMap(({ mentions }) => mentions));
  expect(rung).toEqual([emil]);
  const unreached = async () =>
    (await bot.app.journal.events("incident/INC-0001")).flatMap(({ event }) =>
      event.kind === "pause.signer_asked" && event.why !== undefined ? [event] : [],
    );
  await expect.poll(unreached).toMatchObject([{ user: `discord:${emil}`, why: expect.stringContaining("50007") }]);
});
