import { type Hex, parseTransaction, recoverTransactionAddress } from "viem";
import { describe, expect, it } from "vitest";
import type { SafeState } from "../../src/core/chain-port.ts";
import { RetryableError } from "../../src/core/errors.ts";
import type { Pause } from "../../src/core/pause-state.ts";
import { hashSafeTx } from "../../src/core/safe-tx.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy } from "../../src/sandbox/chain/index.ts";
import {
  after,
  attempted,
  openPort,
  pauseDirectly,
  proposalOf,
  removeOwner,
  reorg,
  sentByAnother,
  signedBy,
} from "./fixtures.ts";
import { useChain } from "./use-chain.ts";
import { chainPlan } from "./world.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
});

function open(options: Parameters<typeof openPort>[1] = {}) {
  const port = openPort(chain, options);
  closers.push(port.close);
  return port;
}
async function providers(count: number): Promise<RpcProxy[]> {
  const proxies = await Promise.all(Array.from({ length: count }, () => startRpcProxy({ target: chain.rpcUrl })));
  for (const proxy of proxies) closers.push(proxy.close);
  return proxies;
}
const urlsOf = (proxies: RpcProxy[]) => proxies.map(({ url }) => url);
const methodsOf = (proxies: RpcProxy[]) => proxies.map(({ requests }) => requests.map(({ method }) => method));
const SEND = "eth_sendRawTransaction";
/** A port that has proposed, and the proposal with the signatures of these. */
async function ready(people = ["chidi", "ana", "emil"], options: Parameters<typeof openPort>[1] = {}) {
  const port = open(options);
  const pause = proposalOf(await port.prepare("pause-vault"));
  return { port, pause: await signedBy(chain, pause, ...people) };
}
const head = async () => {
  const { number, hash } = await chain.client.getBlock();
  return { number, hash };
};

