import { encodeFunctionData, getAddress, type Hex, keccak256, numberToHex, parseAbi, parseEther, toHex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { LoadedPlan } from "../../src/core/plan.ts";
import type { ChainProof, Verdict } from "../../src/core/readiness.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy, startTestChain } from "../../src/sandbox/chain/index.ts";
import { asSafe, openPort, pauseDirectly, removeOwner } from "../chain/fixtures.ts";
import { chainPlan } from "../chain/world.ts";

let chain: SandboxChain;
let proxies: RpcProxy[];
let snapshot: Hex;
const closers: (() => void)[] = [];

beforeAll(async () => {
  chain = await startTestChain();
  proxies = await Promise.all([0, 1, 2].map(() => startRpcProxy({ target: chain.rpcUrl })));
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await chain.close();
});
beforeEach(async () => {
  snapshot = await chain.snapshot();
});
afterEach(async () => {
  for (const close of closers.splice(0)) close();
  for (const proxy of proxies) proxy.reset();
  await chain.revert(snapshot);
});

const vaultAbi = parseAbi([
  "function PAUSER_ROLE() view returns (bytes32)",
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
  "function unpause()",
]);
const safeAbi = parseAbi([
  "function changeThreshold(uint256 threshold)",
  "function setGuard(address guard)",
  "function enableModule(address module)",
]);

function open(options: { urls?: string[]; plan?: LoadedPlan } = {}) {
  const port = openPort(chain, { urls: proxies.map(({ url }) => url), ...options });
  closers.push(port.close);
  return port;
}

async function prove(options: Parameters<typeof open>[0] = {}): Promise<{ proof: ChainProof; said: Verdict[] }> {
  const proof = await open(options).proveReadiness();
  return { proof, said: proof.lines[0]?.verdicts ?? [] };
}

const codes = (verdicts: Verdict[]) => verdicts.filter(({ colour }) => colour !== "green").map(({ code }) => code);
const first = (verdicts: Verdict[]) => {
  const [reason] = verdicts.filter(({ colour }) => colour !== "green");
  if (reason === undefined) throw new Error("All is green.");
  return reason;
};

async function role(change: "grantRole" | "revokeRole"): Promise<void> {
  const data = encodeFunctionData({
    abi: vaultAbi,
    functionName: change,
    args: [keccak256(toHex("PAUSER_ROLE")), chain.safe],
  });
  await chain.send({ from: "deployer", to: chain.vault, data });
}
function withSafe(change: Partial<LoadedPlan["safes"][string]>): LoadedPlan {
  const plan = chainPlan(chain);
  return { ...plan, safes: { "ops-pause": { chain: 31337, address: chain.safe, ...change } } };
}
const safeDoes = (data: Hex) => asSafe(chain, chain.safe, data);

/** Runtime code that reverts, whatever it is asked; and one that lets everything pass. */
const REFUSES: Hex = "0x60006000fd";
const GUARD = "0x00000000000000000000000000000000000009a4";
const GUARD_SLOT = "0x4a204f620c8c5ccdca3fd54d003badd85ba500436a431f0cbda4f558c93c34c8";

describe("the keyless proof", () => {
  it("is green where everything is as it should be, read at one block by all providers", async () => {
    const { proof, said } = await prove();
    expect(codes(said)).toEqual([]);
    expect(said.map(({ rung }) => rung).sort()).toEqual(
      ["effect", "executor", "exit", "gas", "guard", "once", "paused", "role", "rpc", "safe", "shape"].sort(),
    );
    expect(said.find(({ rung }) => rung === "role")?.says).toContain("on 3 of 3 RPC providers");
    expect(proof.blocks).toHaveLength(1);
    expect(proof.safes["ops-pause"]?.owners).toHaveLength(5);
    expect(proof.lines[0]?.executor).toBe(chain.executor.address);
    // Few round trips: every provider is asked in batches.
    for (const proxy of proxies) expect(proxy.roundTrips()).toBeLessThanOrEqual(12);
    // Nothing is sent, and nothing is pinned by a number but gas estimates.
    const asked = new Set(proxies.flatMap(({ requests }) => requests.map(({ method }) => method)));
    expect([...asked].filter((method) => /send|sign/i.test(method))).toEqual([]);
  });

  it("says that the right is gone, which it is, and whom to ask", async () => {
    await role("revokeRole");
    const { said } = await prove();
    const reason = first(said);
    expect(reason).toMatchObject({ rung: "role", colour: "red", code: "role_missing" });
    expect(reason.says).toContain("AccessControlUnauthorizedAccount");
    expect(reason.remedy).toContain("Ask whoever administers Vault-USDC");
    expect(reason.remedy).toContain("to give ops-pause PAUSER_ROLE of Vault-USDC again");
    // By name in the sentences, whole below them.
    expect(reason.says).not.toContain("0x");
    expect(reason.facts?.map(({ value }) => value)).toEqual([chain.safe, chain.vault, keccak256(toHex("PAUSER_ROLE"))]);
    await role("grantRole");
    expect(codes((await prove()).said)).toEqual([]);
  });

  it("names the plan's own Safe or person that could give the right back", async () => {
    await role("revokeRole");
    const plan = chainPlan(chain);
    plan.people.ops = { name: "Olga", roles: [], owner: chain.admin };
    const { said } = await prove({ plan });
    expect(first(said).remedy).toContain("Ask Olga to give");
    expect(first(said).facts).toContainEqual({ label: "Olga", value: chain.admin });
  });

  it("says that the executor is empty, is low, or owns the Safe", async () => {
    await chain.client.setBalance({ address: chain.executor.address, value: 0n });
    expect(first((await prove()).said)).toMatchObject({ rung: "executor", colour: "red", code: "executor_empty" });
    await chain.client.setBalance({ address: chain.executor.address, value: parseEther("1") });
    const low = first((await prove()).said);
    expect(low).toMatchObject({ rung: "executor", colour: "amber", code: "executor_low" });
    expect(low.says).toContain("1 ether");
    const data = encodeFunctionData({
      abi: chain.abi.safe,
      functionName: "addOwnerWithThreshold",
      args: [chain.executor.address, 3n],
    });
    await safeDoes(data);
    expect(codes((await prove()).said)).toEqual(["executor_owner"]);
  });

  it("warns of a shape in which one lost key is too many", async () => {
    await safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "changeThreshold", args: [5n] }));
    const all = first((await prove()).said);
    expect(all).toMatchObject({ rung: "shape", colour: "amber", code: "shape_all" });
    expect(all.says).toContain("All 5 owners");
    await safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "changeThreshold", args: [2n] }));
    expect(first((await prove()).said).code).toBe("shape_low");
    for (const owner of chain.owners.slice(0, 3)) await removeOwner(chain, owner, 1);
    expect(first((await prove()).said).code).toBe("shape_few");
  });

  it("finds a guard that nobody planned, and one that blocks", async () => {
    const stranger = await prove({ plan: chainPlan(chain) });
    expect(codes(stranger.said)).toEqual([]);
    // A guard without code lets nothing pass: its call reverts.
    await chain.client.setCode({ address: GUARD, bytecode: REFUSES });
    await chain.client.setStorageAt({
      address: chain.safe,
      index: GUARD_SLOT,
      value: numberToHex(BigInt(GUARD), { size: 32 }),
    });
    const reason = first((await prove()).said);
    expect(reason).toMatchObject({ rung: "guard", colour: "red", code: "guard_blocks" });
    expect(reason.says).toContain("blocks the pause");
    // STOP: every call of it succeeds.
    await chain.client.setCode({ address: GUARD, bytecode: "0x00" });
    expect(first((await prove()).said)).toMatchObject({ colour: "amber", code: "guard_unplanned" });
  });

  it("takes the guard and the modules that the plan names, and no others", async () => {
    await chain.client.setCode({ address: GUARD, bytecode: "0x00" });
    const value = numberToHex(BigInt(GUARD), { size: 32 });
    await chain.client.setStorageAt({ address: chain.safe, index: GUARD_SLOT, value });
    await safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "enableModule", args: [chain.depositor] }));
    const modules = [chain.depositor];
    expect(codes((await prove({ plan: withSafe({ guard: GUARD, modules }) })).said)).toEqual([]);
    const other = await prove({ plan: withSafe({ guard: chain.attacker, modules: [chain.attacker] }) });
    expect(codes(other.said)).toEqual(["guard_changed", "modules_unplanned", "modules_gone"]);
    expect(first(other.said).facts?.map(({ value: address }) => address)).toEqual([getAddress(GUARD), chain.attacker]);
  });

  it("finds a module that nobody planned", async () => {
    await safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "enableModule", args: [chain.attacker] }));
    const reason = first((await prove()).said);
    expect(reason).toMatchObject({ rung: "guard", colour: "amber", code: "modules_unplanned" });
    expect(reason.facts).toEqual([{ label: "module", value: chain.attacker }]);
  });

  it("says that it is paused already, and leaves the rest untried", async () => {
    await pauseDirectly(chain);
    const { said } = await prove();
    expect(codes(said)).toEqual(["done_already"]);
    expect(said.map(({ rung }) => rung)).not.toContain("role");
    await chain.send({
      from: "deployer",
      to: chain.vault,
      data: encodeFunctionData({ abi: vaultAbi, functionName: "unpause" }),
    });
    expect(codes((await prove()).said)).toEqual([]);
  });

  it("warns of a probe that proves nothing", async () => {
    const { said } = await prove({ plan: chainPlan(chain, { effectProbe: { ...probeOf(), from: chain.attacker } }) });
    expect(first(said)).toMatchObject({ rung: "effect", colour: "amber", code: "effect_fails" });
  });

  function probeOf() {
    return {
      label: "deposit()",
      call: "deposit(uint256,address)",
      arguments: ["1000000", chain.depositor],
    };
  }

  it("refuses what is not a Safe, by its reason", async () => {
    const plan = chainPlan(chain);
    plan.safes["ops-pause"] = { ...plan.safes["ops-pause"], chain: 31337, address: chain.token };
    expect(first((await prove({ plan })).said)).toMatchObject({ rung: "safe", colour: "red", code: "safe_other" });
    plan.safes["ops-pause"] = { ...plan.safes["ops-pause"], chain: 31337, address: chain.attacker };
    expect(first((await prove({ plan })).said)).toMatchObject({ rung: "safe", colour: "red", code: "safe_missing" });
  });
});

