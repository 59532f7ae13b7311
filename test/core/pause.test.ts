import { describe, expect, it } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import { Intervention } from "../../src/core/intervention.ts";
import { missingFor, statusOf } from "../../src/core/pause-state.ts";
import { noteSafeChange } from "../../src/core/safe-change.ts";
import { openStory, owners, storyPlan, wordsOf } from "../story.ts";

async function proposed(options: Parameters<typeof openStory>[0] = {}) {
  const story = openStory(options);
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  for (const [index, owner] of owners.entries()) await story.link(`U0SIGNER${index}`, owner.address);
  await story.type("U0NOOR", "pause propose pause-vault");
  return story;
}
const pauseOf = async (story: Awaited<ReturnType<typeof proposed>>) => (await story.incident()).pauses[0]!;

describe("gathering what a pause needs", () => {
  it("counts signatures and acknowledgements apart", async () => {
    const story = await proposed();
    await story.press("U0SIGNER0", "pause acknowledge", { proposal: "P-0001" });
    for (const index of [2, 0, 4]) {
      await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
    }
    const pause = await pauseOf(story);
    expect(statusOf(pause)).toBe("ready");
    expect(pause.confirmations.map(({ owner }) => owner)).toEqual([2, 0, 4].map((index) => owners[index]!.address));
  });

  it("a second press, and a second copy of a signature, are not news", async () => {
    const story = await proposed();
    for (let press = 0; press < 2; press += 1) {
      await story.press("U0SIGNER0", "pause acknowledge", { proposal: "P-0001" });
      await story.type("U0NOOR", `pause confirm ${await story.signature(1)}`);
    }
    const kinds = await story.kinds();
    expect(kinds.filter((kind) => kind === "pause.acknowledged")).toHaveLength(1);
    expect(kinds.filter((kind) => kind === "pause.confirmed")).toHaveLength(1);
  });

  it("a stranger, an unlinked responder and a foreign signature count for nothing", async () => {
    const story = await proposed();
    const stranger = await story.press("U0STRANGER", "pause acknowledge", { proposal: "P-0001" });
    expect(wordsOf(stranger.answer)).toContain("not linked");
    const unlinked = await story.press("U0NOOR", "pause acknowledge", { proposal: "P-0001" });
    expect(wordsOf(unlinked.answer)).toContain("/signer link");
    const foreign = await owners[0]!.signMessage({ message: "something else" });
    const wrong = await story.type("U0NOOR", `pause confirm P-0001 ${foreign}`);
    expect(wordsOf(wrong.answer)).toContain("is not an owner");
    const broken = await story.type("U0NOOR", "pause confirm P-0001 0x1234");
    expect(wordsOf(broken.answer)).toContain("130 hex digits");
    const pause = await pauseOf(story);
    expect([pause.acknowledgements, pause.confirmations]).toEqual([[], []]);
  });

  it("refuses to execute too early, and says what is missing", async () => {
    const story = await proposed();
    const { answer } = await story.press("U0NOOR", "pause execute", { proposal: "P-0001" });
    expect(wordsOf(answer)).toContain("3 more signatures and 1 more acknowledgement");
  });

  it("executes once, by press", async () => {
    const story = await proposed({ plan: storyPlan({ acknowledgements: 0 }) });
    for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
    await story.press("U0NOOR", "pause execute", { proposal: "P-0001" });
    await story.press("U0SOFIA", "pause execute", { proposal: "P-0001" });
    expect((await story.kinds()).filter((kind) => kind === "pause.execution_requested")).toHaveLength(1);
    const chain = story.owed.due("chain", story.app.clock.now().getTime()).map(({ effect }) => effect.kind);
    expect(chain).toEqual(["arm", "execute"]);
    const late = await story.type("U0NOOR", "pause withdraw P-0001 changed my mind");
    expect(wordsOf(late.answer)).toContain("already on its way");
  });

  it("goes at once when the plan says when-ready, with the last thing that was missing", async () => {
    const story = await proposed({ plan: storyPlan({ execute: "when-ready" }) });
    for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
    expect(missingFor(await pauseOf(story))).toEqual(["1 more acknowledgement"]);
    await story.press("U0SIGNER3", "pause acknowledge", { proposal: "P-0001" });
    expect(await story.kinds()).toContain("pause.execution_requested");
  });

  it("proposes an intervention once, and again after it was withdrawn", async () => {
    const story = await proposed();
    const twice = await story.type("U0NOOR", "pause propose pause-vault");
    expect(wordsOf(twice.answer)).toContain("P-0001 already proposes");
    await story.type("U0NOOR", "pause withdraw P-0001 false alarm");
    const press = await story.press("U0SIGNER0", "pause acknowledge", { proposal: "P-0001" });
    expect(wordsOf(press.answer)).toContain("was withdrawn: false alarm");
    await story.type("U0NOOR", "pause propose pause-vault");
    expect((await story.incident()).pauses.map(({ id }) => id)).toHaveLength(2);
  });
});

