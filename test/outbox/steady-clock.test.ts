import { describe, expect, it } from "vitest";
import { steadyClock } from "../../src/outbox/steady-clock.ts";

const START = Date.parse("2026-11-21T03:00:00.000Z");
const HOUR = 3_600_000;

/** A machine: time passes for its clock and for its watch, and somebody may set the clock. */
function machine(from?: number) {
  let [wall, watch] = [START, 77];
  const kept = { from, aheadMs: 0 };
  const onSet = (aheadMs: number) => void Object.assign(kept, { aheadMs });
  const start = () => steadyClock({ now: () => new Date(wall) }, { ...kept, onSet, watch: () => watch });
  let clock = start();
  return {
    /** Ms since the start, by the steady clock. */
    read: () => clock.now().getTime() - START,
    pass(ms: number): void {
      wall += ms;
      watch += ms;
    },
    set(ms: number): void {
      wall += ms;
    },
    /** Killed, and started again after so long. */
    restart(afterMs: number): void {
      kept.from = clock.now().getTime();
      [wall, watch] = [wall + afterMs, 0];
      clock = start();
    },
  };
}

describe("The clock by which the outbox waits", () => {
  it("is the machine's own, as long as nobody sets that", () => {
    const { read, pass } = machine();
    for (let minute = 0; minute < 600; minute += 1) pass(60_000);
    expect(read()).toBe(10 * HOUR);
  });

  it("goes on where the machine's is set back, as often as it is", () => {
    const { read, pass, set } = machine();
    pass(5_000);
    for (const hours of [1, 7]) {
      set(-hours * HOUR);
      pass(5_000);
      expect(read()).toBe(hours === 1 ? 10_000 : 15_000);
    }
  });

  it("counts a clock that is set ahead, and the time in which the machine slept, as time that passed", () => {
    const { read, pass, set } = machine();
    pass(1_000);
    set(2 * HOUR);
    expect(read()).toBe(2 * HOUR + 1_000);
  });

  it("hurries nothing when a clock that went wrong is put right", () => {
    const { read, pass, set } = machine();
    set(-3 * HOUR);
    pass(60_000);
    expect(read()).toBe(60_000);
    set(3 * HOUR);
    pass(60_000);
    expect(read()).toBe(120_000);
  });

  it("stands still for a moment where the clock is corrected by less than a second, and never goes back", () => {
    const { read, pass, set } = machine();
    pass(10_000);
    expect(read()).toBe(10_000);
    set(-900);
    expect(read()).toBe(10_000);
    pass(900);
    expect(read()).toBe(10_000);
    pass(100);
    expect(read()).toBe(10_100);
  });

  it("goes on from what an earlier life wrote, though the clock was set back between the two", () => {
    const { read, pass } = machine(START + HOUR);
    expect(read()).toBe(HOUR);
    pass(1_000);
    expect(read()).toBe(HOUR + 1_000);
  });

  it("counts the time between two lives, though the clock was set back in the first", () => {
    const { read, pass, set, restart } = machine();
    set(-3 * HOUR);
    pass(60_000);
    expect(read()).toBe(60_000);
    restart(5 * 60_000);
    expect(read()).toBe(6 * 60_000);
    restart(60_000);
    expect(read()).toBe(7 * 60_000);
  });
});