describe("the providers", () => {
  it("one of three that is dead is named, and the proof stands", async () => {
    proxies[1]?.faults.add({ method: "eth_chainId", kind: "drop" });
    const { said } = await prove();
    expect(codes(said)).toEqual(["rpc_silent"]);
    expect(first(said).remedy).toContain(new URL(proxies[1]?.url ?? "").host);
  });

  it("without a quorum nothing is claimed", async () => {
    for (const proxy of proxies.slice(1)) proxy.faults.add({ method: "eth_chainId", kind: "500" });
    const { said, proof } = await prove();
    expect(said.map(({ code }) => code)).toEqual(["rpc_down"]);
    expect(proof.blocks).toEqual([]);
  });

  it("one of another chain stops everything, as it does a pause", async () => {
    proxies[2]?.faults.add({ method: "eth_chainId", kind: "lie", result: "0x1" });
    expect(first((await prove()).said)).toMatchObject({ rung: "rpc", colour: "red", code: "rpc_wrong_chain" });
  });

  it("one that is behind is named", async () => {
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x1", false] });
    const headers = { "content-type": "application/json" };
    const answer = await fetch(chain.rpcUrl, { method: "POST", headers, body });
    const { result: old } = (await answer.json()) as { result: unknown };
    await chain.mine(40);
    proxies[0]?.faults.add({ method: "eth_getBlockByNumber", kind: "lie", result: old });
    expect(codes((await prove()).said)).toEqual(["rpc_behind"]);
  });

  it("a liar does not make a pause ready", async () => {
    await role("revokeRole");
    const yes = numberToHex(1, { size: 32 });
    proxies[0]?.faults.add({
      method: "eth_call",
      kind: "lie",
      result: yes,
      when: (params) => JSON.stringify(params).includes("6a761202"),
    });
    const { said } = await prove();
    expect(codes(said)).toContain("role_missing");
    expect(first(said)).toMatchObject({ rung: "rpc", colour: "amber", code: "rpc_differs" });
    expect(first(said).says).toContain(new URL(proxies[0]?.url ?? "").host);
  });

  it("a single one is not to be compared with any other", async () => {
    expect(codes((await prove({ urls: [proxies[0]?.url ?? ""] })).said)).toEqual(["rpc_single"]);
  });
});

describe("the cheap mark", () => {
  it("stays while nothing happens, and changes with each thing that counts", async () => {
    const port = open();
    const before = await port.readinessMark();
    await chain.mine(3);
    expect(await port.readinessMark()).toBe(before);
    const changes: (() => Promise<unknown>)[] = [
      () => safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "changeThreshold", args: [4n] })),
      () => safeDoes(encodeFunctionData({ abi: safeAbi, functionName: "enableModule", args: [chain.attacker] })),
      () => chain.client.setBalance({ address: chain.executor.address, value: 1n }),
      () => role("revokeRole"),
      () => role("grantRole").then(() => pauseDirectly(chain)),
    ];
    const seen = new Set([before]);
    for (const change of changes) {
      await change();
      seen.add(await port.readinessMark());
    }
    expect(seen.size).toBe(changes.length + 1);
  });
});
