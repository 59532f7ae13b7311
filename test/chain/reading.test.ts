import { encodeAbiParameters, type Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { RetryableError } from "../../src/core/errors.ts";
import { hashSafeTx } from "../../src/core/safe-tx.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy, startTestChain } from "../../src/sandbox/chain/index.ts";
import { openPort } from "./fixtures.ts";
import { chainPlan } from "./world.ts";

let chain: SandboxChain;
let snapshot: Hex;
const closers: (() => void | Promise<void>)[] = [];
const warnings: string[] = [];
const log = { warn: (_: object, message: string) => void warnings.push(message) };

beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());
beforeEach(async () => {
  snapshot = await chain.snapshot();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  warnings.length = 0;
  await chain.revert(snapshot);
});

function open(options: Parameters<typeof openPort>[1] = {}) {
  const port = openPort(chain, { log, ...options });
  closers.push(port.close);
  return port;
}
async function providers(count: number): Promise<RpcProxy[]> {
  const proxies = await Promise.all(Array.from({ length: count }, () => startRpcProxy({ target: chain.rpcUrl })));
  for (const proxy of proxies) closers.push(proxy.close);
  return proxies;
}
const urlsOf = (proxies: RpcProxy[]) => proxies.map(({ url }) => url);
const hostOf = (proxy: RpcProxy | undefined) => new URL(proxy?.url ?? "").host;
/** Lies to every `eth_call` of one function. */
function lieAbout(proxy: RpcProxy | undefined, selector: string, result: Hex): void {
  proxy?.faults.add({
    method: "eth_call",
    kind: "lie",
    result,
    when: (params) => JSON.stringify(params).includes(selector),
  });
}
/** As a node writes it. */
async function oldBlock(url: string): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x2", false] });
  const answer = await fetch(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  return ((await answer.json()) as { result: unknown }).result;
}
const word = (value: number) => encodeAbiParameters([{ type: "uint256" }], [BigInt(value)]);
const VERSION = "0xffa1ad74";
const THRESHOLD = "0xe75235b8";
const DOMAIN = "0xf698da25";
const PAUSED = "0x5c975abb";
const GET_HASH = "0xd8d11f78";

describe("a Safe, read from three providers", () => {
  it("is said as it stands at one block", async () => {
    const state = await open({ urls: urlsOf(await providers(3)) }).readSafe("ops-pause");
    const block = await chain.client.getBlock();
    expect(state).toMatchObject({
      chainId: 31337,
      address: chain.safe,
      version: "1.4.1",
      threshold: 3,
      nonce: 0n,
      block: { number: block.number, hash: block.hash, time: new Date(Number(block.timestamp) * 1000) },
    });
    expect([...state.owners].sort()).toEqual([...chain.owners].sort());
  });

  it("is believed where two agree, and who says otherwise is named", async () => {
    const proxies = await providers(3);
    lieAbout(proxies[1], THRESHOLD, word(1));
    expect((await open({ urls: urlsOf(proxies) }).readSafe("ops-pause")).threshold).toBe(3);
    expect(warnings).toEqual([`${hostOf(proxies[1])} disagrees about the Safe ${chain.safe}.`]);
  });

  it("is read although one is dead, and one is stuck at an old block", async () => {
    const proxies = await providers(3);
    proxies[0]?.faults.add({ method: "eth_getBlockByNumber", kind: "lie", result: await oldBlock(chain.rpcUrl) });
    const [stuck, live] = proxies;
    const dead = "http://127.0.0.1:1";
    const state = await open({ urls: [stuck?.url ?? "", live?.url ?? "", proxies[2]?.url ?? ""] }).readSafe(
      "ops-pause",
    );
    expect(state.block.number).toBe((await chain.client.getBlock()).number);
    expect((await open({ urls: [dead, ...urlsOf(proxies.slice(1))] }).readSafe("ops-pause")).threshold).toBe(3);
  });
});