describe("an armed pause", () => {
  // The watch would ask, too, in the middle of it.
  const still = { pollIntervalMs: 60_000 };

  it("is one request per provider away from the chain, once the last signature is there", async () => {
    const proxies = await providers(2);
    const { port, pause } = await ready(["chidi", "ana"], { ...still, urls: urlsOf(proxies) });
    await port.arm(pause);
    for (const proxy of proxies) proxy.reset();
    const complete = await signedBy(chain, pause, "emil");
    await chain.client.setAutomine(false);
    const { raw } = await port.sign(complete, 1);
    const routes = await port.broadcast(31337, raw);
    expect(methodsOf(proxies)).toEqual([[SEND], [SEND]]);
    expect(routes.map(({ outcome }) => outcome).sort()).toEqual(["accepted", "known"]);
  });

  it("is signed by the executor, with a price, a limit and a nonce that will do", async () => {
    const { port, pause } = await ready();
    await port.arm(pause);
    const signed = await port.sign(pause, 1);
    const outer = parseTransaction(signed.raw);
    expect(await recoverTransactionAddress({ serializedTransaction: signed.raw as `0x02${string}` })).toBe(
      port.executor,
    );
    expect(outer).toMatchObject({ type: "eip1559", chainId: 31337, to: chain.safe.toLowerCase() });
    const baseFee = (await chain.client.getBlock()).baseFeePerGas ?? 0n;
    expect(signed.maxFeePerGas).toBe(4n * baseFee + signed.maxPriorityFeePerGas);
    expect(signed.maxPriorityFeePerGas).toBeGreaterThanOrEqual(5_000_000_000n);
    expect(signed.gas).toBeGreaterThanOrEqual(300_000n);
    expect(signed.nonce).toBe(await chain.client.getTransactionCount({ address: chain.executor.address }));
  });

  it("is signed the same after a restart, which asks for what it needs", async () => {
    const { port, pause } = await ready();
    await port.arm(pause);
    const [before, again] = [await port.sign(pause, 1), await open().sign(pause, 1)];
    expect(again).toEqual(before);
  });

  it("is outbid by its replacement on both fees, with the same nonce, until the cap", async () => {
    const { port, pause } = await ready(undefined, { maxFeePerGasMax: 12_000_000_000n });
    const first = await port.sign(pause, 1);
    const second = await port.sign(attempted(pause, first), 2);
    expect(second.nonce).toBe(first.nonce);
    expect(second.maxPriorityFeePerGas).toBe((first.maxPriorityFeePerGas * 5n + 3n) / 4n);
    let stuck = attempted(attempted(pause, first), second);
    const raise = async () => {
      for (let attempt = 3; attempt < 20; attempt += 1) stuck = attempted(stuck, await port.sign(stuck, attempt));
    };
    await expect(raise()).rejects.toMatchObject({ code: "fee_cap" });
  });

  it("packs no signature of an owner who has left, and says who changed what", async () => {
    const changes: [string, SafeState][] = [];
    const { port, pause } = await ready(["chidi", "ana", "emil", "bao"], {
      hearer: { safeChanged: (proposal, state) => void changes.push([proposal, state]) },
    });
    await port.arm(pause);
    // Only the owners with the lowest addresses are packed: the lowest one leaves.
    const [leaving] = pause.confirmations.map(({ owner }) => owner).sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
    const gone = pause.confirmations.find(({ owner }) => owner === leaving)?.signature.slice(2) ?? "none";
    expect((await port.sign(pause, 1)).raw).toContain(gone);
    await removeOwner(chain, leaving!);
    await expect.poll(() => changes.length).toBe(1);
    expect(changes[0]?.[0]).toBe("P-0001");
    expect(changes[0]?.[1].owners).not.toContain(leaving);
    expect(port.lastSafe(31337, chain.safe)?.owners).toHaveLength(4);

    const signed = await port.sign(pause, 1);
    expect(signed.raw).not.toContain(gone);
    await port.broadcast(31337, signed.raw);
    await expect.poll(() => port.lookUp(attempted(pause, signed))).toMatchObject({ executed: true });
  });

  it("is not signed when current owners' signatures no longer suffice, or the nonce is gone", async () => {
    const { port, pause } = await ready();
    await removeOwner(chain, chain.owners[0]!);
    await expect(port.sign(pause, 1)).rejects.toMatchObject({ code: "signatures_missing" });
    const { port: other, pause: spare } = await ready(["bao", "chidi", "dara"]);
    const { raw } = await other.sign(spare, 1);
    await sentByAnother(chain, parseTransaction(raw).data!);
    await expect(open().sign(spare, 1)).rejects.toMatchObject({ code: "nonce_used" });
  });

  it("takes no forged approval, whatever the timeline says that it is", async () => {
    const { port, pause } = await ready(["chidi", "ana"]);
    const owner = chain.owners[4]!;
    const signature: Hex = `0x${owner.slice(2).toLowerCase().padStart(64, "0")}${"00".repeat(32)}01`;
    const forged = after(pause, { kind: "pause.confirmed", proposal: pause.id, owner, signature, via: "paste" });
    await expect(port.sign(forged, 1)).rejects.toMatchObject({ code: "signatures_missing" });
  });

  it("costs no more per head with twenty proposals than with one", async () => {
    const proxies = await providers(1);
    const { port, pause } = await ready(undefined, { urls: urlsOf(proxies), pollIntervalMs: 30 });
    const perHead = async () => {
      const before = port.lastSafe(31337, chain.safe)?.block.number;
      proxies[0]?.reset();
      await chain.mine();
      await expect.poll(() => port.lastSafe(31337, chain.safe)?.block.number).not.toBe(before);
      return proxies[0]?.requests.filter(({ method }) => method === "eth_call").length;
    };
    await port.arm(pause);
    const one = await perHead();
    for (let n = 2; n <= 20; n += 1) await port.arm({ ...pause, id: `P-00${String(n).padStart(2, "0")}` });
    expect(await perHead()).toBe(one);
    for (let n = 1; n <= 20; n += 1) port.disarm(`P-00${String(n).padStart(2, "0")}`);
  });
});

describe("the same bytes, sent to every provider", () => {
  it.each(["502_after_send", "drop", "500", "429"] as const)(
    "are of unknown fate where the answer is %s, and land all the same",
    async (kind) => {
      const proxies = await providers(2);
      const { port, pause } = await ready(undefined, { urls: urlsOf(proxies) });
      proxies[0]?.faults.add({ method: SEND, kind });
      await chain.client.setAutomine(false);
      const signed = await port.sign(pause, 1);
      const routes = await port.broadcast(31337, signed.raw);
      await chain.mine();
      expect(routes[0]).toMatchObject({ provider: new URL(proxies[0]?.url ?? "").host, outcome: "unknown" });
      expect(["accepted", "known"]).toContain(routes[1]?.outcome);
      expect(await port.lookUp(attempted(pause, signed))).toMatchObject({ state: "included", executed: true });
    },
  );

  it("are known the second time, and refused where the price or the money is wrong", async () => {
    const { port, pause } = await ready();
    await chain.client.setAutomine(false);
    const { raw } = await port.sign(pause, 1);
    expect(await port.broadcast(31337, raw)).toMatchObject([{ outcome: "accepted" }]);
    expect(await port.broadcast(31337, raw)).toMatchObject([{ outcome: "known" }]);
    await chain.client.setBalance({ address: chain.executor.address, value: 0n });
    const { raw: next } = await port.sign({ ...pause, id: "P-0002" }, 1);
    const [poor] = await port.broadcast(31337, next);
    expect(poor).toMatchObject({ outcome: "refused", detail: expect.stringMatching(/insufficient funds/i) });
  });
});

