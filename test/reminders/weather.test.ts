import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { findDuty, holderOf, reminderOf } from "../../src/core/reminder-duty.ts";
import { oweTimers } from "../../src/core/timers.ts";
import { HOUR, MINUTE, openReminding, remindingPlan } from "./rig.ts";

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

describe("Two hours in which nobody does anything", () => {
  it("the room gets three messages, and their threads seven; nobody is rung for what did not change", async () => {
    world = openReminding();
    await world.declare();
    await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
    const before = world.posted().length;
    await world.pass(2 * HOUR);
    // The update rang four times, the roles twice, the step four times: the first of each is the message itself.
    expect(await world.reminders()).toHaveLength(3);
    expect(await world.rings()).toHaveLength(3 + 1 + 3);
    expect(world.posted()).toHaveLength(before + 3 + 7);
  });
});

describe("Killed between what was said and what was shown", () => {
  it.each(["timer", "show_reminder"])("after each %s: nothing is lost, and nothing stands twice", async (kind) => {
    world = openReminding();
    await world.declare();
    const lives: string[] = [];
    world.kill.after = (effect) => {
      if (effect.kind !== kind) return false;
      world.restart();
      lives.push(kind);
      return lives.length % 2 === 1;
    };
    await world.pass(2 * HOUR);
    expect(lives.length).toBeGreaterThan(5);
    expect(await world.reminders()).toHaveLength(2);
    expect((await world.rings()).map(({ view }) => view.title)).toEqual([
      "Nobody is scribe yet",
      ...Array.from({ length: 3 }, () => "The update is overdue"),
    ]);
    expect(new Set(await world.said()).size).toBe((await world.said()).length);
  });

  it("between the post and its record, the message and each ring: found again, and recorded once", async () => {
    world = openReminding({ plan: remindingPlan({ severities: { critical: { updateEvery: "30m" } } }) });
    await world.declare();
    for (const minutes of [30, 9]) {
      await world.pass((minutes - 1) * MINUTE);
      world.dying.next = true;
      await world.pass(MINUTE);
      world.restart();
      await world.pass(MINUTE);
    }
    expect(await world.reminders()).toHaveLength(1);
    expect(await world.rings()).toHaveLength(1);
    expect((await world.kinds()).filter((kind) => kind === "reminder.posted")).toHaveLength(2);
  });

  it("killed before the timer was written as done, and the database opened anew: it is owed once", async () => {
    const folder = mkdtempSync(join(tmpdir(), "allstop-remind-"));
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    world = openReminding({ databaseUrl });
    await world.declare();
    world.store.close();
    world = openReminding({ databaseUrl });
    await oweTimers(world.app);
    await oweTimers(world.app);
    await world.pass(31 * MINUTE);
    expect((await world.said()).map((line) => line.split(":")[0])).toEqual([
      "roles 1 at 5",
      "roles 2 at 20",
      "update 1 at 30",
    ]);
    rmSync(folder, { recursive: true, force: true });
  });
});

describe("A clock that jumps", () => {
  it("back by an hour before the time: it comes when it would have, and once", async () => {
    world = openReminding({ plan: remindingPlan({ severities: { critical: { updateEvery: "30m" } } }) });
    await world.declare();
    await world.pass(10 * MINUTE);
    world.tick(-HOUR);
    await world.pass(40 * MINUTE);
    const stages = (await world.said()).map((line) => line.split(" at")[0]);
    expect(stages).toEqual(["update 1", "update 2"]);
  });

  it("that ticks between a decision and its record: no timer is lost", async () => {
    world = openReminding({ plan: remindingPlan({ severities: { critical: { updateEvery: "30m" } } }) });
    const { clock } = world.app;
    const now = clock.now.bind(clock);
    Object.assign(clock, {
      now: () => {
        world.tick(1);
        return now();
      },
    });
    await world.declare();
    await world.pass(71 * MINUTE);
    expect((await world.said()).map((line) => line.split(" at")[0])).toEqual(["update 1", "update 2", "update 3"]);
    // What fired has gone: one row is owed, for the next time.
    const later = now().getTime() + 24 * HOUR;
    expect(world.owed.due("timers", later)).toHaveLength(1);
  });

  it("forward by a day: each is said once, not once for every time that was missed", async () => {
    world = openReminding();
    await world.declare();
    world.tick(24 * HOUR);
    await world.settle();
    expect((await world.said()).map((line) => line.split(" at")[0]).sort()).toEqual(["roles 1", "update 1"]);
  });
});

