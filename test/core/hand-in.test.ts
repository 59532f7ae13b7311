import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import type { ContractOwner } from "../../src/core/chain-port.ts";
import type { Hex } from "../../src/core/ids.ts";
import { statusOf, validConfirmations } from "../../src/core/pause-state.ts";
import { hashOldSafeTx, hashSafeTx } from "../../src/core/safe-tx.ts";
import { readSignatures } from "../../src/core/signature-file.ts";
import { handInSignatures } from "../../src/core/signature-hand-in.ts";
import { hashSafeMessage, messageForOwner } from "../../src/core/signature-message.ts";
import { settleNested } from "../../src/core/signature-nested.ts";
import { openStory, owners, safe, storyPlan, wordsOf } from "../story.ts";

async function begun(change: Parameters<typeof storyPlan>[0] = {}) {
  const story = openStory({ plan: storyPlan({ acknowledgements: 0, ...change }) });
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "pause propose pause-vault");
  const pause = async () => (await story.incident()).pauses[0]!;
  return {
    ...story,
    pause,
    confirm: async (text: string, id?: string) => {
      const { answer } = await story.type("U0NOOR", `pause confirm P-0001 ${text}`, id === undefined ? {} : { id });
      return wordsOf(answer);
    },
    counted: async () => validConfirmations(await pause()).map(({ owner }) => owner),
    /** What this owner's key makes of any hash. */
    by: (index: number, hash: Hex) => owners[index]!.sign({ hash }),
  };
}
const owner = (index: number) => owners[index]!.address;
const stranger = privateKeyToAccount(`0x${"99".repeat(32)}`);

describe("several signatures at once", () => {
  it("are each told for themselves; a bad one spoils no good one", async () => {
    const story = await begun();
    const [ana, bao] = [await story.signature(0), await story.signature(1)];
    const bad = await stranger.sign({ hash: (await story.pause()).facts.safeTxHash });
    const words = await story.confirm(`${bad} ${ana}, 0x1234\n${bao} ${ana}`);
    expect(words).toContain("2 counted, 1 here already, 2 not counted. Signatures: 2 of 3");
    expect(words).toContain(stranger.address);
    expect(words).toContain("not 132");
    expect(await story.counted()).toEqual([owner(0), owner(1)]);
  });

  it("that complete it send it at once, where the plan says so", async () => {
    const story = await begun({ execute: "when-ready" });
    const all = await Promise.all([0, 1, 2].map(story.signature));
    await story.confirm(all.join(" "));
    expect(statusOf(await story.pause())).toBe("requested");
    expect((await story.kinds()).filter((kind) => kind === "pause.execution_requested")).toHaveLength(1);
  });

  it("delivered twice are recorded once, and told the same", async () => {
    const story = await begun();
    const both = `${await story.signature(0)} ${await story.signature(1)}`;
    await story.confirm(both, "one-act");
    const before = (await story.kinds()).length;
    expect(await story.confirm(both, "one-act")).toContain("2 here already");
    expect((await story.kinds()).length).toBe(before);
  });

  it("of a file in Safe's own shape count like any other", async () => {
    const story = await begun();
    const entries = [{ signer: owner(3), data: await story.signature(3), isContractSignature: false }];
    await story.confirm(JSON.stringify(entries));
    expect(await story.counted()).toEqual([owner(3)]);
  });

  it("that are all unreadable are told under the field, before anything is done", async () => {
    const story = await begun();
    expect(await story.confirm("0x12 0x34")).toContain("not 132");
    expect(await story.counted()).toEqual([]);
  });
});

