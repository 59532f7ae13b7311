import { describe, expect, it } from "vitest";
import type { Incident } from "../../src/core/incident.ts";
import { pagesOwed } from "../../src/core/paging.ts";
import { runCardsOwed } from "../../src/core/playbook-go-on.ts";
import { remindersOwed } from "../../src/core/reminders.ts";
import { timersOwed } from "../../src/core/timers.ts";
import { MINUTE, openReminding } from "../reminders/rig.ts";

describe("A fact of a pause", () => {
  it("is recorded without a look at what is due: nothing that is due looks at a pause", async () => {
    const world = openReminding();
    await world.declare();
    await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
    await world.pass(40 * MINUTE);
    const incident = await world.incident();
    expect(incident.reminders.length).toBeGreaterThan(1);
    const pauseless = new Proxy(incident, {
      get(target, name) {
        if (name === "pauses") throw new Error("It looks at the pauses.");
        return Reflect.get(target, name);
      },
    }) as Incident;
    const plan = world.app.plan();
    for (const before of [undefined, { ...incident, severity: "low" as const, runs: [] }]) {
      timersOwed(before, pauseless, plan);
      pagesOwed(before, pauseless);
      remindersOwed(before, pauseless, plan);
      runCardsOwed(before, pauseless);
    }
    world.store.close();
  });
});
