import { afterEach, describe, expect, it } from "vitest";
import { HOUR, MINUTE, openPaging, pagingPlan } from "./rig.ts";

let world: ReturnType<typeof openPaging>;
afterEach(() => {
  expect(world.failures).toEqual([]);
  world.store.close();
});

const open = (options?: Parameters<typeof openPaging>[0]) => {
  world = openPaging(options);
  return world;
};

describe("A declared incident calls people, level by level", () => {
  it("each level once, at its time, until everybody was called; and says aloud that nobody answered", async () => {
    const { declare, settle, pass, paged, alerts, direct, room, card } = open();
    await declare();
    await settle();
    expect(await paged()).toEqual(["1/1 declared at 0 min"]);
    expect(direct("U0NOOR")[0]?.view.title).toBe("You are needed now: INC-0001 CRITICAL");
    expect(direct("U0BO")).toHaveLength(1);
    expect(direct("U0SOFIA")).toHaveLength(0);
    expect(alerts().map(({ ping }) => ping)).toEqual([["slack:U0NOOR", "slack:U0BO"]]);
    expect(card()).toContain("Called, level 1: ");
    await pass(5 * MINUTE - 1);
    expect(await paged()).toHaveLength(1);
    await pass(1);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 unanswered at 5 min"]);
    expect(alerts().map(({ view }) => view.title)).toEqual([
      "INC-0001 CRITICAL: level 1 has not answered",
      "INC-0001 CRITICAL: somebody is needed now",
    ]);
    await pass(10 * MINUTE);
    await pass(10 * MINUTE);
    expect(await paged()).toEqual([
      "1/1 declared at 0 min",
      "1/2 unanswered at 5 min",
      "1/3 unanswered at 15 min",
      "1 unanswered at 25 min",
    ]);
    const aloud = alerts().at(-1);
    expect(aloud?.view.title).toBe("INC-0001 CRITICAL: NOBODY ANSWERED");
    expect(aloud?.ping).toEqual(["slack:U0NOOR", "slack:U0BO", "slack:U0SOFIA", "slack:U0DEE"]);
    expect(room().filter(({ view }) => view.title.includes("NOBODY ANSWERED"))).toHaveLength(1);
    expect(card()).toContain("NOBODY ANSWERED");
    await pass(24 * HOUR);
    expect(await paged()).toHaveLength(4);
    expect(alerts()).toHaveLength(4);
  });

  it("calls nobody at a severity that says nothing, and nobody without escalation", async () => {
    const { declare, settle, pass, paged } = open();
    await declare("low");
    await settle();
    await pass(HOUR);
    expect(await paged()).toEqual([]);
    world.store.close();
    const quiet = open({ plan: pagingPlan({ escalation: [] }) });
    await quiet.declare();
    await quiet.pass(HOUR);
    expect(await quiet.paged()).toEqual([]);
  });

  it("never puts the title or the description into the alerts", async () => {
    const { declare, pass, alerts, direct } = open();
    await declare();
    for (let level = 0; level < 3; level += 1) await pass(10 * MINUTE);
    expect(
      alerts()
        .map(({ text }) => text)
        .join(),
    ).not.toMatch(/oracle|draining/);
    // Whoever is called is told what it is about, where nobody else reads.
    expect(direct("U0NOOR")[0]?.text).toContain("Vault is draining through the oracle");
  });

  it("goes on at once where nobody stands, and says so", async () => {
    const rotation = {
      every: "weekly",
      timeZone: "UTC",
      from: "2026-01-01",
      people: ["noor"],
      overrides: [{ from: "2026-11-01T00:00", until: "2026-12-01T00:00" }],
    };
    const escalation = [{ who: ["primary"] }, { who: ["sofia"], answerWithin: "10m" }, { who: ["primary"] }];
    const { declare, settle, pass, paged, direct, alerts } = open({
      plan: pagingPlan({ rotations: { primary: rotation }, escalation }),
    });
    await declare();
    await settle();
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 declared at 0 min"]);
    expect(direct("U0SOFIA")).toHaveLength(1);
    expect(
      alerts()
        .map(({ text }) => text)
        .join(),
    ).toContain("Nobody can be called at level 1. ");
    // The last level is a gap, too: it is called, and the news that nobody answered comes at once.
    await pass(10 * MINUTE);
    expect(await paged()).toEqual([
      "1/1 declared at 0 min",
      "1/2 declared at 0 min",
      "1/3 unanswered at 10 min",
      "1 unanswered at 10 min",
    ]);
  });

  it("with gaps everywhere it says at once that nobody can be called, in the room as well", async () => {
    const people = { noor: { name: "Noor" }, bo: { name: "Bo" }, sofia: { name: "Sofia" }, dee: { name: "Dee" } };
    const { declare, settle, paged, alerts, room, card } = open({ plan: pagingPlan({ people }) });
    await declare("critical", "U0GUEST");
    await settle();
    expect(await paged()).toEqual([
      "1/1 declared at 0 min",
      "1/2 declared at 0 min",
      "1/3 declared at 0 min",
      "1 unanswered at 0 min",
    ]);
    expect(alerts().at(-1)?.text).toContain("Not reached by any message: Noor, Bo, Sofia, Dee. Phone them.");
    expect(room().filter(({ view }) => view.title.includes("NOBODY ANSWERED"))).toHaveLength(1);
    expect(card()).toContain("Not reached: Noor, Bo, Sofia, Dee. ");
  });
});

