import { concatHex, encodeFunctionData, numberToHex, pad, parseTransaction } from "viem";
import { describe, expect, it } from "vitest";
import type { Address } from "../../../src/core/ids.ts";
import { statusOf, validConfirmations } from "../../../src/core/pause-state.ts";
import { settleNested } from "../../../src/core/signature-nested.ts";
import { type SandboxChain, startRpcProxy } from "../../../src/sandbox/chain/index.ts";
import { wordsOf } from "../../story.ts";
import { asSafe, removeOwner, reorg } from "../fixtures.ts";
import { useChain } from "../use-chain.ts";
import { openChainStory } from "../world.ts";
import { mining, newSafe, pausingSafe } from "./matrix.ts";
import { approveByKey, approveBySafe, partBy } from "./nested.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
});

const OWED = { incident: "INC-0001", proposal: "P-0001" };
const [ANA, BAO, CHIDI, DARA] = [0, 1, 2, 3];
const owner = (index: number) => chain.owners[index]!;

function open(options: Parameters<typeof openChainStory>[1] = {}, safe: Address = chain.safe) {
  const story = openChainStory({ ...chain, safe }, options);
  closers.push(story.close);
  return {
    ...story,
    counted: async () => validConfirmations(await story.pause()).map((one) => one.owner),
    armed: async () => {
      await story.propose();
      await story.port.arm(await story.pause());
    },
  };
}

async function proxy() {
  const started = await startRpcProxy({ target: chain.rpcUrl });
  closers.push(() => started.close());
  return started;
}

describe("an approval on the chain", () => {
  it("is counted as soon as it is in a block, with its transaction, and executes with the others", async () => {
    const story = open();
    await story.armed();
    await story.sign("ana");
    const pause = await story.pause();
    const first = await approveByKey(chain, pause, owner(BAO));
    await expect.poll(story.counted).toEqual([owner(ANA), owner(BAO)]);
    const [, approval] = (await story.pause()).confirmations;
    expect(approval).toMatchObject({ form: "approved", via: "chain", signature: "0x", transactionHash: first });
    expect(approval?.by).toBe("chain:31337");

    await approveByKey(chain, pause, owner(CHIDI));
    await expect.poll(async () => statusOf(await story.pause())).toBe("ready");
    await story.type("U0NOOR", "pause execute");
    await mining(chain, story.follow());
    expect(statusOf(await story.pause())).toBe("final");
  });

  it("completes what a plan executes at once: nobody has to press", async () => {
    const story = open({ change: { execute: "when-ready" } });
    await story.armed();
    await story.sign("ana", "bao");
    await approveByKey(chain, await story.pause(), owner(CHIDI));
    await expect.poll(async () => statusOf(await story.pause())).toBe("requested");
    await mining(chain, story.follow());
    expect(statusOf(await story.pause())).toBe("final");
  });

  it("that was there before the proposal is found, and its transaction with it", async () => {
    const peeking = open();
    await peeking.propose();
    const hash = await approveByKey(chain, await peeking.pause(), owner(DARA));
    await chain.mine(3);
    const story = open();
    await story.armed();
    await expect.poll(story.counted).toEqual([owner(DARA)]);
    expect((await story.pause()).confirmations[0]?.transactionHash).toBe(hash);
  });

  it("is not packed where keys have signed enough: the rest is kept in reserve", async () => {
    const story = open();
    await story.armed();
    await approveByKey(chain, await story.pause(), owner(DARA));
    await expect.poll(story.counted).toHaveLength(1);
    await story.sign("ana", "bao", "chidi");
    const { raw } = await story.port.sign(await story.pause(), 1);
    expect(parseTransaction(raw).data).not.toContain(pad(owner(DARA)).slice(2).toLowerCase());
  });

  it("stops counting when its block is taken back, is told, and counts again when it is mined again", async () => {
    const story = open();
    await story.armed();
    await approveByKey(chain, await story.pause(), owner(BAO));
    await expect.poll(story.counted).toEqual([owner(BAO)]);
    await reorg(chain, 1);
    await expect.poll(story.counted).toEqual([]);
    const lapsed = (await story.journal.events("incident/INC-0001")).at(-1)?.event;
    expect(lapsed).toMatchObject({ kind: "pause.signature_lapsed", owner: owner(BAO) });
    await approveByKey(chain, await story.pause(), owner(BAO));
    await expect.poll(story.counted).toEqual([owner(BAO)]);
  });

  it("that is gone when it should be sent is not sent: a person is told, and it goes on when it is there again", async () => {
    const story = open({ pollIntervalMs: 60_000 });
    await story.armed();
    await story.sign("ana", "bao");
    await approveByKey(chain, await story.pause(), owner(CHIDI));
    await story.port.arm(await story.pause());
    await expect.poll(story.counted).toHaveLength(3);
    await story.type("U0NOOR", "pause execute");
    await reorg(chain, 1);
    await story.port.arm(await story.pause());
    await expect(story.port.sign(await story.pause(), 1)).rejects.toMatchObject({ code: "signatures_lapsed" });
    expect(statusOf(await story.pause())).toBe("requested");
    await approveByKey(chain, await story.pause(), owner(CHIDI));
    await story.port.arm(await story.pause());
    await mining(chain, story.follow());
    expect(statusOf(await story.pause())).toBe("final");
  });

  it("of somebody who is no owner any more is not counted", async () => {
    const story = open();
    await story.armed();
    await approveByKey(chain, await story.pause(), owner(BAO));
    await expect.poll(story.counted).toEqual([owner(BAO)]);
    await removeOwner(chain, owner(BAO));
    await expect.poll(story.counted).toEqual([]);
  });

  it("that one provider invents is not counted", async () => {
    const liar = await proxy();
    const story = open({ rpcUrls: [chain.rpcUrl, liar.url] });
    await story.armed();
    liar.faults.add({ method: "eth_getLogs", kind: "lie", result: [] });
    const approved = encodeFunctionData({
      abi: chain.abi.safe,
      functionName: "approvedHashes",
      args: [owner(BAO), (await story.pause()).facts.safeTxHash],
    });
    expect(approved).toMatch(/^0x7d832974/);
    liar.faults.add({ method: "eth_call", kind: "lie", result: numberToHex(1, { size: 32 }) });
    await chain.mine(3);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await story.counted()).toEqual([]);
  });

  it("is counted where providers give no logs, without its transaction", async () => {
    const rpc = await proxy();
    rpc.faults.add({ method: "eth_getLogs", kind: "error", error: { code: -32005, message: "block range too wide" } });
    const story = open({ rpcUrls: [rpc.url] });
    await story.armed();
    await approveByKey(chain, await story.pause(), owner(BAO));
    await expect.poll(story.counted).toEqual([owner(BAO)]);
    expect((await story.pause()).confirmations[0]).not.toHaveProperty("transactionHash");
  });

  it("is counted again after a restart, and told once", async () => {
    const story = open();
    await story.armed();
    await approveByKey(chain, await story.pause(), owner(BAO));
    await expect.poll(story.counted).toEqual([owner(BAO)]);
    const before = (await story.kinds()).length;
    story.port.disarm("P-0001");
    await story.port.arm(await story.pause());
    await chain.mine(2);
    await story.port.nextHead(31337);
    expect((await story.kinds()).length).toBe(before);
  });

  it("can't be claimed: a v=1 entry that somebody writes is a claim, and counts for nothing", async () => {
    const story = open();
    await story.armed();
    const claim = concatHex([pad(owner(BAO)), numberToHex(0, { size: 32 }), "0x01"]);
    const { answer } = await story.type("U0NOOR", `pause confirm P-0001 ${claim}`);
    expect(wordsOf(answer)).toContain("Anybody can write that");
    expect(await story.counted()).toEqual([]);
  });
});