describe("a signature that does not count", () => {
  it("is named when it was made for another proposal", async () => {
    const story = await begun();
    const first = await story.pause();
    await story.type("U0NOOR", "pause withdraw P-0001 Wrong target");
    const other = { ...first.facts, proposal: "P-0009", safeTx: { ...first.facts.safeTx, to: owner(4) } };
    const hashes = hashSafeTx(31337, safe, other.safeTx);
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
      events: [{ ...other, ...hashes }],
      effects: [],
    }));
    const given = readSignatures(await story.by(1, first.facts.safeTxHash));
    const { handedIn } = await handInSignatures(
      story.app,
      { by: "allstop" },
      { proposal: "P-0009", given, via: "paste" },
    );
    expect(handedIn[0]?.outcome).toMatchObject({
      kind: "refused",
      why: `It is ${owner(1)}'s over P-0001, not over P-0009.`,
    });
  });

  it("is named when it was made for another nonce", async () => {
    const story = await begun();
    const { facts } = await story.pause();
    const { safeTxHash } = hashSafeTx(31337, safe, { ...facts.safeTx, nonce: "6" });
    expect(await story.confirm(await story.by(2, safeTxHash))).toContain("at nonce 6; P-0001 is at nonce 7");
  });

  it("is named when it was made without the chain id, as for an old Safe", async () => {
    const story = await begun();
    const { facts } = await story.pause();
    const words = await story.confirm(await story.by(2, hashOldSafeTx(safe, facts.messageHash)));
    expect(words).toContain("without the chain id, so it would be valid on every chain");
    expect(await story.counted()).toEqual([]);
  });

  it("of an owner who has left says that", async () => {
    const story = await begun();
    const left = owners.slice(1).map(({ address }) => address);
    await story.journal.record("incident/INC-0001", { by: "chain:31337" }, () => ({
      events: [
        { kind: "pause.safe_changed", proposal: "P-0001", owners: left, threshold: 3, nonce: "7", blockNumber: "101" },
      ],
      effects: [],
    }));
    expect(await story.confirm(await story.signature(0))).toContain("which is no longer an owner");
  });

  it("says that it is over when it is", async () => {
    const story = await begun();
    await story.type("U0NOOR", "pause withdraw P-0001 False alarm");
    const [ana, bao] = [await story.signature(0), await story.signature(1)];
    expect(await story.confirm(`${ana} ${bao}`)).toContain("P-0001 was withdrawn: False alarm");
    expect(await story.counted()).toEqual([]);
  });
});

it("counts what a wallet makes of the hash as a message, in the form that the Safe reads", async () => {
  const story = await begun();
  const { safeTxHash } = (await story.pause()).facts;
  await story.confirm(await owners[0]!.signMessage({ message: { raw: safeTxHash } }));
  const [only] = (await story.pause()).confirmations;
  expect(only).toMatchObject({ owner: owner(0), signature: expect.stringMatching(/(1f|20)$/) });
});

describe("a nested Safe", () => {
  const keys = [privateKeyToAccount(`0x${"21".repeat(32)}`), privateKeyToAccount(`0x${"22".repeat(32)}`)];

  async function nested(verdict: { ok: true } | { ok: false; why: string }) {
    const story = await begun();
    const { facts } = await story.pause();
    const message = messageForOwner("1.4.1", facts);
    const contract: ContractOwner = {
      owner: owner(4),
      way: "sign",
      message,
      safe: { version: "1.3.0", owners: keys.map(({ address }) => address), threshold: 2 },
    };
    const asked: Hex[] = [];
    story.app.chain.contractOwners = async () => [contract];
    story.app.chain.checkContractSignature = async (_, { signature }) => {
      asked.push(signature);
      return verdict;
    };
    const { safeMessageHash } = hashSafeMessage(31337, owner(4), message);
    return { ...story, asked, part: (index: number) => keys[index]!.sign({ hash: safeMessageHash }) };
  }

  it("counts when enough of its owners have signed, and it stands by them; not before", async () => {
    const story = await nested({ ok: true });
    expect(await story.confirm(await story.part(0))).toContain("1 of 2. 1 more to go.");
    await settleNested(story.app, { proposal: "P-0001" });
    expect(story.asked).toEqual([]);
    expect(await story.confirm(await story.part(1))).toContain("2 of 2. That Safe is now asked");
    expect(story.owed.due("chain", Number.MAX_SAFE_INTEGER).map(({ effect }) => effect.kind)).toContain(
      "settle_nested",
    );
    await settleNested(story.app, { proposal: "P-0001" });
    await settleNested(story.app, { proposal: "P-0001" });
    expect((await story.pause()).confirmations).toMatchObject([{ owner: owner(4), form: "contract", via: "paste" }]);
    expect(story.asked).toHaveLength(1);
  });

  it("does not count when it refuses them: the room is told why", async () => {
    const story = await nested({ ok: false, why: "it reverts." });
    await story.confirm(`${await story.part(0)} ${await story.part(1)}`);
    await settleNested(story.app, { proposal: "P-0001" });
    expect(await story.counted()).toEqual([]);
    expect((await story.journal.events("incident/INC-0001")).at(-1)?.event).toMatchObject({
      kind: "pause.signature_lapsed",
      owner: owner(4),
      why: expect.stringContaining("it reverts."),
    });
  });

  it("is not asked about a key's own signature: nothing waits for a chain that does not answer", async () => {
    const story = await begun();
    story.app.chain.contractOwners = () => Promise.reject(new Error("No RPC answers."));
    await story.confirm(await story.signature(0));
    expect(await story.counted()).toEqual([owner(0)]);
  });
});