describe("When the severity changes", () => {
  const change = (severity: string) => world.type("U0NOOR", `incident severity ${severity} we see more`);

  it("one that pages calls people, where nobody was called", async () => {
    const { declare, settle, pass, paged } = open();
    await declare("low");
    await settle();
    await pass(3 * MINUTE);
    await change("high");
    await settle();
    expect(await paged()).toEqual(["1/1 severity at 3 min"]);
    // The severity's own time beats the level's.
    await pass(14 * MINUTE);
    expect(await paged()).toHaveLength(1);
    await pass(MINUTE);
    expect(await paged()).toEqual(["1/1 severity at 3 min", "1/2 unanswered at 18 min"]);
  });

  it("a call that runs goes further up, and nobody is called twice", async () => {
    const { declare, pass, paged } = open();
    await declare("medium");
    await pass(2 * MINUTE);
    await change("critical");
    await pass(0);
    await change("high");
    await change("critical");
    await pass(3 * MINUTE);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 unanswered at 5 min"]);
    await pass(10 * MINUTE);
    expect((await paged()).at(-1)).toBe("1/3 unanswered at 15 min");
  });

  it("to whom nobody answered, the higher severity's levels are called", async () => {
    const { declare, pass, paged, alerts } = open();
    await declare("medium");
    await pass(5 * MINUTE);
    expect((await paged()).at(-1)).toBe("1 unanswered at 5 min");
    await change("high");
    await pass(0);
    expect((await paged()).at(-1)).toBe("1/2 severity at 5 min");
    await pass(15 * MINUTE);
    expect((await paged()).at(-1)).toBe("1 unanswered at 20 min");
    expect(alerts().filter(({ view }) => view.title.includes("NOBODY ANSWERED"))).toHaveLength(2);
  });

  it("that was raised leaves those who are being called no more time than it gives, from then on", async () => {
    const severities = {
      high: { page: { from: 1, upTo: 2, answerWithin: "15m" } },
      critical: { page: { from: 1, upTo: 3, answerWithin: "2m" } },
    };
    const { declare, pass, paged, alerts } = open({ plan: pagingPlan({ severities }) });
    await declare("high");
    await pass(MINUTE);
    await change("critical");
    await pass(0);
    expect(alerts()[0]?.text).toContain("Level 2 is called ");
    expect(alerts()[0]?.text).toContain("2026-11-21T03:03:00.000Z");
    await pass(2 * MINUTE - 1);
    expect(await paged()).toHaveLength(1);
    await pass(1);
    expect((await paged()).at(-1)).toBe("1/2 unanswered at 3 min");
    // A milder one takes nothing away from anybody, and gives nobody more time.
    await change("high");
    await pass(2 * MINUTE);
    expect((await paged()).at(-1)).toBe("1/3 unanswered at 5 min");
  });

  it("with somebody on it nobody is called, unless it begins above everybody who was", async () => {
    const severities = { medium: { page: { from: 1, upTo: 1 } }, critical: { page: { from: 2, upTo: 3 } } };
    const { declare, pass, press, paged } = open({ plan: pagingPlan({ severities }) });
    await declare("medium");
    await press("U0NOOR", "oncall answer", { incident: "INC-0001", page: "1" });
    await change("critical");
    await pass(0);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "2/2 severity at 0 min"]);
  });

  it("with somebody on it a severity that begins where they are calls nobody", async () => {
    const { declare, pass, press, paged } = open();
    await declare("medium");
    await press("U0NOOR", "oncall answer", { incident: "INC-0001", page: "1" });
    await change("critical");
    await pass(HOUR);
    expect(await paged()).toHaveLength(1);
  });
});

