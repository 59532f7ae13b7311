import { encodeAbiParameters, type Hex } from "viem";
import { describe, expect, it } from "vitest";
import { EXECUTION_FAILURE, EXECUTION_SUCCESS } from "../../../src/chain/abi.ts";
import { statusOf } from "../../../src/core/pause-state.ts";
import type { RpcProxy } from "../../../src/sandbox/chain/index.ts";
import { wordsOf } from "../../story.ts";
import { cardWords, collecting, hostOf, linesTold, newest, stage, urlsOf } from "./stage.ts";

const at = stage();

const THRESHOLD = "0xe75235b8";
const PAUSED = "0x5c975abb";
const word = (value: number): Hex => encodeAbiParameters([{ type: "uint256" }], [BigInt(value)]);

/** Lies to every `eth_call` of one function, until it is told to stop. */
function lieAbout(proxy: RpcProxy | undefined, selector: string, result: Hex): () => void {
  const when = (params: unknown) => JSON.stringify(params).includes(selector);
  return proxy?.faults.add({ method: "eth_call", kind: "lie", result, when }) ?? (() => undefined);
}

/** As a node writes it. */
async function ask(method: string, params: unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(at.chain.rpcUrl, { method: "POST", headers, body });
  return ((await answer.json()) as { result: unknown }).result;
}
const blockNow = () => ask("eth_getBlockByNumber", ["latest", false]);

async function mining<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => void at.chain.mine(1), 60);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

describe("a provider that lies", () => {
  it("is named on the card, and once in the room, however often it does it; the others are believed", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story, "chidi");
    lieAbout(proxies[1], THRESHOLD, word(1));
    await at.chain.mine();
    await expect
      .poll(() => newest(story, "pause.provider_doubted"))
      .toMatchObject({
        providers: [hostOf(proxies[1])],
        fault: "differs",
      });
    for (let block = 0; block < 4; block += 1) {
      await at.chain.mine();
      const { number } = await at.chain.client.getBlock();
      await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.block.number).toBe(number);
    }
    expect((await story.pause()).safe.threshold).toBe(3);
    const lines = await linesTold(story, "pause.provider_doubted");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`${hostOf(proxies[1])} says standing.threshold = 1`);
    expect(lines[0]).toContain(`${hostOf(proxies[0])}, ${hostOf(proxies[2])} say standing.threshold = 3`);
    expect(await cardWords(story)).toContain(`${hostOf(proxies[1])} is not believed`);
  });

  it("is heard of once in a room with several proposals, and stands on each of their cards", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies), also: { "pause-again": { title: "Pause it again" } } });
    await collecting(story);
    await story.type("U0NOOR", "pause propose pause-again");
    const [, second] = (await story.incident()).pauses;
    if (second === undefined) throw new Error("There is one proposal only.");
    await story.port.arm(second);
    lieAbout(proxies[0], THRESHOLD, word(1));
    await at.chain.mine();
    await expect.poll(async () => (await story.incident()).pauses.map(({ doubted }) => doubted.length)).toEqual([1, 1]);
    expect(await linesTold(story, "pause.provider_doubted")).toHaveLength(1);
    expect(await cardWords(story, "P-0002")).toContain(hostOf(proxies[0]));
  });

  it("while the proposal is made, is named on the card that signers compare", async () => {
    const proxies = await at.proxies(3);
    lieAbout(proxies[2], "0xd8d11f78", `0x${"66".repeat(32)}`);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await story.propose();
    const { detail } = (await story.pause()).facts.simulation;
    expect(detail).toContain("Warning: Asked for the safeTxHash at one and the same block: ");
    expect(detail).toContain(`${hostOf(proxies[2])} says data = "0x666666`);
    expect(detail).toContain(`${hostOf(proxies[2])} is not believed;`);
  });

  it("about the pause itself makes nothing PAUSED: with two, neither is believed, and both are named", async () => {
    const proxies = await at.proxies(2);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story, "chidi", "ana", "emil");
    const stop = lieAbout(proxies[0], PAUSED, word(0));
    await story.type("U0NOOR", "pause execute P-0001");
    await expect(mining(story.drive())).rejects.toMatchObject({ code: "providers_disagree" });
    expect(statusOf(await story.pause())).toBe("included");
    expect(await newest(story, "pause.provider_doubted")).toMatchObject({
      providers: [hostOf(proxies[0]), hostOf(proxies[1])],
      detail: expect.stringContaining("None of them is believed: two must agree."),
    });
    stop();
    await mining(story.drive());
    expect(statusOf(await story.pause())).toBe("final");
  });

  it("that alone says “paused” is not believed, and the pause fails its proof", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story, "chidi", "ana", "emil");
    // Two honest providers see a vault that is not paused, whatever the third one says.
    for (const proxy of proxies.slice(1)) lieAbout(proxy, PAUSED, word(0));
    await story.type("U0NOOR", "pause execute P-0001");
    await mining(story.drive());
    const { failed, doubted } = await story.pause();
    expect(failed?.code).toBe("not_verified");
    expect(doubted.map(({ providers }) => providers)).toContainEqual([hostOf(proxies[0])]);
  });

  it("with a receipt of its own making is outvoted, though it has as many logs as the true one", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story, "chidi", "ana", "emil");
    await story.type("U0NOOR", "pause execute P-0001");
    await mining(story.drive());
    const pause = await story.pause();
    await story.port.arm(pause);
    const hash = pause.included?.transactionHash ?? "0x";
    const receipt = JSON.stringify(await ask("eth_getTransactionReceipt", [hash]));
    const forged: unknown = JSON.parse(receipt.replaceAll(EXECUTION_SUCCESS, EXECUTION_FAILURE));
    proxies[0]?.faults.add({ method: "eth_getTransactionReceipt", kind: "lie", result: forged });
    expect(await story.port.lookUp(pause)).toMatchObject({ state: "included", executed: true });
  });
});

