import { writeFileSync } from "node:fs";
import { pino } from "pino";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { keepPlan } from "../src/cli/live-plan.ts";
import { planTaken } from "../src/core/plan-taken.ts";
import { planFolder } from "./plan-files.ts";
import { openStory, storyPlan, wordsOf } from "./story.ts";

const { write } = planFolder();
const MINUTE_MS = 60_000;

/** The story's plan as a file, with another time between updates. */
function planText(updateEvery: string): string {
  const { hash: _, ...plan } = storyPlan();
  return stringify(
    { ...plan, interventions: {}, severities: { critical: { owner: "noor", updateEvery } } },
    { aliasDuplicateObjects: false },
  );
}

it("another plan takes effect without a restart, a bad one is told and changes nothing", async () => {
  const path = write(planText("2h"));
  const told: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void told.push(JSON.parse(line).msg) });
  // No provider answers: whether the executor owns a Safe is then told as unknown, and stops nothing.
  const rpc = { 31337: [] };
  const kept = await keepPlan({
    config: { responsePlan: path, rpc, executor: { address: `0x${"11".repeat(20)}` } } as never,
    playbooks: ["active-exploit"],
    log,
  });
  const story = openStory({ plan: kept.current() });
  story.app.plan = kept.current;
  let taken = 0;
  kept.onTaken(kept.current(), async () => {
    await planTaken(story.app);
    taken += 1;
  });
  const began = story.app.clock.now().getTime();
  const dueWithin = (minutes: number) =>
    story.owed.due("timers", began + minutes * MINUTE_MS).filter(({ effect }) => effect.kind === "timer");
  try {
    await story.type("U0NOOR", "incident declare critical Vault is draining");
    expect(dueWithin(119).filter(({ effect }) => "id" in effect && effect.id.startsWith("remind/update"))).toEqual([]);

    writeFileSync(path, "version: 2\n");
    process.emit("SIGHUP");
    expect(told).toContain("The response plan has mistakes; the last good one stays");
    expect(kept.current().severities.critical?.updateEvery).toBe("2h");

    for (const row of story.owed.due("chat/slack", began)) story.owed.done(row, began);
    writeFileSync(path, planText("10m"));
    process.emit("SIGHUP");
    await expect.poll(() => taken).toBe(1);
    expect(dueWithin(11).map(({ effect }) => ("id" in effect ? effect.id : ""))).toContainEqual(
      expect.stringMatching(/^remind\/update/),
    );
    expect(wordsOf((await story.type("U0NOOR", "incident plan severities")).answer)).toContain("10 min");
    // What stands in the rooms bears the plan's words too.
    expect(story.owed.due("chat/slack", began).map(({ effect }) => effect.kind)).toEqual(["refresh_card", "announce"]);
  } finally {
    kept.close();
    story.store.close();
  }
});

it("a plan that came in while the bot started is not missed", async () => {
  const path = write(planText("2h"));
  const log = pino({ level: "silent" });
  const kept = await keepPlan({
    config: { responsePlan: path, rpc: { 31337: [] }, executor: { address: `0x${"11".repeat(20)}` } } as never,
    playbooks: ["active-exploit"],
    log,
  });
  const startedOn = kept.current();
  writeFileSync(path, planText("10m"));
  process.emit("SIGHUP");
  await expect.poll(() => kept.current().hash).not.toBe(startedOn.hash);
  let taken = 0;
  kept.onTaken(startedOn, async () => {
    taken += 1;
  });
  await expect.poll(() => taken).toBe(1);
  kept.close();
});
