import { describe, expect, it } from "vitest";
import type { SignedExecution } from "../../src/core/chain-port.ts";
import { statusOf } from "../../src/core/pause-state.ts";
import { type SandboxChain, startRpcProxy } from "../../src/sandbox/chain/index.ts";
import { wordsOf } from "../story.ts";
import { reorg } from "./fixtures.ts";
import { useChain } from "./use-chain.ts";
import { openChainStory } from "./world.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
});

function open(options: Parameters<typeof openChainStory>[1] = {}) {
  const story = openChainStory(chain, options);
  closers.push(story.close);
  return story;
}
async function proxy() {
  const started = await startRpcProxy({ target: chain.rpcUrl });
  closers.push(() => started.close());
  return started;
}
const isPaused = () =>
  chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" });
/** Blocks go on while an execution is followed to its end. */
async function mining<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => void chain.mine(1), 60);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

describe("a pause, from proposal to final", () => {
  it("is executed once, proven, and says so in order", async () => {
    const story = open();
    await story.propose();
    await story.port.arm(await story.pause());
    await story.sign("chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute");
    await mining(story.drive());
    // The final check runs beside all of this, and is done when it is.
    const inOrder = (kind: string) => kind.startsWith("pause.") && kind !== "pause.checked";
    expect((await story.kinds()).filter(inOrder)).toEqual([
      "pause.proposed",
      "pause.confirmed",
      "pause.confirmed",
      "pause.confirmed",
      "pause.execution_requested",
      "pause.signed",
      "pause.broadcast",
      "pause.included",
      "pause.verified",
      ...((await story.kinds()).includes("pause.safe") ? ["pause.safe"] : []),
      "pause.final",
    ]);
    const pause = await story.pause();
    expect(pause.verified?.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ["receipt", true],
      ["executed", true],
      ["state", true],
      ["effect", true],
      ["exit", true],
    ]);
    expect(pause.checked).toMatchObject({ ok: true, when: "beside", providers: 1, of: 1 });
    expect(await isPaused()).toBe(true);
  });

  it("costs one RPC from the last signature to the raw transaction", async () => {
    const rpc = await proxy();
    const story = open({ rpcUrls: [rpc.url], change: { execute: "when-ready" }, pollIntervalMs: 60_000 });
    await story.propose();
    await story.port.arm(await story.pause());
    await story.sign("chidi", "ana");
    rpc.reset();
    await story.sign("emil");
    expect(statusOf(await story.pause())).toBe("requested");
    void story.drive();
    await expect.poll(() => story.kinds()).toContain("pause.broadcast");
    const methods = rpc.requests.map(({ method }) => method);
    expect(methods.indexOf("eth_sendRawTransaction")).toBe(0);
  });
});

describe("what can't be proposed", () => {
  it("a vault that is paused already", async () => {
    const story = open();
    await story.propose();
    await story.sign("chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute");
    await mining(story.drive());
    const other = open();
    expect(wordsOf(await other.propose())).toMatch(/already paused|paused already/);
  });

  it("a pause that the Safe has no right to, with the true reason", async () => {
    const powerless = await chain.createSafe({ owners: [...chain.owners], threshold: 3, saltNonce: 99n });
    const story = openChainStory({ ...chain, safe: powerless });
    closers.push(story.close);
    expect(wordsOf(await story.propose())).toContain("AccessControlUnauthorizedAccount");
  });

  it("with an RPC of another chain, or a Safe that is none", async () => {
    const rpc = await proxy();
    rpc.faults.add({ method: "eth_chainId", kind: "lie", result: "0x1" });
    const story = open({ rpcUrls: [rpc.url] });
    const answer = wordsOf(await story.propose());
    expect(answer).toMatch(/(serves|answers for) chain 1, and the plan says 31337/);
  });

  it("without the agreement of two providers, where two are configured", async () => {
    const liar = await proxy();
    liar.faults.add({ method: "eth_call", kind: "lie", result: `0x${"00".repeat(31)}09` });
    const story = open({ rpcUrls: [chain.rpcUrl, liar.url] });
    expect(wordsOf(await story.propose())).not.toContain("is proposed");
  });
});