describe("two providers", () => {
  it("that disagree are both named, with what each says", async () => {
    const proxies = await providers(2);
    lieAbout(proxies[0], THRESHOLD, word(1));
    const reading = open({ urls: urlsOf(proxies) }).readSafe("ops-pause");
    await expect(reading).rejects.toMatchObject({ code: "providers_disagree" });
    await expect(reading).rejects.toThrow(`${hostOf(proxies[0])} says standing.threshold = 1`);
    await expect(reading).rejects.toThrow(`${hostOf(proxies[1])} says standing.threshold = 3`);
  });

  it.each(["drop", "500", "429"] as const)("are one too few when one of them answers with %s", async (kind) => {
    const proxies = await providers(2);
    proxies[0]?.faults.add({ method: "eth_call", kind });
    const reading = open({ urls: urlsOf(proxies) }).readSafe("ops-pause");
    await expect(reading).rejects.toBeInstanceOf(RetryableError);
    await expect(reading).rejects.toThrow(`Only ${hostOf(proxies[1])} answered`);
  });

  it("are named by host alone: what follows it may be a key", async () => {
    const [proxy] = await providers(1);
    proxy?.faults.add({ method: "eth_call", kind: "500" });
    const reading = open({ urls: [`${proxy?.url}/v2/s3cret?key=s3cret`] }).readSafe("ops-pause");
    await expect(reading).rejects.toThrow(hostOf(proxy));
    await expect(reading).rejects.not.toThrow("s3cret");
  });
});

describe("what is no Safe of ours", () => {
  it("is refused when it is version 1.2.0, with both reasons", async () => {
    const [proxy] = await providers(1);
    lieAbout(proxy, VERSION, encodeAbiParameters([{ type: "string" }], ["1.2.0"]));
    const reading = open({ urls: [proxy?.url ?? ""] }).readSafe("ops-pause");
    await expect(reading).rejects.toMatchObject({ code: "unsupported_safe" });
    await expect(reading).rejects.toThrow(/no chain id.*burns the nonce/);
  });

  it("is refused when its code is a look-alike's", async () => {
    const imitation = "0x00000000000000000000000000000000000a11ce";
    const bytecode = await chain.client.getCode({ address: chain.deployments.Safe });
    await chain.client.setCode({ address: imitation, bytecode: bytecode ?? "0x" });
    await chain.client.setStorageAt({
      address: chain.safe,
      index: 0,
      value: `0x${imitation.slice(2).padStart(64, "0")}`,
    });
    await expect(open().readSafe("ops-pause")).rejects.toMatchObject({ code: "unknown_singleton" });
  });

  it("is refused when it hashes for another chain", async () => {
    const [proxy] = await providers(1);
    lieAbout(proxy, DOMAIN, `0x${"12".repeat(32)}`);
    const reading = open({ urls: [proxy?.url ?? ""] }).readSafe("ops-pause");
    await expect(reading).rejects.toMatchObject({ code: "domain_mismatch" });
  });

  it.each(["token", "executor"] as const)("is refused when it is the %s", async (which) => {
    const address = which === "token" ? chain.token : chain.executor.address;
    const plan = chainPlan({ ...chain, safe: address });
    const reading = open({ plan }).readSafe("ops-pause");
    await expect(reading).rejects.toMatchObject({ code: "not_a_safe" });
  });

  it("is refused when a provider serves another chain", async () => {
    const proxies = await providers(2);
    proxies[1]?.faults.add({ method: "eth_chainId", kind: "lie", result: "0x1" });
    const reading = open({ urls: urlsOf(proxies) }).readSafe("ops-pause");
    await expect(reading).rejects.toMatchObject({ code: "wrong_chain", facts: { provider: hostOf(proxies[1]) } });
  });

  it("has no provider, or is not in the plan", async () => {
    await expect(open({ urls: [] }).readSafe("ops-pause")).rejects.toMatchObject({ code: "no_rpc" });
    await expect(open().readSafe("ops-pauze")).rejects.toMatchObject({ code: "unknown_safe" });
    await expect(open().prepare("pause-moon")).rejects.toMatchObject({ code: "unknown_intervention" });
  });
});

