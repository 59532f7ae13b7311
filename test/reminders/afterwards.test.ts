import { expect, it } from "vitest";
import { HOUR, MINUTE, openReminding, remindingPlan } from "./rig.ts";

it("once it is resolved, only the checklist before closing is reminded of, and once a day", async () => {
  const plan = { ...remindingPlan(), closing: "look-around" };
  const world = openReminding({ plan });
  await world.declare();
  await world.act("U0SOFIA", "incident resolve", { summary: "It is fixed." });
  await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });

  await world.pass(26 * HOUR);

  expect(await world.said()).toEqual([
    "step/R-0001/look 1 at 10: slack:U0SOFIA",
    `step/R-0001/look 2 at ${10 + 24 * 60}: slack:U0SOFIA`,
  ]);
  expect(await world.reminders()).toHaveLength(1);
  expect(world.failures).toEqual([]);
});

it("another playbook's steps are left in peace once it is resolved, and everything is once it is closed", async () => {
  const world = openReminding({ plan: { ...remindingPlan(), closing: undefined } });
  await world.declare();
  await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
  await world.act("U0SOFIA", "incident resolve", { summary: "It is fixed." });
  await world.pass(2 * HOUR);
  expect(await world.said()).toEqual([]);

  await world.act("U0SOFIA", "incident close", { reason: "Nothing new." });
  await world.pass(30 * MINUTE);
  expect((await world.incident()).status).toBe("closed");
  expect(await world.said()).toEqual([]);
});

it("a run's card stops asking once the incident is closed, and asks again when it is reopened", async () => {
  const world = openReminding({ plan: { ...remindingPlan(), closing: undefined } });
  await world.declare();
  await world.act("U0SOFIA", "playbook start", { playbook: "look-around" });
  await world.settle();
  const buttons = async () => {
    const [run] = (await world.incident()).runs;
    return world.chats.slack?.messages.get(run?.cards.slack ?? "")?.view.buttons.map(({ label }) => label);
  };
  expect(await buttons()).toContain("Complete");
  await world.act("U0SOFIA", "incident resolve", { summary: "It is fixed." });
  await world.act("U0SOFIA", "incident close", { reason: "Nothing new." });
  await world.settle();
  expect(await buttons()).toEqual([]);
  await world.act("U0SOFIA", "incident reopen", { reason: "It goes on." });
  await world.settle();
  expect(await buttons()).toContain("Complete");
});
