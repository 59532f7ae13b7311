import { afterEach, expect, it } from "vitest";
import { type ChildWorld, openChildWorld } from "./child.ts";

let world: ChildWorld;
afterEach(() => world.close());

it("goes on after SIGKILL at every step of the job: one room, one execution, nothing lost", async () => {
  world = await openChildWorld();
  const { bot, slack, people } = world;
  let room = "";

  const steps: (() => Promise<unknown>)[] = [
    async () => {
      await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
    },
    async () => {
      room = await people.channelOf("inc-");
      await people.press("sofia", room, "Start the playbook");
    },
    async () => {
      const message = await people.say("noor", room, "Three rounds so far.");
      if (message !== undefined) await people.react("tomas", room, message.ts, "pushpin");
      // Slack has our word for the reaction; whatever the bot had not done by then, its next life must do.
      const heard = () =>
        slack.deliveries.some(({ payload, outcome }) => JSON.stringify(payload).includes("reaction_added") && outcome);
      await slack.until(heard, { what: "the reaction to be acknowledged" });
    },
    () => people.press("sofia", room, "Complete"),
    () => people.say("sofia", room, "/pause propose pause-vault Money is leaving"),
    () => people.sign("ana", room),
    () => people.sign("emil", room),
    () => people.sign("chidi", room),
    () => people.press("sofia", room, "Execute"),
    () => people.sees("noor", room, "PAUSED, and verified"),
    () => people.sees("noor", room, "PAUSED (final)"),
    () => people.say("sofia", room, "/incident resolve Paused in time."),
  ];
  for (const step of steps) {
    await bot.start();
    await step();
    await bot.kill();
  }
  await bot.start();
  const kinds = await world.expectOneOfEach(room);
  expect(kinds).toContain("message.captured");
  expect(kinds.filter((kind) => kind === "bot.restarted").length).toBeGreaterThan(5);
}, 150_000);