/** What the driver writes down before it sends: here, of bytes that were signed in an earlier life. */
async function recordSigned(story: ReturnType<typeof open>, signed: SignedExecution): Promise<void> {
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  await story.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
    events: [
      {
        kind: "pause.signed",
        proposal: "P-0001",
        attempt: 1,
        ...rest,
        gas: gas.toString(),
        maxFeePerGas: maxFeePerGas.toString(),
        maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
      },
    ],
    effects: [],
  }));
}

describe("an execution under bad weather", () => {
  async function ready(options: Parameters<typeof openChainStory>[1] = {}) {
    const story = open(options);
    await story.propose();
    await story.sign("chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute");
    return story;
  }
  const nonce = () => chain.client.getTransactionCount({ address: chain.executor.address });

  it("survives a reply that was lost after the transaction was taken", async () => {
    const rpc = await proxy();
    const story = await ready({ rpcUrls: [rpc.url] });
    rpc.faults.add({ method: "eth_sendRawTransaction", kind: "502_after_send", times: 1 });
    const before = await nonce();
    await mining(story.drive());
    expect(statusOf(await story.pause())).toBe("final");
    expect(await nonce()).toBe(before + 1);
  });

  it("sends stored bytes again after a crash between signing and sending, and runs once", async () => {
    const story = await ready();
    const signed = await story.port.sign(await story.pause(), 1);
    await recordSigned(story, signed);
    const before = await nonce();
    await mining(story.drive());
    expect((await story.kinds()).filter((kind) => kind === "pause.signed")).toHaveLength(1);
    expect(await nonce()).toBe(before + 1);
    expect(await isPaused()).toBe(true);
  });

  it("finds that somebody else sent it", async () => {
    const story = await ready();
    const pause = await story.pause();
    const { raw } = await story.port.sign(pause, 1);
    await story.port.broadcast(31337, raw);
    await chain.mine(1);
    // Our own attempt was never recorded: only the Safe's log can tell.
    await mining(story.drive());
    expect(statusOf(await story.pause())).toBe("final");
    expect((await story.kinds()).filter((kind) => kind === "pause.included")).toHaveLength(1);
  });

  it("is taken back by a reorg: that is said, and the same bytes end up in another block", async () => {
    const story = await ready();
    const before = await nonce();
    const driven = story.drive();
    // Mined by hand, so that the block that is taken back is the one that holds it.
    await expect.poll(async () => (await story.pause()).attempts.length, { timeout: 10_000 }).toBe(1);
    await expect
      .poll(
        async () => {
          await chain.mine(1);
          return (await story.pause()).verified !== undefined;
        },
        { timeout: 10_000, interval: 100 },
      )
      .toBe(true);
    const first = (await story.pause()).included;
    const tip = await chain.client.getBlockNumber();
    await reorg(chain, Number(tip - BigInt(first?.blockNumber ?? 0)) + 1);
    await mining(driven);
    const pause = await story.pause();
    expect(statusOf(pause)).toBe("final");
    expect(pause.attempts).toHaveLength(1);
    expect(pause.included?.blockHash).not.toBe(first?.blockHash);
    expect((await story.kinds()).filter((kind) => kind === "pause.reorged")).toHaveLength(1);
    expect(await nonce()).toBe(before + 1);
    expect(await isPaused()).toBe(true);
  });

  it("is stuck below the price: it is outbid with the same nonce, and runs once", async () => {
    const story = await ready();
    const before = await nonce();
    const stuck = await story.port.sign(await story.pause(), 1);
    await recordSigned(story, stuck);
    // What was signed when gas was cheap is in no block that is dear.
    await chain.client.setNextBlockBaseFeePerGas({ baseFeePerGas: stuck.maxFeePerGas * 2n });
    await chain.mine(1);
    await mining(story.drive());
    const pause = await story.pause();
    expect(statusOf(pause)).toBe("final");
    expect(pause.attempts.length).toBeGreaterThan(1);
    expect(new Set(pause.attempts.map((attempt) => attempt.nonce))).toEqual(new Set([before]));
    expect(await nonce()).toBe(before + 1);
  });

  it("is told that it is blocked when the executor has no gas money, and goes on when it has", async () => {
    const story = await ready();
    await chain.client.setBalance({ address: chain.executor.address, value: 0n });
    await expect(story.drive()).rejects.toThrow("refused by every RPC");
    expect((await story.pause()).blocked?.code).toBe("no_gas_money");
    await chain.client.setBalance({ address: chain.executor.address, value: 10n ** 19n });
    await mining(story.drive());
    expect(statusOf(await story.pause())).toBe("final");
  });
});
