import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { oweTimers } from "../../src/core/timers.ts";
import { openWalk, plain } from "./world.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allstop-restart-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const steps = [
  plain("one"),
  plain("check", { check: { owners: "any" } }),
  plain("wait", { wait: "10m" }),
  plain("last"),
];
const live = () => openWalk(steps, { databaseUrl: `file:${join(folder, "allstop.db")}` });
const yes = () => ({ holds: true, means: "All are known.", detail: "All are known. Block 7." });

it("a life that ends before it looked or waited leaves both to the next one, and neither happens twice", async () => {
  const first = await live();
  await first.press("U0NOOR", "playbook complete", first.at("one"));
  expect(first.asked).toEqual([]);
  first.store.close();

  const second = await live();
  second.sight.answer = yes;
  await second.pass();
  expect(await second.states()).toBe("done done todo todo");
  second.store.close();

  const third = await live();
  await third.pass(9 * 60_000);
  expect(await third.states()).toBe("done done todo todo");
  await third.pass(60_000);
  expect(await third.states()).toBe("done done done todo");
  third.store.close();

  const fourth = await live();
  await oweTimers(fourth.app);
  await fourth.pass(3_600_000);
  const kinds = await fourth.kinds();
  expect(kinds.filter((kind) => kind === "playbook.step_checked")).toHaveLength(1);
  expect(kinds.filter((kind) => kind === "playbook.step_waited")).toHaveLength(1);
  fourth.store.close();
});

it("a start owes anew what the timeline calls for, though its row is gone", async () => {
  const walk = await live();
  await walk.press("U0NOOR", "playbook complete", walk.at("one"));
  for (const row of walk.owed.due("checks", walk.steady.now().getTime())) walk.owed.done(row, 0);
  await walk.pass(60_000);
  expect(walk.asked).toEqual([]);
  await oweTimers(walk.app);
  await walk.pass();
  expect(walk.asked).toEqual([{ owners: "any" }]);
  walk.store.close();
});

it("a delivery that comes twice, or long after its step, does nothing", async () => {
  const walk = await live();
  await walk.press("U0NOOR", "playbook complete", walk.at("one"));
  walk.sight.answer = yes;
  const effect = { kind: "check_step" as const, incident: "INC-0001", run: "R-0001", step: "check" };
  const { lookAtStep } = await import("../../src/core/playbook-check.ts");
  await Promise.all([lookAtStep(walk.app, effect), lookAtStep(walk.app, effect)]);
  await lookAtStep(walk.app, effect);
  expect((await walk.kinds()).filter((kind) => kind === "playbook.step_checked")).toHaveLength(1);
  // While the chain is asked, a person may be first: what was seen then says nothing of what is asked now.
  await walk.press("U0NOOR", "playbook reopen", walk.at("check", { reason: "Look again" }) as never);
  let answer = (): void => undefined;
  walk.sight.answer = () =>
    new Promise((resolve) => {
      answer = () => resolve(yes());
    });
  const slow = lookAtStep(walk.app, effect);
  await walk.press("U0NOOR", "playbook skip", walk.at("check", { reason: "No need" }) as never);
  answer();
  await slow;
  expect((await walk.run()).steps[1]).toMatchObject({ state: "skipped", remark: "No need" });
  walk.store.close();
});