describe("Clocks and plans that change", () => {
  it("set forward by hours: one level at a time, each with its full time", async () => {
    const { declare, settle, pass, paged } = open();
    await declare();
    await settle();
    await pass(7 * HOUR);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 unanswered at 420 min"]);
    await pass(9 * MINUTE);
    expect(await paged()).toHaveLength(2);
    await pass(MINUTE);
    expect((await paged()).at(-1)).toBe("1/3 unanswered at 430 min");
  });

  it("set back by hours: the row has counted the time", async () => {
    const { declare, settle, tick, paged, pass } = open();
    await declare();
    await settle();
    tick(-6 * HOUR);
    await pass(5 * MINUTE - 1);
    expect(await paged()).toHaveLength(1);
    await pass(1);
    expect(await paged()).toEqual(["1/1 declared at 0 min", "1/2 unanswered at -355 min"]);
    // The next level counts from its own fact, by the clock that is now.
    await pass(10 * MINUTE);
    expect((await paged()).at(-1)).toBe("1/3 unanswered at -345 min");
  });

  it("a plan with other times: a level keeps the time that it was called with, the next one has the new", async () => {
    const { declare, settle, pass, paged, reload } = open();
    await declare();
    await settle();
    reload(
      pagingPlan({
        escalation: [
          { who: ["noor"], answerWithin: "1h" },
          { who: ["sofia"], answerWithin: "2m" },
        ],
      }),
    );
    await pass(5 * MINUTE);
    expect((await paged()).at(-1)).toBe("1/2 unanswered at 5 min");
    await pass(2 * MINUTE);
    // The third level is gone from the plan.
    expect((await paged()).at(-1)).toBe("1 unanswered at 7 min");
  });

  it("resolved: nobody is called any more; reopened: not by itself, and the card offers it", async () => {
    const { declare, pass, type, press, paged, alerts, direct, card } = open();
    await declare();
    await pass(MINUTE);
    await type("U0NOOR", "incident resolve It was a false alarm.");
    await pass(HOUR);
    expect(alerts()[0]?.view).toMatchObject({ title: "INC-0001: nobody is needed any more", buttons: [] });
    expect(direct("U0NOOR")[0]?.view.title).toContain("nobody is needed any more");
    await type("U0NOOR", "incident reopen INC-0001 it was none");
    await pass(HOUR);
    expect(await paged()).toHaveLength(1);
    expect(card()).toContain("Call for people…");
    const late = await press("U0NOOR", "oncall answer", { incident: "INC-0001", page: "1" });
    expect(JSON.stringify(late.answer)).toContain("This call ended when INC-0001 was resolved");
    await press("U0NOOR", "oncall page", { incident: "INC-0001", level: "1" });
    await pass(0);
    expect((await paged()).at(-1)).toBe("2/1 asked at 121 min");
  });
});
