import { afterEach, describe, expect, it } from "vitest";
import { wordsOf } from "../story.ts";
import { HOUR, MINUTE, openReminding, remindingPlan } from "./rig.ts";

const DEE = "slack:U0DEE discord:100000000000000004";
const SOFIA = "slack:U0SOFIA";

let world: ReturnType<typeof openReminding>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

/** Nothing but the update is asked for. */
const onlyUpdates = remindingPlan({ severities: { critical: { updateEvery: "30m" }, high: { updateEvery: "1h" } } });
async function declared(options: Parameters<typeof openReminding>[0] = {}, severity = "critical") {
  world = openReminding({ plan: onlyUpdates, ...options });
  await world.declare(severity);
  return world;
}

describe("The next update", () => {
  it("is asked of whoever writes it, then of the commander as well, then once per cadence", async () => {
    const { pass, said, reminders, rings } = await declared();
    await pass(30 * MINUTE);
    const [first] = await reminders();
    expect(first?.view.title).toBe("The next update is due");
    expect(first?.ping).toEqual(["slack:U0DEE"]);
    expect(first?.view.buttons.map(({ label }) => label)).toEqual([
      "Post the update…",
      "I take it",
      "Snooze 10 min",
      "Snooze longer…",
    ]);
    await pass(10 * MINUTE);
    expect((await reminders())[0]?.view.title).toBe("The update is overdue");
    expect((await rings()).map(({ ping }) => ping)).toEqual([["slack:U0DEE", "slack:U0SOFIA"]]);
    await pass(HOUR);
    expect(await said()).toEqual([
      `update 1 at 30: ${DEE}`,
      `update 2 at 40: ${DEE} ${SOFIA}`,
      `update 3 at 70: ${DEE} ${SOFIA}`,
      `update 4 at 100: ${DEE} ${SOFIA}`,
    ]);
    expect(await reminders()).toHaveLength(1);
    expect(await rings()).toHaveLength(3);
  });

  it("counts from the update, and the message says that it is done; the next time it is the same message, and it rings", async () => {
    const { pass, type, settle, said, reminders, rings, card } = await declared();
    await pass(31 * MINUTE);
    expect(card()).toContain("Next update OVERDUE");
    await type("U0DEE", "incident update Paused. We look for the cause.", { where: "slack:W1/INC-0001" });
    await settle();
    expect((await reminders()).map(({ view }) => [view.title, view.buttons])).toEqual([["The update is posted", []]]);
    expect(card()).toContain('"Next update due ",{"time":"2026-11-21T04:01:00.000Z"}');
    await pass(30 * MINUTE);
    expect(await said()).toEqual([`update 1 at 30: ${DEE}`, `update 1 at 61: ${DEE}`]);
    expect((await reminders()).map(({ view }) => view.title)).toEqual(["The next update is due"]);
    expect((await rings()).map(({ ping, view }) => [ping, view.buttons.length])).toEqual([[["slack:U0DEE"], 4]]);
  });

  it("counts from another severity, by that severity's cadence", async () => {
    const { pass, type, said } = await declared();
    await pass(20 * MINUTE);
    await type("U0NOOR", "incident severity high It is contained", { where: "slack:W1/INC-0001" });
    await pass(59 * MINUTE);
    expect(await said()).toEqual([]);
    await pass(MINUTE);
    expect(await said()).toEqual([`update 1 at 80: ${DEE}`]);
    // Stage 2 waits for a third of the hour.
    await pass(20 * MINUTE);
    expect((await said()).at(-1)).toBe(`update 2 at 100: ${DEE} ${SOFIA}`);
  });

  it("is asked for by nobody where the plan has no cadence, and not after the end", async () => {
    const { pass, said, type, reminders, card } = await declared({}, "low");
    await pass(3 * HOUR);
    expect(await said()).toEqual([]);
    expect(card()).not.toContain("Next update");
    await type("U0NOOR", "incident severity critical", { where: "slack:W1/INC-0001" });
    await pass(35 * MINUTE);
    await type("U0SOFIA", "incident resolve A false alarm.", { where: "slack:W1/INC-0001" });
    await pass(6 * HOUR);
    expect(await said()).toHaveLength(1);
    expect((await reminders()).map(({ view }) => [view.title, view.buttons])).toEqual([["No update is due", []]]);
    // It begins anew when it is not over after all.
    await type("U0SOFIA", "incident reopen It moves again", { where: "slack:W1/INC-0001" });
    await pass(29 * MINUTE);
    expect(await said()).toHaveLength(1);
    await pass(MINUTE);
    expect((await said()).at(-1)).toContain("update 1 at");
  });

  it("asks those on call while nobody leads and nobody writes", async () => {
    const people = { noor: { name: "Noor", slack: "U0NOOR" }, bo: { name: "Bo", slack: "U0BO" } };
    const { pass, said } = await declared({
      plan: remindingPlan({ people, severities: { critical: { updateEvery: "30m" } } }),
    });
    await pass(40 * MINUTE);
    expect(await said()).toEqual(["update 1 at 30: slack:U0NOOR", "update 2 at 40: slack:U0NOOR"]);
  });

  it("goes by a changed plan, without a row of its own", async () => {
    const { pass, said, reload, journal } = await declared();
    await pass(10 * MINUTE);
    reload(remindingPlan({ severities: { critical: { updateEvery: "2h" } } }));
    await pass(100 * MINUTE);
    expect(await said()).toEqual([]);
    await pass(10 * MINUTE);
    expect(await said()).toEqual([`update 1 at 120: ${DEE}`]);
    expect(
      (await journal.events("incident/INC-0001")).filter(({ event }) => event.kind === "reminder.sent"),
    ).toHaveLength(1);
  });
});

