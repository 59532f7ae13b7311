import { describe, expect, it } from "vitest";
import { pauseCard } from "../../../src/chat/cards/pause-card.ts";
import { statusOf } from "../../../src/core/pause-state.ts";
import { buildSafeTx } from "../../../src/core/safe-tx.ts";
import { wordsOf } from "../../story.ts";
import { removeOwner, sentByAnother } from "../fixtures.ts";
import { type ChainStory, cardWords, collecting, foreign, linesTold, newest, signedCall, stage } from "./stage.ts";

const at = stage();

const proposals = async (story: ChainStory) => (await story.incident()).pauses;

/** The buttons of a proposal's card. */
async function buttonsOf(story: ChainStory, proposal = "P-0001") {
  const pause = (await proposals(story)).find(({ id }) => id === proposal);
  if (pause === undefined) throw new Error(`There is no ${proposal}.`);
  return pauseCard(pause, { links: story.app.links, roster: undefined }).buttons;
}

async function pressTheWayOn(story: ChainStory, proposal = "P-0001") {
  const button = (await buttonsOf(story, proposal)).find(({ label }) => label.startsWith("Propose again"));
  if (button === undefined || !("command" in button)) throw new Error("There is no way on.");
  return { label: button.label, ...(await story.press("U0NOOR", button.command, button.input)) };
}

/** Blocks go on while an execution is followed to its end. */
async function mining<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => void at.chain.mine(1), 60);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

describe("a nonce that is used while signatures are collected", () => {
  it("by another transaction: which one is said, and one press proposes again at the next", async () => {
    const story = at.open({ change: { acknowledgements: 1 } });
    await collecting(story, "chidi", "ana");
    await story.link("U0ANA", at.chain.owners[0] ?? "0x");
    await story.press("U0ANA", "pause acknowledge", { proposal: "P-0001" });
    const taker = await sentByAnother(at.chain, (await foreign(at.chain, 0n)).data);
    await expect.poll(async () => (await story.pause()).failed?.code).toBe("superseded");
    expect(await newest(story, "pause.safe_changed")).toMatchObject({ nonce: "1", takenBy: taker, ours: false });
    const failed = await newest(story, "pause.failed");
    expect(failed?.why).toBe(
      `Nonce 0 of ops-pause was used by another transaction, ${taker}; the Safe now stands at 1.`,
    );
    const told = [...(await linesTold(story, "pause.safe_changed")), ...(await linesTold(story, "pause.failed"))];
    expect(told).toHaveLength(2);
    for (const line of told) expect(line).toContain(taker);

    const { label, answer } = await pressTheWayOn(story);
    expect(label).toBe("Propose again at nonce 1");
    expect(wordsOf(answer)).toContain("P-0002 is proposed");
    const [old, fresh] = await proposals(story);
    expect(fresh?.facts).toMatchObject({ insteadOf: "P-0001", safeTx: { nonce: "1" } });
    expect([fresh?.acknowledgements, fresh?.confirmations]).toEqual([[], []]);
    expect(old).toMatchObject({ failed: { code: "superseded" }, replacedBy: "P-0002" });
    expect(old?.confirmations).toHaveLength(2);
    expect(old?.acknowledgements).toHaveLength(1);
    expect(await cardWords(story)).toContain("It was proposed again, as P-0002.");
    expect((await buttonsOf(story)).map((button) => button.label)).toEqual([]);
  });

  it("by somebody who sent our own transaction: that is the pause, and it is proven like any other", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const { facts } = await story.pause();
    const sent = await sentByAnother(at.chain, await signedCall(at.chain, facts.safeTx));
    await expect.poll(async () => statusOf(await story.pause())).toBe("included");
    expect(await newest(story, "pause.safe_changed")).toMatchObject({ takenBy: sent, ours: true });
    const [line] = await linesTold(story, "pause.safe_changed");
    expect(line).toContain(`${sent}, and it is this proposal itself: somebody else has sent it.`);
    const owed = story.owed.due("chain", Number.MAX_SAFE_INTEGER).map(({ effect }) => effect.kind);
    expect(owed).toContain("execute");
    await mining(story.drive());
    const pause = await story.pause();
    expect(pause.verified?.checks.every(({ ok }) => ok)).toBe(true);
    expect(pause.verified?.checks[0]?.detail).toContain("sent by somebody else");
    expect(statusOf(pause)).toBe("final");
  });

  it("by another proposal of ours: that one is named", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const { facts } = await story.pause();
    const { data, safeTxHash } = await foreign(at.chain, 0n);
    // As it stands where two pauses of one Safe were proposed at the same nonce.
    const other = { ...facts, proposal: "P-0002", title: "Close the bridge", safeTxHash };
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({ events: [other], effects: [] }));
    const taker = await sentByAnother(at.chain, data);
    await expect
      .poll(async () => (await story.pause()).failed?.why)
      .toBe(`Nonce 0 of ops-pause was used by P-0002 (Close the bridge), ${taker}; the Safe now stands at 1.`);
  });

  it("that another incident waits for as well: it is the same transaction, and is signed once", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    const { facts } = await story.pause();
    await story.type("U0NOOR", "incident declare high The same vault again");
    await story.type("U0NOOR", "pause propose INC-0002 pause-vault");
    const [second] = (await story.incident("INC-0002")).pauses;
    if (second === undefined) throw new Error("Nothing was proposed.");
    // The same call at the same nonce is the same transaction: what was signed for one is signed for both.
    expect(second.facts.safeTxHash).toBe(facts.safeTxHash);
    expect(second.confirmations).toMatchObject([{ reusedFrom: "P-0001" }]);
  });
});