describe("what became of it", () => {
  it("is pending, then included with the block's own time, then verified in full", async () => {
    const proxies = await providers(3);
    const { port, pause } = await ready(undefined, { urls: urlsOf(proxies) });
    const signed = await port.sign(pause, 1);
    const tried = attempted(pause, signed);
    expect(await port.lookUp(tried)).toEqual({ state: "pending" });
    await port.broadcast(31337, signed.raw);
    await chain.mine();
    const found = await port.lookUp(tried);
    if (found.state !== "included") throw new Error(`It is ${found.state}.`);
    const block = await chain.client.getBlock({ blockHash: found.blockHash });
    expect(found).toMatchObject({ transactionHash: signed.transactionHash, executed: true });
    expect(found.blockTime.getTime()).toBe(Number(block.timestamp) * 1000);

    const { ok, checks } = await port.verify(tried, found);
    expect(ok).toBe(true);
    expect(checks).toMatchObject([
      { name: "receipt", detail: expect.stringContaining("status 1") },
      { name: "executed", detail: "The Safe logged ExecutionSuccess for our safeTxHash." },
      { name: "state", detail: expect.stringMatching(/paused\(\) is true at block \d+ on 3 of 3 RPC providers/) },
      { name: "effect", detail: "deposit() worked before and now reverts with EnforcedPause()." },
      { name: "exit", detail: "withdraw() still works." },
    ]);
  });

  it("is our pause, too, when somebody else sent it", async () => {
    const { port, pause } = await ready();
    const signed = await port.sign(pause, 1);
    const theirs = await sentByAnother(chain, parseTransaction(signed.raw).data!);
    const tried = attempted(pause, signed);
    const found = await port.lookUp(tried);
    expect(found).toMatchObject({ state: "included", transactionHash: theirs, executed: true });
    if (found.state !== "included") return;
    const { ok, checks } = await port.verify(tried, found);
    expect(ok).toBe(true);
    expect(checks[0]?.detail).toContain("sent by somebody else");
  });

  it("is superseded when another transaction of the Safe used the nonce, and says which", async () => {
    const { port, pause } = await ready();
    const other = proposalOf(await open().prepare("pause-vault"), "P-0002");
    // The same Safe, the same nonce, another call: one that does nothing.
    const tx = { ...other.facts.safeTx, to: chain.executor.address, data: "0x" as Hex };
    const facts = { ...other.facts, safeTx: tx, ...hashSafeTx(31337, chain.safe, tx) };
    const signedOther = await signedBy(chain, { ...other, facts }, "ana", "bao", "dara");
    const { raw } = await open().sign(signedOther, 1);
    const hash = await sentByAnother(chain, parseTransaction(raw).data!);
    expect(await port.lookUp(pause)).toMatchObject({ state: "superseded", by: hash, nonce: 1n });
  });

  it("is a failure with the true reason when the vault was paused by another way in between", async () => {
    const { port, pause } = await ready();
    await port.arm(pause);
    const signed = await port.sign(pause, 1);
    await pauseDirectly(chain);
    await port.broadcast(31337, signed.raw);
    await chain.mine();
    const found = await port.lookUp(attempted(pause, signed));
    expect(found).toMatchObject({ state: "included", executed: false, why: "It reverted with EnforcedPause()." });
  });

  it("is not believed from one provider alone", async () => {
    const proxies = await providers(3);
    const { port, pause } = await ready(undefined, { urls: urlsOf(proxies) });
    const signed = await port.sign(pause, 1);
    const receipt = {
      transactionHash: signed.transactionHash,
      status: "0x1",
      blockNumber: "0x1",
      blockHash: (await chain.client.getBlock({ blockNumber: 1n })).hash,
      gasUsed: "0x1",
      logs: [],
    };
    proxies[0]?.faults.add({ method: "eth_getTransactionReceipt", kind: "lie", result: receipt });
    expect(await port.lookUp(attempted(pause, signed))).toEqual({ state: "pending" });
    proxies[1]?.faults.add({ method: "eth_getTransactionReceipt", kind: "500" });
    proxies[2]?.faults.add({ method: "eth_getTransactionReceipt", kind: "500" });
    await expect(port.lookUp(attempted(pause, signed))).rejects.toBeInstanceOf(RetryableError);
  });
});