describe("a provider that lags", () => {
  it("is told apart from one that lies, and is believed again when it has caught up", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story, "chidi");
    const stuck = proxies[2]?.faults.add({ method: "eth_getBlockByNumber", kind: "lie", result: await blockNow() });
    await at.chain.mine(4);
    await expect
      .poll(() => newest(story, "pause.provider_doubted"))
      .toMatchObject({
        providers: [hostOf(proxies[2])],
        fault: "behind",
      });
    const [line] = await linesTold(story, "pause.provider_doubted");
    expect(line).toContain("An RPC provider lags behind");
    expect(line).toContain("It does not lie, it lags");
    stuck?.();
    await at.chain.mine();
    const { number } = await at.chain.client.getBlock();
    await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.block.number).toBe(number);
    expect(await linesTold(story, "pause.provider_doubted")).toHaveLength(1);
  });

  it("by one block is no news, and nor is one that does not have the block it is asked about", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story);
    const missing = { code: -32001, message: "Resource not found" };
    for (const method of ["eth_call", "eth_getStorageAt"]) {
      proxies[2]?.faults.add({ method, kind: "error", error: missing });
    }
    for (let block = 0; block < 3; block += 1) {
      await at.chain.mine();
      const { number } = await at.chain.client.getBlock();
      await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.block.number).toBe(number);
    }
    expect(await newest(story, "pause.provider_doubted")).toBeUndefined();
  });

  it("and one that serves another chain is left out, and named: it stops nothing either", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story);
    proxies[0]?.faults.add({ method: "eth_chainId", kind: "lie", result: "0x1" });
    await at.chain.mine();
    const { number } = await at.chain.client.getBlock();
    await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.block.number).toBe(number);
    await expect
      .poll(() => newest(story, "pause.provider_doubted"))
      .toMatchObject({
        detail: `${hostOf(proxies[0])} serves chain 1, and not Sandbox (31337). It is not believed.`,
      });
  });

  it("and an invented head of a single provider stops nothing", async () => {
    const proxies = await at.proxies(3);
    const story = at.open({ rpcUrls: urlsOf(proxies) });
    await collecting(story);
    const invented = { ...((await blockNow()) as object), number: "0xffffff", hash: `0x${"ab".repeat(32)}` };
    proxies[0]?.faults.add({ method: "eth_getBlockByNumber", kind: "lie", result: invented });
    await at.chain.mine();
    const { number } = await at.chain.client.getBlock();
    await expect.poll(() => story.port.lastSafe(31337, at.chain.safe)?.block.number).toBe(number);
    expect(wordsOf((await story.type("U0NOOR", "pause status P-0001")).answer)).toContain("P-0001");
  });
});
