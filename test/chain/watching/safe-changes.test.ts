import { getAddress } from "viem";
import { describe, expect, it } from "vitest";
import { missingFor, statusOf } from "../../../src/core/pause-state.ts";
import { wordsOf } from "../../story.ts";
import { asSafe, removeOwner } from "../fixtures.ts";
import { cardWords, changes, collecting, deployGuard, linesTold, newest, stage } from "./stage.ts";

const at = stage();

describe("while signatures are collected", () => {
  it("an owner who is removed is named, and their signature counts no more", async () => {
    const story = at.open();
    await collecting(story, "chidi", "ana");
    const { confirmations } = await story.pause();
    const gone = confirmations[1]?.owner ?? "0x";
    await story.link("U0ANA", gone);
    await removeOwner(at.chain, gone);
    await expect.poll(async () => missingFor(await story.pause())).toEqual(["2 more signatures"]);
    expect(await newest(story, "pause.safe_changed")).toMatchObject({ threshold: 3, nonce: "0" });
    const [line] = await linesTold(story, "pause.safe_changed");
    expect(line).toContain("slack:U0ANA");
    expect(line).toContain("is no longer an owner: their signature does not count any more.");
    const card = await cardWords(story);
    expect(card).toContain("The Safe changed since this was proposed");
    expect(card).toContain('"have":1,"need":3');
  });

  it("a raised threshold asks for more, at once", async () => {
    const story = at.open();
    await collecting(story, "chidi", "ana", "emil");
    expect(statusOf(await story.pause())).toBe("ready");
    await asSafe(at.chain, at.chain.safe, changes.threshold(4));
    await expect.poll(async () => missingFor(await story.pause())).toEqual(["1 more signature"]);
    expect(await linesTold(story, "pause.safe_changed")).toEqual([
      expect.stringContaining("It takes 4 signatures now, and took 3."),
    ]);
    const refused = await story.type("U0NOOR", "pause execute P-0001");
    expect(wordsOf(refused.answer)).toContain("1 more signature");
  });

  it("a module that is enabled is said: it can act without anybody's signature", async () => {
    const story = at.open();
    await collecting(story);
    const module = getAddress("0x00000000000000000000000000000000000d0d0e");
    await asSafe(at.chain, at.chain.safe, changes.module(module));
    await expect.poll(() => newest(story, "pause.safe_changed")).toMatchObject({ modules: [module] });
    const [line] = await linesTold(story, "pause.safe_changed");
    expect(line).toContain(`The module ${module} is enabled now: it can act for the Safe without signatures.`);
    const card = await cardWords(story);
    expect(card).toContain(`The module ${module} is not in the plan.`);
    expect(card).toContain(`Module\\n${module}\\n  (NOT IN THE PLAN)`);
  });

  it("another fallback handler, and other code under the Safe, are said with what they were", async () => {
    const story = at.open();
    await collecting(story);
    const { SimulateTxAccessor, SafeL2, Safe, CompatibilityFallbackHandler } = at.chain.deployments;
    await asSafe(at.chain, at.chain.safe, changes.handler(SimulateTxAccessor));
    await expect.poll(() => newest(story, "pause.safe_changed")).toMatchObject({ fallbackHandler: SimulateTxAccessor });
    await at.chain.client.setStorageAt({
      address: at.chain.safe,
      index: 0,
      value: `0x${SafeL2.slice(2).padStart(64, "0")}`,
    });
    await at.chain.mine();
    await expect.poll(() => newest(story, "pause.safe_changed")).toMatchObject({ singleton: SafeL2 });
    const lines = (await linesTold(story, "pause.safe_changed")).join();
    expect(lines).toContain(
      `Its fallback handler is ${SimulateTxAccessor} now, and was ${CompatibilityFallbackHandler}.`,
    );
    expect(lines).toContain(`Its code (singleton) is ${SafeL2} now, and was ${Safe}.`);
  });

  it("code that is no Safe's is news as well, though the Safe does not answer any more", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const { vault } = at.chain;
    await at.chain.client.setStorageAt({
      address: at.chain.safe,
      index: 0,
      value: `0x${vault.slice(2).padStart(64, "0")}`,
    });
    await at.chain.mine();
    await expect.poll(() => newest(story, "pause.safe_changed")).toMatchObject({ singleton: vault, threshold: 3 });
    await expect.poll(() => newest(story, "pause.simulated")).toMatchObject({ ok: false });
  });

  it("a guard that refuses the pause is said, with what it would do to it; and that it is gone again", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const guard = await deployGuard(at.chain);
    await asSafe(at.chain, at.chain.safe, changes.guard(guard));
    await expect.poll(() => newest(story, "pause.simulated")).toMatchObject({ ok: false });
    const card = await cardWords(story);
    expect(card).toContain(`Its guard is ${getAddress(guard)} now, and was none.`);
    expect(card).toContain(`The guard ${getAddress(guard)} is not in the plan. It can refuse the transaction.`);
    expect(card).toContain("It would fail now: ");
    expect(card).toContain("FAILS at block");
    expect(await linesTold(story, "pause.simulated")).toEqual([
      expect.stringContaining("it would FAIL as things stand"),
    ]);
    await asSafe(at.chain, at.chain.safe, changes.guard("0x0000000000000000000000000000000000000000"));
    await expect.poll(() => newest(story, "pause.simulated")).toMatchObject({ ok: true });
    expect(await cardWords(story)).not.toContain("It would fail now");
  });

  it("what changed while Allstop was away is seen when it is back", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const pause = await story.pause();
    story.port.disarm(pause.id);
    await asSafe(at.chain, at.chain.safe, changes.threshold(4));
    await story.port.arm(pause);
    await expect.poll(async () => (await story.pause()).safe.threshold).toBe(4);
  });
});

describe("when it is proposed", () => {
  it("a guard and modules that the plan does not name are said, and those that it names are not", async () => {
    const { chain } = at;
    const module = getAddress("0x00000000000000000000000000000000000d0d0e");
    const expected = getAddress("0x00000000000000000000000000000000000d0d0f");
    await asSafe(chain, chain.safe, changes.module(module));
    await asSafe(chain, chain.safe, changes.module(expected));
    const story = at.open({ safe: { modules: [expected] } });
    await story.propose();
    const { facts } = await story.pause();
    expect(facts.safe.fittings?.modules).toEqual([module, expected]);
    expect(facts.simulation.detail).toContain(`Warning: The module ${module} is not in the plan.`);
    expect(facts.simulation.detail).not.toContain(expected);
    const card = await cardWords(story);
    expect(card).toContain(`Module\\n${expected}\\n  (in the plan)`);
  });

  it("what the plan names and the Safe does not have is said, too", async () => {
    const guard = getAddress("0x00000000000000000000000000000000000f4a2e");
    const story = at.open({ safe: { guard, modules: [guard] } });
    await story.propose();
    const { detail } = (await story.pause()).facts.simulation;
    expect(detail).toContain(`The plan names the guard ${guard}, and the Safe has none.`);
    expect(detail).toContain(`The plan names the module ${guard}, and the Safe does not have it.`);
    expect(await cardWords(story)).toContain(`Guard: none\\n  (the plan says ${guard})`);
  });
});