describe("what is not proven is not called paused", () => {
  async function mined(
    options: Parameters<typeof openPort>[1],
  ): Promise<{ port: ReturnType<typeof open>; pause: Pause; at: { transactionHash: Hex; blockHash: Hex } }> {
    const { port, pause } = await ready(undefined, options);
    const signed = await port.sign(pause, 1);
    await port.broadcast(31337, signed.raw);
    await chain.mine();
    const found = await port.lookUp(attempted(pause, signed));
    if (found.state !== "included") throw new Error(`It is ${found.state}.`);
    return { port, pause: attempted(pause, signed), at: found };
  }
  const probe = (from: Hex, call: string, ...args: string[]) => ({ label: call, from, call, arguments: args });

  it("by a probe that failed before", async () => {
    const effectProbe = probe(chain.vault, "deposit(uint256,address)", "1", chain.vault);
    const { port, pause, at } = await mined({ plan: chainPlan(chain, { effectProbe }) });
    const { ok, checks } = await port.verify(pause, at);
    expect(ok).toBe(false);
    expect(checks.find(({ name }) => name === "effect")?.detail).toContain("already failed before the pause");
  });

  it("by a probe that still works", async () => {
    const effectProbe = probe(chain.depositor, "totalAssets()");
    const { port, pause, at } = await mined({ plan: chainPlan(chain, { effectProbe }) });
    const effect = (await port.verify(pause, at)).checks.find(({ name }) => name === "effect");
    expect(effect).toMatchObject({ ok: false, detail: expect.stringContaining("totalAssets() still works at block") });
  });

  it("when the way out is shut", async () => {
    const exitProbe = probe(chain.depositor, "deposit(uint256,address)", "1", chain.depositor);
    const { port, pause, at } = await mined({ plan: chainPlan(chain, { exitProbe }) });
    const exit = (await port.verify(pause, at)).checks.find(({ name }) => name === "exit");
    expect(exit).toMatchObject({ ok: false, detail: "deposit(uint256,address) reverts with EnforcedPause()." });
  });

  it("at a block that the chain does not hold", async () => {
    const { port, pause, at } = await mined({});
    await expect(port.verify(pause, { ...at, blockHash: `0x${"ab".repeat(32)}` })).rejects.toBeInstanceOf(
      RetryableError,
    );
  });
});

describe("a block", () => {
  it("is included, then safe, then final", async () => {
    const port = open({ urls: urlsOf(await providers(2)) });
    await chain.mine();
    const block = await head();
    const seen: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      seen.push(await port.finality(31337, block));
      await chain.mine();
    }
    expect([...new Set(seen)]).toEqual(["included", "safe", "final"]);
  });

  it("is orphaned when a reorg took it", async () => {
    const port = open();
    await chain.mine(2);
    const block = await head();
    await reorg(chain, 1);
    expect(await port.finality(31337, block)).toBe("orphaned");
  });

  it("settles by depth where a chain has no tags", async () => {
    const [proxy] = await providers(1);
    const untagged = (params: unknown) => /safe|finalized/.test(JSON.stringify(params));
    const error = { code: -32602, message: "unknown block tag" };
    proxy?.faults.add({ method: "eth_getBlockByNumber", kind: "error", error, when: untagged });
    const port = open({ urls: urlsOf(proxy ? [proxy] : []) });
    const block = await head();
    await chain.mine(31);
    expect(await port.finality(31337, block)).toBe("included");
    await chain.mine(1);
    expect(await port.finality(31337, block)).toBe("safe");
    await chain.mine(32);
    expect(await port.finality(31337, block)).toBe("final");
  });

  it("is told of when it comes, or when it is overdue", async () => {
    const port = open({ pollIntervalMs: 20 });
    const next = port.nextHead(31337);
    await new Promise((resolve) => setTimeout(resolve, 60));
    await chain.mine();
    await next;
    await port.nextHead(31337);
  });
});

/** Replaces the newest blocks by empty ones. */
