import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { TimelineEvent } from "../../src/core/timeline.ts";
import { loadPlaybook } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { seeded } from "../sim/random.ts";
import { type ChildWorld, openChildWorld } from "./child.ts";

let world: ChildWorld;
afterEach(() => world.close());

const AWAY_MS = 61 * 60_000;
const exploit = loadPlaybook(join(packageRoot, "playbooks/active-exploit.yaml"));
const before = exploit.steps.slice(
  0,
  exploit.steps.findIndex(({ wait }) => wait !== undefined),
);
const waits = exploit.steps[before.length];

function eventsOnDisk(): TimelineEvent[] {
  const db = new Database(world.databasePath, { readonly: true, fileMustExist: true });
  try {
    const rows = db.prepare("SELECT event FROM events WHERE stream = 'incident/INC-0001' ORDER BY seq").all();
    return (rows as { event: string }[]).map(({ event }) => TimelineEvent.parse(JSON.parse(event)));
  } finally {
    db.close();
  }
}
const times = (kind: TimelineEvent["kind"]) => eventsOnDisk().filter((event) => event.kind === kind).length;

async function reach(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`This never came: ${what}. ${world.bot.log().slice(-1_500)}`);
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

it("SIGKILL between a timer and its message, and after it: said once, waited for once", async () => {
  const seed = Number(process.env.ALLSTOP_SEED ?? Math.floor(Math.random() * 1e6));
  const random = seeded(seed);
  const again = `Again: ALLSTOP_SEED=${seed} npx vitest run test/job/kill-timers.test.ts`;
  expect(waits?.wait).toBe("1h");
  world = await openChildWorld({ planned: { severities: { critical: { updateEvery: "45m" } } } });
  const { bot, people, slack } = world;
  await bot.start();
  await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
  const room = await people.channelOf("inc-");
  await people.say("sofia", room, "/playbook start active-exploit");
  await reach("the run", () => times("playbook.started") === 1);
  for (const [index, { id }] of before.entries()) {
    await people.say("sofia", room, `/playbook skip R-0001 Not in this story`);
    await reach(`${id} skipped`, () => times("playbook.step_skipped") === index + 1);
  }
  await people.sees("sofia", room, waits?.do ?? "");
  await bot.kill();

  // It is away for an hour. The moment that both timers have fired it is killed: before, amid or after what they owe.
  const later = { aheadMs: AWAY_MS };
  const started = bot.start(later).catch(() => undefined);
  await reach("both timers", () => times("reminder.sent") > 0 && times("playbook.step_waited") > 0);
  await new Promise((resolve) => setTimeout(resolve, random.between(0, 40)));
  await Promise.all([bot.kill(), started]);
  await bot.start(later);
  await people.sees("sofia", room, "The next update is due");
  await reach("the reminder's place", () => times("reminder.posted") > 0);
  await people.sees("sofia", room, exploit.steps[before.length + 1]?.do ?? "");
  await bot.kill();
  await bot.start(later);
  await reach("the last start on the timeline", () => times("bot.restarted") === 3);
  await new Promise((resolve) => setTimeout(resolve, 300));

  const texts = () => {
    const id = slack.client.state("U0SOFIA").channels.find(({ name }) => name === room)?.id ?? "";
    return slack.client.messages("U0SOFIA", { channel: id }).map(({ text }) => text);
  };
  expect(times("reminder.sent"), again).toBe(1);
  expect(times("playbook.step_waited"), again).toBe(1);
  expect(
    texts().filter((text) => text.includes("The next update is due")),
    again,
  ).toHaveLength(1);
  expect(
    texts().filter((text) => text.includes("R-0001 ")),
    again,
  ).toHaveLength(1);
  expect(slack.problems).toEqual([]);
}, 60_000);
