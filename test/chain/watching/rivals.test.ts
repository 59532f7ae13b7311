import { describe, expect, it } from "vitest";
import type { Rival } from "../../../src/core/pause-shapes.ts";
import { cardWords, collecting, foreign, linesTold, newest, stage } from "./stage.ts";

const at = stage();

/** An index such as the Safe Transaction Service, as long as these are in it. */
function queueOf(listed: Rival[]) {
  const asked: string[] = [];
  return {
    asked,
    queuedAt: async ({ chainId, address }: { chainId: number; address: string }, nonce: bigint) => {
      asked.push(`${chainId} ${address} ${nonce}`);
      return listed;
    },
  };
}

describe("what else is signed for the same nonce", () => {
  it("is counted on the card, and said at once when it can be sent by anyone", async () => {
    const { safeTxHash } = await foreign(at.chain, 0n);
    const listed: Rival[] = [{ safeTxHash, confirmations: 2, executable: false }];
    const queue = queueOf(listed);
    let now = 0;
    const story = at.open({ queue, now: () => now });
    await collecting(story, "chidi");
    await at.chain.mine();
    await expect.poll(() => newest(story, "pause.rivals_changed")).toMatchObject({ rivals: listed });
    expect(new Set(queue.asked)).toEqual(new Set([`31337 ${at.chain.safe} 0`]));
    expect(await cardWords(story)).toContain("; 1 other queued at 0, none executable");
    expect(await linesTold(story, "pause.rivals_changed")).toEqual([]);

    listed[0] = { safeTxHash, confirmations: 3, executable: true };
    now += 10_000;
    await at.chain.mine();
    await expect.poll(() => linesTold(story, "pause.rivals_changed")).toHaveLength(1);
    const [line] = await linesTold(story, "pause.rivals_changed");
    expect(line).toContain("another transaction can void it");
    expect(line).toContain(safeTxHash);
    const card = await cardWords(story);
    expect(card).toContain("; 1 other queued at 0, 1 executable");
    expect(card).toContain(`Can void it: `);
  });

  it("is our own other proposal, too, without any index", async () => {
    const story = at.open({ also: { "close-vault": { title: "Close it", target: at.chain.token } } });
    await collecting(story);
    const { facts } = await story.pause();
    // The token can't be paused, so that the second one stands here as its own timeline would tell it.
    const other = {
      ...facts,
      proposal: "P-0002",
      intervention: "close-vault",
      safeTxHash: `0x${"22".repeat(32)}` as const,
    };
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({ events: [other], effects: [] }));
    const second = (await story.incident()).pauses[1];
    if (second === undefined) throw new Error("There is one proposal only.");
    await story.port.arm(second);
    await at.chain.mine();
    await expect.poll(() => newest(story, "pause.rivals_changed")).toMatchObject({ rivals: [{ executable: false }] });
    const [first] = (await story.incident()).pauses;
    expect(first?.rivals).toEqual([
      { safeTxHash: other.safeTxHash, confirmations: 0, executable: false, proposal: "P-0002" },
    ]);
    await story.sign("chidi", "ana", "emil");
    await at.chain.mine();
    await expect.poll(() => linesTold(story, "pause.rivals_changed")).toEqual([expect.stringContaining("P-0001 (0x")]);
    expect(await cardWords(story, "P-0002")).toContain("P-0001 at nonce 0 has all its signatures");
  });

  it("is what people took back, as long as its nonce is free: its signatures hold", async () => {
    const story = at.open({ also: { "close-vault": { title: "Close it" } } });
    await collecting(story, "chidi", "ana", "emil");
    await story.type("U0NOOR", "pause withdraw P-0001 not this one");
    const { facts, confirmations } = await story.pause();
    const other = { ...facts, proposal: "P-0002", safeTxHash: `0x${"22".repeat(32)}` as const };
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({ events: [other], effects: [] }));
    const second = (await story.incident()).pauses[1];
    if (second === undefined) throw new Error("There is one proposal only.");
    await story.port.arm(second);
    await expect
      .poll(() => newest(story, "pause.rivals_changed"))
      .toMatchObject({
        proposal: "P-0002",
        rivals: [
          { safeTxHash: facts.safeTxHash, confirmations: confirmations.length, executable: true, proposal: "P-0001" },
        ],
      });
  });

  it("is never on the critical path: an index that fails is asked again later, and nothing waits for it", async () => {
    const queue = { queuedAt: () => Promise.reject(new Error("502")) };
    const story = at.open({ queue });
    await collecting(story, "chidi", "ana", "emil");
    await at.chain.mine();
    expect(await newest(story, "pause.rivals_changed")).toBeUndefined();
    expect((await story.pause()).confirmations).toHaveLength(3);
  });
});
