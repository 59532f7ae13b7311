import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { declareIncident } from "../../src/core/incident-ops.ts";
import { oweTimers } from "../../src/core/timers.ts";
import { createPump, type Deliver } from "../../src/outbox/pump.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import { HOUR, MINUTE, openPaging } from "../paging/rig.ts";

let world: ReturnType<typeof openPaging>;
let pump: ReturnType<typeof createPump>;
const logged: unknown[] = [];

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  logged.length = 0;
});
afterEach(async () => {
  await pump.stop();
  vi.useRealTimers();
  world.store.close();
  expect(logged).toEqual([]);
});

/** The pump itself, on a clock and with timeouts that the test moves. */
function open(options?: Parameters<typeof openPaging>[0]) {
  world = openPaging(options);
  const none = async () => undefined;
  const hang: Deliver = (_, stop) => new Promise((resolve) => stop.addEventListener("abort", () => resolve()));
  pump = createPump({
    owed: world.owed,
    clock: world.steady,
    deliver: {
      chain: none,
      checks: hang,
      webhooks: none,
      chat: none,
      timers: createTimerDelivery(world.app),
    },
    log: { warn: (fields) => void logged.push(fields), error: (fields) => void logged.push(fields) },
  });
  world.journal.onRecorded(() => {
    pump.wake("timers");
    pump.wake("checks");
  });
  pump.start("timers");
  pump.start("checks");
  return world;
}

/** Time goes by, for the clock and for the timeouts alike. */
async function pass(ms: number, stepMs = 1_000): Promise<void> {
  for (let left = ms; left > 0; left -= stepMs) {
    const step = Math.min(left, stepMs);
    world.tick(step);
    await vi.advanceTimersByTimeAsync(step);
  }
}

describe("The pump's lane of timers", () => {
  it("does each thing once, when it is due and not before", async () => {
    const { declare, paged } = open();
    await declare();
    await pass(5 * MINUTE - 1_000);
    expect(await paged()).toHaveLength(1);
    await pass(1_000);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 unanswered at 5 min"]);
    await pass(30 * MINUTE);
    expect(await paged()).toHaveLength(4);
  });

  it("a clock set forward by hours is noticed within seconds: one level, and the next has its full time", async () => {
    const { declare, paged, tick } = open();
    await declare();
    await pass(MINUTE);
    tick(8 * HOUR);
    await pass(16_000);
    expect(await paged()).toHaveLength(2);
    await pass(9 * MINUTE);
    expect(await paged()).toHaveLength(2);
    await pass(MINUTE);
    expect(await paged()).toHaveLength(3);
  });

  it("a clock set back by hours holds nobody up: a timer keeps the time that it had left", async () => {
    const { declare, paged, tick } = open();
    await declare();
    await pass(2 * MINUTE);
    tick(-8 * HOUR);
    await pass(2 * MINUTE + 40_000);
    expect(await paged()).toHaveLength(1);
    await pass(36_000);
    expect(await paged()).toHaveLength(2);
    await pass(10 * MINUTE);
    expect(await paged()).toHaveLength(3);
  });

  it("a clock that goes wrong and is put right again loses no level and calls none twice", async () => {
    const { declare, paged, tick } = open();
    await declare();
    await pass(MINUTE);
    tick(7 * HOUR);
    await pass(16_000);
    tick(-7 * HOUR);
    await pass(10 * MINUTE + 16_000);
    await pass(10 * MINUTE + 16_000);
    const levels = (await paged()).map((line) => line.split(" ")[0]);
    expect(levels).toEqual(["1/1", "1/2", "1/3", "1"]);
  });

  it("a start on the same database owes every timer anew, and none twice", async () => {
    const { declare, paged } = open();
    await declare();
    for (let start = 0; start < 3; start += 1) await oweTimers(world.app);
    const rows = world.store.sqlite.prepare("SELECT count(*) FROM effects WHERE lane = 'timers'").pluck().get();
    expect(rows).toBe(1);
    // Even a row that was lost altogether is there again.
    world.store.sqlite.prepare("DELETE FROM effects WHERE lane = 'timers'").run();
    await oweTimers(world.app);
    pump.wake("timers");
    await pass(5 * MINUTE);
    expect(await paged()).toHaveLength(2);
  });

  it("providers that hang hold up no timer", async () => {
    const { declare, paged, journal } = open();
    await declare();
    await journal.record("incident/INC-0001", { by: "allstop" }, () => ({
      events: [],
      effects: Array.from({ length: 200 }, (_, n) => ({
        kind: "check_step" as const,
        incident: "INC-0001",
        run: `R-${1_000 + n}`,
        step: "look",
      })),
    }));
    await pass(5 * MINUTE);
    expect(await paged()).toHaveLength(2);
  });

  it("thousands of them are cheap: waiting costs nothing, and all at once take a moment", async () => {
    const { app } = open();
    const COUNT = 1_000;
    const began = performance.now();
    for (let n = 0; n < COUNT; n += 1) {
      await declareIncident(app, { by: "slack:U0NOOR" }, { title: "One of many", severity: "critical", drill: false });
    }
    const declared = performance.now() - began;
    const waited = performance.now();
    await pass(4 * MINUTE, 10_000);
    const waiting = performance.now() - waited;
    const fired = performance.now();
    world.tick(2 * MINUTE);
    pump.wake("timers");
    const unfired = () =>
      world.store.sqlite
        .prepare("SELECT count(*) FROM effects WHERE lane = 'timers' AND done_at IS NULL AND effect LIKE '%page/1/1%'")
        .pluck()
        .get();
    while (unfired() !== 0 && performance.now() - fired < 20_000) await new Promise((resolve) => setImmediate(resolve));
    const firing = performance.now() - fired;
    const figures = `${COUNT}: declared in ${declared.toFixed(0)} ms, waited ${waiting.toFixed(0)} ms, fired in ${firing.toFixed(0)} ms`;
    expect(waiting, figures).toBeLessThan(1_000);
    // Ten milliseconds each, on a busy machine; reading all that is due for each of them took minutes.
    expect(firing, figures).toBeLessThan(10_000);
    const levels = world.store.sqlite
      .prepare("SELECT count(*) FROM events WHERE event LIKE '%oncall.paged%' AND event LIKE '%\"level\":2%'")
      .pluck()
      .get();
    expect(levels).toBe(COUNT);
  }, 60_000);
});
