import { describe, expect, it } from "vitest";
import { differences, plainText, type Standing, sayChange, unplanned } from "../../src/core/safe-words.ts";

const [ana, bo, guard, module] = ["1", "2", "3", "4"].map((digit) => `0x${digit.repeat(40)}` as const) as [
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
  `0x${string}`,
];
const none = `0x${"0".repeat(40)}` as const;
const before: Standing = { owners: [ana, bo], threshold: 2, nonce: "7", guard: none, modules: [] };
const said = (now: Partial<Standing>, from = before) => differences(from, { ...before, ...now }).map(plainText);

describe("what changed of a Safe", () => {
  it("is said for each thing that did, and nothing for the rest", () => {
    expect(said({})).toEqual([]);
    expect(said({ owners: [bo, ana] })).toEqual([]);
    expect(said({ owners: [ana, guard] })).toEqual([
      `${bo} is no longer an owner: their signature does not count any more.`,
      `${guard} is an owner now.`,
    ]);
    expect(said({ threshold: 3, nonce: "8" })).toEqual([
      "It takes 3 signatures now, and took 2.",
      "Its nonce is 8 now, and was 7.",
    ]);
    expect(said({ guard })).toEqual([
      `Its guard is ${guard} now, and was none. A guard can refuse any transaction of the Safe.`,
    ]);
    expect(said({ guard: none }, { ...before, guard })).toEqual([`Its guard is none now, and was ${guard}.`]);
    expect(said({ modules: [] }, { ...before, modules: [module] })).toEqual([
      `The module ${module} is not enabled any more.`,
    ]);
  });

  it("is no change where it was not known before", () => {
    const { guard: _, modules: __, ...unknown } = before;
    expect(said({ guard, modules: [module] }, unknown)).toEqual([]);
  });

  it("says how it stands, for facts that were recorded before they said what it was", () => {
    const event = {
      kind: "pause.safe_changed" as const,
      proposal: "P-0001",
      owners: [ana],
      threshold: 1,
      nonce: "8",
      blockNumber: "101",
    };
    expect(sayChange(event).map(plainText)).toEqual(["Now 1 of 1, nonce 8.", "Seen in block 101."]);
  });
});

describe("what is not as in the plan", () => {
  it("is what the Safe has more, and what it has less", () => {
    expect(unplanned({ guard: none, modules: [] })).toEqual([]);
    expect(unplanned({})).toEqual([]);
    expect(unplanned({ guard, modules: [module] }, { guard, modules: [module] })).toEqual([]);
    expect(unplanned({ guard, modules: [module] })).toEqual([
      `The guard ${guard} is not in the plan. It can refuse the transaction.`,
      `The module ${module} is not in the plan. It can act for the Safe without signatures.`,
    ]);
    expect(unplanned({ guard: none, modules: [] }, { guard, modules: [module] })).toEqual([
      `The plan names the guard ${guard}, and the Safe has none.`,
      `The plan names the module ${module}, and the Safe does not have it.`,
    ]);
  });
});