describe("Two chats", () => {
  it("each has its own message and rings its own people; one that is down catches up with one ring", async () => {
    world = openReminding({ chats: ["slack", "discord"] });
    await world.declare();
    world.chats.discord?.trouble("down");
    await world.pass(75 * MINUTE);
    expect(await world.reminders("discord")).toEqual([]);
    world.chats.discord?.trouble("none");
    await world.pass(MINUTE);
    const there = await world.reminders("discord");
    expect(there.map(({ view, ping }) => [view.title, ping]).sort()).toEqual([
      ["Nobody is scribe yet", []],
      ["The update is overdue", ["discord:100000000000000004"]],
    ]);
    expect(await world.rings("discord")).toEqual([]);
    expect(await world.rings("slack")).toHaveLength(3);
  });

  it("settled before a chat came back, nothing is said there at all", async () => {
    world = openReminding({
      chats: ["slack", "discord"],
      plan: remindingPlan({ severities: { critical: { updateEvery: "30m" } } }),
    });
    await world.declare();
    world.chats.discord?.trouble("down");
    await world.pass(31 * MINUTE);
    await world.type("U0DEE", "incident update Paused.", { where: "slack:W1/INC-0001" });
    world.chats.discord?.trouble("none");
    await world.pass(2 * MINUTE);
    expect(world.posted("discord").filter(({ view }) => /update is/i.test(view.title))).toEqual([]);
  });

  it("the message was deleted: the next stage stands anew, and rings by that", async () => {
    world = openReminding({ plan: remindingPlan({ severities: { critical: { updateEvery: "30m" } } }) });
    await world.declare();
    await world.pass(30 * MINUTE);
    const [first] = await world.reminders();
    world.chats.slack?.messages.delete(first?.message ?? "");
    await world.pass(10 * MINUTE);
    const [second] = await world.reminders();
    expect(second?.message).not.toBe(first?.message);
    expect(second?.ping).toEqual(["slack:U0DEE", "slack:U0SOFIA"]);
    expect(await world.rings()).toEqual([]);
  });
});

/** What people may do between two minutes, in any order. */
const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const acts = ["nothing", "update", "snooze", "take", "severity", "claim", "complete", "resolve", "reopen"] as const;

it(`whatever people do, nothing is said twice at one stage, nothing after the end, and what is shown is so (SEED=${seed})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.constantFrom(...acts), fc.integer({ min: 1, max: 40 })), { minLength: 3, maxLength: 14 }),
      async (story) => {
        world = openReminding();
        await world.declare();
        await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
        for (const [act, minutes] of story) {
          await does(act);
          await world.pass(minutes * MINUTE);
          await isTrue();
        }
        expect(world.failures).toEqual([]);
        world.store.close();
      },
    ),
    { seed, numRuns: 15 },
  );
  world = openReminding();
}, 60_000);

async function does(act: (typeof acts)[number]): Promise<void> {
  const at = { where: "slack:W1/INC-0001" };
  const { severity, runs } = await world.incident();
  const step = runs[0]?.steps.find(({ state }) => state === "todo")?.step.id ?? "look";
  if (act === "update") await world.type("U0DEE", "incident update Nothing new.", at);
  if (act === "snooze") await world.act("U0DEE", "reminder snooze", { of: "update", for: "20m" });
  if (act === "take") await world.act("U0BO", "reminder take", { of: `R-0001.${step}` });
  if (act === "severity")
    await world.type("U0NOOR", `incident severity ${severity === "high" ? "critical" : "high"}`, at);
  if (act === "claim") await world.act("U0BO", "incident claim", { role: "scribe" });
  if (act === "complete") await world.act("U0SOFIA", "playbook complete", { run: "R-0001", step });
  if (act === "resolve") await world.type("U0SOFIA", "incident resolve Over.", at);
  if (act === "reopen") await world.type("U0SOFIA", "incident reopen Not over.", at);
  await world.settle();
}

async function isTrue(): Promise<void> {
  const events = await world.journal.events("incident/INC-0001");
  const sent = events.flatMap(({ event }) => (event.kind === "reminder.sent" ? [event] : []));
  const once = sent.map(({ reminder, since, stage }) => `${reminder} ${since} ${stage}`);
  expect(new Set(once).size).toBe(once.length);
  let over = false;
  for (const { event } of events) {
    if (event.kind === "incident.resolved") over = true;
    if (event.kind === "incident.reopened") over = false;
    if (event.kind === "reminder.sent") expect(over).toBe(false);
  }
  const { status, reminders } = await world.incident();
  const incident = await world.incident();
  for (const { message, view } of await world.reminders()) {
    const reminder = reminders.find(({ messages }) => messages.slack === message);
    const duty = findDuty(incident, world.app.plan(), reminder?.id ?? "");
    const asked = duty !== undefined && reminderOf(incident, duty) !== undefined;
    expect([view.title, view.tone === "warning"]).toEqual([view.title, asked]);
    const holder = duty && holderOf(duty, incident);
    if (asked && holder !== undefined) expect(JSON.stringify(view.body[0])).toContain(holder);
    const isOpen = view.tone === "warning";
    if (status === "resolved") expect([view.title, isOpen]).toEqual([view.title, false]);
    expect(view.buttons.length > 0).toBe(isOpen);
  }
  expect(await world.reminders()).toHaveLength(reminders.length);
}