describe("a nested Safe", () => {
  async function nested(threshold = 2) {
    const owners = [owner(CHIDI), owner(DARA), owner(4)];
    const child = await newSafe(chain, { owners, threshold: 2 });
    const parent = await pausingSafe(chain, { owners: [owner(ANA), owner(BAO), child], threshold });
    const story = open({}, parent);
    await story.armed();
    return { child, story, settle: () => settleNested(story.app, OWED) };
  }

  it("that signed costs the gas that a contract may use", async () => {
    const { child, story, settle } = await nested();
    await story.sign("ana");
    const pause = await story.pause();
    const alone = await story.port.sign(
      { ...pause, confirmations: [...pause.confirmations, ...(await spare(story))] },
      1,
    );
    for (const person of ["dara", "chidi"]) {
      await story.type("U0NOOR", `pause confirm P-0001 ${await partBy(chain, pause, child, person)}`);
    }
    await settle();
    expect(await story.counted()).toEqual([owner(ANA), child]);
    const signed = await story.port.sign(await story.pause(), 1);
    expect(signed.gas).toBe(alone.gas + 100_000n);
  });

  async function spare(story: ReturnType<typeof open>) {
    const before = await story.pause();
    await story.sign("bao");
    const { confirmations } = await story.pause();
    await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
      events: [
        { kind: "pause.signature_lapsed", proposal: "P-0001", owner: owner(BAO), why: "the test takes it back." },
      ],
      effects: [],
    }));
    return confirmations.slice(before.confirmations.length);
  }

  it("counts no part twice, and none of somebody who owns neither", async () => {
    const { child, story, settle } = await nested();
    const pause = await story.pause();
    const part = await partBy(chain, pause, child, "dara");
    await story.type("U0NOOR", `pause confirm P-0001 ${part}`);
    expect(wordsOf((await story.type("U0NOOR", `pause confirm P-0001 ${part} ${part}`)).answer)).toContain(
      "2 here already",
    );
    const strange = await partBy(chain, pause, child, "ana");
    expect(wordsOf((await story.type("U0NOOR", `pause confirm P-0001 ${strange}`)).answer)).toContain(
      "is not an owner",
    );
    await settle();
    expect((await story.pause()).parts).toHaveLength(1);
    expect(await story.counted()).toEqual([]);
  });

  it("stops counting when its own threshold rises above its signatures, and can approve on the chain instead", async () => {
    const { child, story, settle } = await nested();
    await story.sign("ana");
    const pause = await story.pause();
    for (const person of ["dara", "chidi"]) {
      await story.type("U0NOOR", `pause confirm P-0001 ${await partBy(chain, pause, child, person)}`);
    }
    await settle();
    expect(await story.counted()).toEqual([owner(ANA), child]);
    const data = encodeFunctionData({ abi: chain.abi.safe, functionName: "changeThreshold", args: [3n] });
    await asSafe({ ...chain, safe: child }, child, data);
    await expect.poll(story.counted).toEqual([owner(ANA)]);
    await approveBySafe(chain, pause, child, ["chidi", "dara", "emil"]);
    await expect.poll(story.counted).toEqual([owner(ANA), child]);
    await story.type("U0NOOR", "pause execute");
    await mining(chain, story.follow());
    expect(statusOf(await story.pause())).toBe("final");
  });
});
