import { describe, expect, it } from "vitest";
import { wordsOf } from "../story.ts";
import { openWalk, plain } from "./world.ts";

type Walk = Awaited<ReturnType<typeof openWalk>>;

/** The vault is paused, and proven so, as the chain's lane writes it. */
async function provePause(walk: Walk): Promise<void> {
  await walk.type("U0NOOR", "pause propose pause-vault");
  const hash = `0x${"ab".repeat(32)}` as const;
  const verified = { transactionHash: hash, blockNumber: "123", blockHash: hash, checks: [] };
  walk.tick(1000);
  await walk.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
    events: [{ kind: "pause.verified", proposal: "P-0001", ...verified }],
    effects: [],
  }));
}

describe("what the chain proved", () => {
  it("after a person's press is Allstop's word, on the card, on the timeline and in the file", async () => {
    const walk = await openWalk([plain("one"), plain("paused", { check: { paused: "any" } }), plain("after")]);
    await provePause(walk);
    await walk.press("U0NOOR", "playbook complete", walk.at("one"));
    expect(await walk.states()).toBe("done done todo");
    const [one, paused] = (await walk.run()).steps;
    expect(one).toMatchObject({ by: "slack:U0NOOR", byName: "U0NOOR" });
    expect(paused).toMatchObject({ by: "allstop" });
    expect(paused?.byName).toBeUndefined();
    const stored = (await walk.journal.events("incident/INC-0001")).at(-1);
    expect(stored).toMatchObject({ by: "allstop", event: { kind: "playbook.step_checked" } });
  });

  it("is Allstop's word where a person asked it to look", async () => {
    const walk = await openWalk([plain("check", { check: { named: "x" } }), plain("after")]);
    walk.sight.answer = () => ({ holds: true, means: "Yes.", detail: "Yes. Block 3." });
    await walk.press("U0NOOR", "playbook look", walk.at("check"));
    expect((await walk.run()).steps[0]).toMatchObject({ state: "done", by: "allstop" });
  });

  it("before a run was started proves nothing in it: it may have been lifted since, and is looked up", async () => {
    const walk = await openWalk([plain("paused", { check: { paused: "any" } }), plain("after")], { start: false });
    await provePause(walk);
    await walk.type("U0NOOR", "playbook start walk INC-0001");
    expect(await walk.states()).toBe("todo todo");
    await walk.pass();
    expect(walk.asked).toEqual([{ paused: "pause-vault" }]);
    walk.sight.answer = () => ({ holds: true, means: "Paused.", detail: "Paused. Block 124." });
    await walk.pass(5_000);
    expect(await walk.states()).toBe("done todo");
  });
});

describe("a check that nothing which this incident paused still is", () => {
  const steps = [plain("open", { check: { notPaused: "any" } }), plain("after")];

  it("looks at each of them, and holds once none is paused", async () => {
    const walk = await openWalk(steps);
    await provePause(walk);
    await walk.pass();
    expect(walk.asked).toEqual([{ notPaused: "pause-vault" }]);
    expect(await walk.states()).toBe("todo todo");
    walk.sight.answer = () => ({ holds: true, means: "Not paused.", detail: "Not paused. Block 200." });
    await walk.pass(5_000);
    expect((await walk.run()).steps[0]).toMatchObject({ state: "done", by: "allstop" });
  });

  it("holds not where nothing is proven: a person reads it, and says so", async () => {
    const walk = await openWalk(steps);
    await walk.pass();
    expect(walk.asked).toEqual([]);
    expect((await walk.run()).steps[0]?.looked?.detail).toContain("Nothing is proven to be paused in this incident");
  });
});

it("a run that is named wrongly is told so, and is no fault of ours", async () => {
  const walk = await openWalk([plain("one"), plain("two")]);
  const { answer } = await walk.type("U0NOOR", "playbook reopen INC-0001 r-1/one too early");
  expect(wordsOf(answer)).not.toContain("our fault");
});