describe("Snooze", () => {
  it("puts it off for everybody, says so, and is said again then", async () => {
    const { pass, act, said, reminders, rings } = await declared();
    await pass(30 * MINUTE);
    await act("U0DEE", "reminder snooze", { of: "update", for: "20m" });
    expect(JSON.stringify((await reminders())[0]?.view)).toContain(
      '"Put off until ",{"time":"2026-11-21T03:50:00.000Z"}'.replace('"Put', '". Put'),
    );
    await pass(19 * MINUTE);
    expect(await said()).toHaveLength(1);
    await pass(MINUTE);
    expect(await said()).toEqual([`update 1 at 30: ${DEE}`, `update 2 at 50: ${DEE} ${SOFIA}`]);
    expect(await rings()).toHaveLength(1);
    expect(JSON.stringify((await reminders())[0]?.view)).not.toContain("Put off");
  });

  it("never makes it sooner, and holds nothing up that is asked for later", async () => {
    const { pass, act, type, said } = await declared();
    await pass(40 * MINUTE);
    // The next time is in half an hour anyway.
    await act("U0DEE", "reminder snooze", { of: "update", for: "10m" });
    await pass(29 * MINUTE);
    expect(await said()).toHaveLength(2);
    await act("U0DEE", "reminder snooze", { of: "update", for: "60m" });
    await type("U0DEE", "incident update Nothing new.", { where: "slack:W1/INC-0001" });
    await pass(30 * MINUTE);
    expect((await said()).at(-1)).toBe(`update 1 at 99: ${DEE}`);
  });

  it("asks for how long, offers nothing above an hour, and takes nothing above it", async () => {
    const { pass, act, press } = await declared();
    await pass(30 * MINUTE);
    const { opened } = await press("U0DEE", "reminder snooze", { incident: "INC-0001", of: "update" });
    expect(opened).toMatchObject({
      kind: "form",
      form: { carried: { incident: "INC-0001", of: "update" }, fields: [{ name: "for" }] },
    });
    for (const length of ["2h", "61m", "0m", "-10m"]) {
      const { answer } = await act("U0DEE", "reminder snooze", { of: "update", for: length });
      expect(answer?.failed).toBe(true);
    }
    expect((await world.incident()).reminders[0]?.snoozed).toBeUndefined();
  });

  it("twice is once; of what is not due, or done by now, says so", async () => {
    const { pass, act, type, kinds } = await declared();
    const early = await act("U0DEE", "reminder snooze", { of: "update", for: "10m" });
    expect(wordsOf(early.answer)).toContain("nobody is reminded of it");
    await pass(30 * MINUTE);
    await act("U0DEE", "reminder snooze", { of: "update", for: "10m" });
    await act("U0DEE", "reminder snooze", { of: "update", for: "10m" });
    expect((await kinds()).filter((kind) => kind === "reminder.snoozed")).toHaveLength(1);
    await type("U0DEE", "incident update Paused.", { where: "slack:W1/INC-0001" });
    const late = await act("U0DEE", "reminder snooze", { of: "update", for: "10m" });
    expect(wordsOf(late.answer)).toContain("That is done by now");
  });
});

describe("I take it", () => {
  it("makes the update theirs until it is posted, and gives them time", async () => {
    const { pass, act, said, reminders, type } = await declared();
    await pass(35 * MINUTE);
    await act("U0BO", "reminder take", { of: "update" });
    await act("U0BO", "reminder take", { of: "update" });
    expect(JSON.stringify((await reminders())[0]?.view)).toContain('". Taken by ",{"person":"slack:U0BO"}');
    await pass(10 * MINUTE);
    expect(await said()).toEqual([`update 1 at 30: ${DEE}`, `update 2 at 45: slack:U0BO ${SOFIA}`]);
    await type("U0BO", "incident update Paused.", { where: "slack:W1/INC-0001" });
    await pass(30 * MINUTE);
    expect((await said()).at(-1)).toBe(`update 1 at 75: ${DEE}`);
    expect((await world.kinds()).filter((kind) => kind === "reminder.taken")).toHaveLength(1);
  });

  it("by a stranger changes nothing", async () => {
    const { pass, act, kinds } = await declared();
    await pass(30 * MINUTE);
    for (const command of ["reminder take", "reminder snooze"]) {
      const { answer } = await act("U0STRANGER", command, { of: "update", for: "10m" });
      expect(wordsOf(answer)).toContain("You are not in Example's response plan");
    }
    expect(await kinds()).not.toContain("reminder.taken");
  });
});