const all = owners.map(({ address }) => address);

describe("a Safe that changes while we collect", () => {
  it("stops counting the signature of an owner who was removed", async () => {
    const story = await proposed();
    await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(0)}`);
    const rest = owners.slice(1).map(({ address }) => address);
    await noteSafeChange(story.app, "P-0001", { owners: rest, threshold: 3, nonce: 7n, blockNumber: 101n });
    const pause = await pauseOf(story);
    expect(missingFor(pause)[0]).toBe("3 more signatures");
  });

  it("is over when the nonce was used by another transaction, which is named, with a way on", async () => {
    const story = await proposed();
    const by = `0x${"77".repeat(32)}` as const;
    story.app.chain.lookUp = async () => ({ state: "superseded", by, nonce: 8n });
    await noteSafeChange(story.app, "P-0001", { owners: all, threshold: 3, nonce: 8n, blockNumber: 101n });
    const pause = await pauseOf(story);
    expect(pause.failed).toMatchObject({ code: "superseded", transactionHash: by, nonce: "8" });
    expect(pause.failed?.why).toBe(
      `Nonce 7 of ops-pause was used by another transaction, ${by}; the Safe now stands at 8.`,
    );
  });

  it("is not over while it can't be said what used the nonce: it is told again", async () => {
    const story = await proposed();
    story.app.chain.lookUp = async () => ({ state: "pending" });
    const noting = noteSafeChange(story.app, "P-0001", { owners: all, threshold: 3, nonce: 8n, blockNumber: 101n });
    await expect(noting).rejects.toBeInstanceOf(RetryableError);
    expect(statusOf(await pauseOf(story))).toBe("collecting");
  });

  it("is on its way when somebody else sent our own transaction: its effect is proven like any other", async () => {
    const story = await proposed();
    story.app.chain.lookUp = async () => ({
      state: "included",
      transactionHash: `0x${"78".repeat(32)}`,
      blockNumber: 102n,
      blockHash: `0x${"cd".repeat(32)}`,
      blockTime: new Date("2026-11-21T03:01:00.000Z"),
      gasUsed: 90_000n,
      executed: true,
    });
    await noteSafeChange(story.app, "P-0001", { owners: all, threshold: 3, nonce: 8n, blockNumber: 102n });
    expect(statusOf(await pauseOf(story))).toBe("included");
    const owed = story.owed.due("chain", story.app.clock.now().getTime()).map(({ effect }) => effect.kind);
    expect(owed).toContain("execute");
  });

  it("is sent when the threshold falls to what is there, and the plan says at once", async () => {
    const story = await proposed({ plan: storyPlan({ acknowledgements: 0, execute: "when-ready" }) });
    for (const index of [0, 1]) await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(index)}`);
    await noteSafeChange(story.app, "P-0001", { owners: all, threshold: 2, nonce: 7n, blockNumber: 101n });
    expect(await story.kinds()).toContain("pause.execution_requested");
  });
});

describe("the final check", () => {
  it("runs beside the sending of a pause, and before that of anything that does not fail safe", async () => {
    const story = await proposed();
    expect((await pauseOf(story)).facts.finalCheck).toBeUndefined();
    const plan = storyPlan();
    const vault = plan.interventions["pause-vault"];
    if (vault === undefined) throw new Error("The plan has no pause.");
    const { dialect: _, ...rest } = vault;
    const role = `0x${"5a".repeat(32)}`;
    const revoke = Intervention.parse({ ...rest, dialect: "revoke-role", role, account: owners[0]?.address });
    const other = await proposed({ plan: { ...plan, interventions: { "pause-vault": revoke } } });
    expect((await pauseOf(other)).facts.finalCheck).toBe("before");
  });
});