describe("what can be taken along", () => {
  it("signatures over the same hash are; those of owners who left, and acknowledgements, are not", async () => {
    const story = at.open({ change: { acknowledgements: 0 } });
    await collecting(story, "chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute P-0001");
    const [first, gone, other] = (await story.pause()).confirmations;
    await removeOwner(at.chain, gone?.owner ?? "0x");
    await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.owners).toHaveLength(4);
    await story.drive();
    expect((await story.pause()).failed?.code).toBe("signatures_missing");
    const { label } = await pressTheWayOn(story);
    expect(label).toBe("Propose again");
    const [, fresh] = await proposals(story);
    expect(fresh?.confirmations.map(({ owner, reusedFrom }) => [owner, reusedFrom])).toEqual([
      [first?.owner, "P-0001"],
      [other?.owner, "P-0001"],
    ]);
    const asked = story.owed
      .due("chat/slack", Number.MAX_SAFE_INTEGER)
      .flatMap(({ effect }) => (effect.kind === "ask_signer" && effect.proposal === "P-0002" ? [effect.owner] : []));
    expect(asked).not.toContain(first?.owner);
  });

  it("nothing is, of a proposal that people took back", async () => {
    const story = at.open();
    await collecting(story, "chidi");
    await story.type("U0NOOR", "pause withdraw P-0001 false alarm");
    await story.type("U0NOOR", "pause propose pause-vault");
    const [, fresh] = await proposals(story);
    expect(fresh?.confirmations).toEqual([]);
  });

  it("a proposal that can still run, or of another intervention, has no successor", async () => {
    const story = at.open();
    await collecting(story);
    const early = await story.type("U0NOOR", "pause propose pause-vault --instead-of P-0001");
    expect(wordsOf(early.answer)).toContain("P-0001 has not failed");
    const unknown = await story.type("U0NOOR", "pause propose pause-vault --instead-of P-0009");
    expect(wordsOf(unknown.answer)).toContain("There is no pause proposal P-0009");
    expect(await proposals(story)).toHaveLength(1);
  });

  it("pressed twice, it is proposed once", async () => {
    const story = at.open();
    await collecting(story);
    await sentByAnother(
      at.chain,
      await signedCall(at.chain, buildSafeTx({ to: at.chain.attacker, data: "0x", nonce: 0n })),
    );
    await expect.poll(async () => (await story.pause()).failed?.code).toBe("superseded");
    const [button] = await buttonsOf(story);
    if (button === undefined || !("command" in button)) throw new Error("There is no way on.");
    await story.press("U0NOOR", button.command, button.input);
    const again = await story.press("U0SOFIA", button.command, button.input);
    expect(wordsOf(again.answer)).toContain("P-0002 already proposes");
    expect(await proposals(story)).toHaveLength(2);
  });
});
