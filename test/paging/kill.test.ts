import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { TimelineEvent } from "../../src/core/timeline.ts";
import { ALERTS_CHANNEL } from "../../src/start-sandbox.ts";
import { type ChildWorld, openChildWorld } from "../job/child.ts";
import { seeded } from "../sim/random.ts";
import { localPager } from "./local-pager.ts";

let world: ChildWorld;
let pager: Awaited<ReturnType<typeof localPager>>;
afterEach(async () => {
  await world.close();
  await pager.close();
});

const LEVEL_MS = 2_000;
const escalation = [
  { who: ["noor", "sofia"], answerWithin: "2s" },
  { who: ["tomas"], answerWithin: "2s" },
  { who: ["ana"], answerWithin: "2s" },
];
const KEY = "R0UT1NGK3Y000000000000000000000K";

function eventsOnDisk(): { at: number; event: TimelineEvent }[] {
  const db = new Database(world.databasePath, { readonly: true, fileMustExist: true });
  try {
    const rows = db.prepare("SELECT at, event FROM events WHERE stream = 'incident/INC-0001' ORDER BY seq").all();
    return (rows as { at: string; event: string }[]).map(({ at, event }) => ({
      at: Date.parse(at),
      event: TimelineEvent.parse(JSON.parse(event)),
    }));
  } finally {
    db.close();
  }
}

const paged = () =>
  eventsOnDisk().flatMap(({ at, event }) => (event.kind === "oncall.paged" ? [{ at, ...event }] : []));

async function reach(what: string, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 40_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`This never came: ${what}. ${world.bot.log().slice(-1_500)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** What stands in the alerts, and in the direct messages of everybody who was called, by title. */
function titles(who: string): string[] {
  const { client, botUserId } = world.slack;
  const user = `U0${who.toUpperCase()}`;
  const im = client.state(user).channels.find((one) => one.with === botUserId);
  return im === undefined ? [] : client.messages(user, { channel: im.id }).map(({ text }) => text);
}
const alerts = () =>
  world.slack.client
    .messages("U0NOOR", { channel: ALERTS_CHANNEL })
    .map(({ text }) => text)
    .filter((text) => /INC-0001[^:]*: /.test(text));

it("SIGKILL between levels and at random: each level is called once, and everybody is told once", async () => {
  const seed = Number(process.env.ALLSTOP_SEED ?? Math.floor(Math.random() * 1e6));
  const random = seeded(seed);
  const again = `Again: ALLSTOP_SEED=${seed} npx vitest run test/paging/kill.test.ts`;
  pager = await localPager();
  world = await openChildWorld({
    planned: { escalation, severities: { critical: { page: { upTo: 3 } } } },
    env: { PAGER_ROUTING_KEY: KEY, PAGER_URL: pager.url },
  });
  const { bot, people } = world;
  await bot.start();
  await people.say("noor", "general", "/incident declare critical Vault-USDC is being drained");
  // As soon as the call is on disk: before, amid or after the posts that it owes.
  await reach("the first level", () => paged().length > 0);
  await new Promise((resolve) => setTimeout(resolve, random.between(0, 300)));
  await bot.kill();
  await bot.start();
  await reach("the second level", () => paged().length > 1);
  await new Promise((resolve) => setTimeout(resolve, random.between(0, 300)));
  await bot.kill();
  // It is away while the second level's time runs out.
  await new Promise((resolve) => setTimeout(resolve, LEVEL_MS + 500));
  await bot.start();
  await reach("the third level", () => paged().length > 2);
  await bot.kill();
  await bot.start();
  const unanswered = () => eventsOnDisk().filter(({ event }) => event.kind === "oncall.unanswered").length;
  await reach("the news that nobody answered", () => unanswered() > 0);
  await bot.kill();
  await bot.start();
  await reach("that news in the alerts", () => alerts().some((text) => text.includes("NOBODY ANSWERED")));
  const everybody = ["noor", "sofia", "tomas", "ana"];
  const called = (who: string) => titles(who).filter((text) => text.includes("needed now"));
  await reach("everybody's direct message", () => everybody.every((who) => called(who).length > 0));

  expect(
    paged().map(({ level }) => level),
    again,
  ).toEqual([1, 2, 3]);
  for (const [index, { at }] of paged().entries()) {
    const before = paged()[index - 1];
    if (before !== undefined) expect(at - before.at, again).toBeGreaterThanOrEqual(LEVEL_MS);
  }
  expect(unanswered(), again).toBe(1);
  for (const who of everybody) {
    expect(called(who), `${who}. ${again}`).toHaveLength(1);
  }
  expect(alerts(), again).toHaveLength(4);
  expect(
    [...pager.alerts.values()].map(({ state, rings }) => ({ state, rings })),
    again,
  ).toEqual([{ state: "triggered", rings: 1 }]);
  expect(bot.log()).not.toContain(KEY);
  expect(world.slack.problems).toEqual([]);
}, 120_000);
