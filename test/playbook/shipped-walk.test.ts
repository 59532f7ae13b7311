import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadPlaybooks } from "../../src/playbooks.ts";
import { packageRoot } from "../../src/root.ts";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import { openWorld, type World } from "../job/world.ts";
import { putClockBack } from "./moved-clock.ts";
import { everyAnswer, walked } from "./paths.ts";
import { type AtStep, openRoom, press, type Walk, walkThrough } from "./walk.ts";

const shipped = loadPlaybooks(join(packageRoot, "playbooks"));
const stepsOf = (key: string) => shipped.find((playbook) => playbook.key === key)?.steps ?? [];
const WALKS_IN_A_ROOM = 3;
const answered = new Set<string>();
const offers = new Set<string>();
let chain: SandboxChain;
let world: World;
let walk: Walk;

beforeAll(async () => {
  chain = await startTestChain();
  // Over HTTP, as a connection that is kept open would notice that the clock is moved.
  const workspace = { clock: { now: () => Date.now() } };
  world = await openWorld(chain, { mode: "http", workspace, linked: ["ana", "chidi", "emil"] });
});
afterAll(async () => {
  putClockBack();
  await world.close();
  await chain.close();
});

describe("Every shipped playbook, through Slack", () => {
  it.each(shipped)("$key: to its end, once for each set of answers", { timeout: 30_000 }, async ({ key, steps }) => {
    for (const [index, way] of everyAnswer(steps).entries()) {
      // A room takes one post a second after the first few, and each walk posts its card.
      if (index % WALKS_IN_A_ROOM === 0) walk = await openRoom(world, offers, `medium Walking ${key}`);
      const done = await walkThrough(walk, key, way);
      expect(done.steps).toEqual(walked(steps, way).map(({ id }) => id));
      for (const one of done.answered) answered.add(one);
    }
  });

  it("every answer of every one of them was pressed, and nothing was refused as malformed", () => {
    const all = shipped.flatMap(({ key, steps }) =>
      steps.flatMap(({ id, ask }) => ask?.answers.map(({ say }) => `${key}/${id}/${say}`) ?? []),
    );
    expect([...answered].toSorted()).toEqual(all.toSorted());
    world.expectHealthy();
  });
});

describe("A real pause, proposed, signed and executed from the steps of a playbook", () => {
  it("ends the step that waits for it, and the same steps of other playbooks", { timeout: 60_000 }, async () => {
    const { people } = world;
    walk = await openRoom(world, offers, "critical Vault-USDC is being drained");
    const { room } = walk;
    const atStep: AtStep = {
      "propose-pause": async (card) => {
        await press(walk, "sofia", card, "Propose the pause");
        await people.submit("sofia", { intervention: "pause-vault", reason: "Money is leaving." });
        await people.sees("ana", room, "P-0001");
        return undefined;
      },
      "reach-signers": async () => {
        for (const who of ["ana", "emil"]) await people.press(who, room, "Acknowledge");
        for (const who of ["ana", "chidi", "emil"]) await people.sign(who, room);
        await people.sees("sofia", room, "READY TO EXECUTE");
        return undefined;
      },
      "verify-pause": async () => {
        await people.press("sofia", room, "Execute");
        await people.sees("noor", room, "PAUSED, and verified");
        return true;
      },
    };
    const start = () => people.press("sofia", room, "Start the playbook");
    const first = await walkThrough(walk, "active-exploit", {}, { start, atStep });
    expect(first.steps).toContain("verify-pause");
    const [run] = (await world.incident(walk.incident)).runs;
    const checked = run?.steps.find(({ step }) => step.id === "verify-pause");
    expect(checked).toMatchObject({ state: "done", by: "allstop", remark: expect.stringContaining("P-0001") });

    for (const key of ["level-3", "key-compromise"]) {
      const done = await walkThrough(walk, key, {});
      expect(done.steps).toEqual(walked(stepsOf(key), {}).map(({ id }) => id));
      const checked = (await world.incident(walk.incident)).runs.at(-1)?.steps.find(({ step }) => step.check?.paused);
      // What was proven before they were started is looked at again: it may have been lifted since.
      expect(checked).toMatchObject({
        state: "done",
        by: "allstop",
        remark: expect.stringContaining("paused() is true"),
      });
    }
    world.expectHealthy();
  });
});

describe("The checklist that the plan names under closing", () => {
  it("is walked once the incident is resolved, and until then it can't be closed", { timeout: 30_000 }, async () => {
    const { people } = world;
    Object.assign(world.bot.app.plan(), { closing: "post-incident" });
    walk = await openRoom(world, offers, "medium Withdrawals were slow");
    const { room, incident } = walk;
    await people.press("sofia", room, "Resolve…");
    await people.submit("sofia", { summary: "A provider lagged. We left it." });
    await people.sees("sofia", room, "Start the post-incident checklist");
    const close = "/incident close It taught us no new risk.";
    expect(await people.ask("sofia", room, close)).toContain("After the incident");

    const start = () => people.press("sofia", room, "Start the post-incident checklist");
    const done = await walkThrough(walk, "post-incident", {}, { start });
    expect(done.steps).toEqual(stepsOf("post-incident").map(({ id }) => id));
    await people.say("sofia", room, close);
    await world.slack.until(() => people.words("sofia", room).includes("CLOSED") || undefined, { what: "the end" });
    expect((await world.incident(incident)).status).toBe("closed");
    world.expectHealthy();
  });
});