describe("a pause, prepared", () => {
  it("is all that a signer has to be shown", async () => {
    const prepared = await open({ urls: urlsOf(await providers(3)) }).prepare("pause-vault");
    expect(prepared).toMatchObject({
      intervention: "pause-vault",
      chain: { id: 31337, name: "Sandbox" },
      safe: { address: chain.safe, version: "1.4.1", threshold: 3 },
      target: { address: chain.vault, label: "Vault-USDC" },
      call: { signature: "pause()", selector: "0x8456cb59" },
      safeTx: { to: chain.vault, data: "0x8456cb59", operation: 0, safeTxGas: "0", gasPrice: "0", nonce: "0" },
      simulation: { ok: true, providers: 3, of: 3 },
    });
    expect(prepared.safeTxHash).toBe(hashSafeTx(31337, chain.safe, prepared.safeTx).safeTxHash);
    expect(prepared.simulation.detail).toMatch(
      /Succeeds at block \d+ on 3 of 3 .*deposit\(\) works now\. withdraw\(\) works now\./,
    );
  });

  it("goes on past one liar of three, and names it", async () => {
    const proxies = await providers(3);
    lieAbout(proxies[2], GET_HASH, `0x${"66".repeat(32)}`);
    await expect(open({ urls: urlsOf(proxies) }).prepare("pause-vault")).resolves.toMatchObject({
      intervention: "pause-vault",
    });
    expect(warnings).toContain(`${hostOf(proxies[2])} disagrees about the safeTxHash.`);
  });

  it("is refused, with all three hashes, when the Safe computes another", async () => {
    const [proxy] = await providers(1);
    const theirs: Hex = `0x${"66".repeat(32)}`;
    lieAbout(proxy, GET_HASH, theirs);
    const preparing = open({ urls: [proxy?.url ?? ""] }).prepare("pause-vault");
    await expect(preparing).rejects.toMatchObject({ code: "hash_disagreement", facts: { safe: theirs } });
    await expect(preparing).rejects.toThrow(
      /Allstop computes 0x\w{64}, protocol-kit 0x\w{64}, and the Safe itself says 0x66/,
    );
  });

  it("is refused for a Safe that may not pause, with the reason that GS013 hides", async () => {
    const safe = await chain.createSafe({ owners: chain.owners, threshold: 3, saltNonce: 7n });
    const preparing = open({ plan: chainPlan({ ...chain, safe }) }).prepare("pause-vault");
    await expect(preparing).rejects.toMatchObject({ code: "simulation_failed" });
    await expect(preparing).rejects.toThrow(/AccessControlUnauthorizedAccount.*GS013 from the Safe/);
  });

  it("is refused while the executor is an owner", async () => {
    const safe = await chain.createSafe({
      owners: [...chain.owners, chain.executor.address],
      threshold: 3,
      saltNonce: 8n,
    });
    const preparing = open({ plan: chainPlan({ ...chain, safe }) }).prepare("pause-vault");
    await expect(preparing).rejects.toMatchObject({ code: "executor_is_owner" });
  });

  it("warns when its own proof would prove nothing", async () => {
    const effectProbe = {
      label: "deposit()",
      from: chain.vault,
      call: "deposit(uint256,address)",
      arguments: ["1", chain.vault],
    };
    const prepared = await open({ plan: chainPlan(chain, { effectProbe }) }).prepare("pause-vault");
    expect(prepared.simulation.detail).toContain("Warning: deposit() does not work now");
  });

  it("is not needed where it is paused already, which no single provider can claim", async () => {
    const proxies = await providers(3);
    lieAbout(proxies[0], PAUSED, word(1));
    const port = open({ urls: urlsOf(proxies) });
    expect((await port.isPaused("pause-vault")).paused).toBe(false);
    lieAbout(proxies[1], PAUSED, word(1));
    await expect(port.prepare("pause-vault")).rejects.toMatchObject({ code: "already_paused" });
  });
});
