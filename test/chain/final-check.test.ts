import { encodeAbiParameters, encodeFunctionData, type Hex, keccak256, parseAbi, stringToHex } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { executionTemplate, fillTemplate } from "../../src/chain/execution-call.ts";
import type { Pause } from "../../src/core/pause-state.ts";
import { statusOf } from "../../src/core/pause-state.ts";
import { hashSafeTx } from "../../src/core/safe-tx.ts";
import { packSignatures } from "../../src/core/signature-pack.ts";
import { type SandboxChain, startRpcProxy } from "../../src/sandbox/chain/index.ts";
import { asSafe, openPort, pauseDirectly, proposalOf, removeOwner, sentByAnother, signedBy } from "./fixtures.ts";
import { mining, pausingSafe, startMatrixChain, versions } from "./signatures/matrix.ts";
import { useChain } from "./use-chain.ts";
import { cardWords, changes, deployGuard, foreign, linesTold, newest, signedCall } from "./watching/stage.ts";
import { chainPlan, openChainStory } from "./world.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
}, startMatrixChain);

/** A proposal with these people's signatures, on one of the chain's Safes, and what checks its execution. */
async function proposed(people = ["chidi", "ana", "emil"], on: { safe?: Hex; urls?: string[] } = {}) {
  const here = { ...chain, safe: on.safe ?? chain.safe };
  const port = openPort(here, { plan: chainPlan(here), ...(on.urls && { urls: on.urls }) });
  closers.push(port.close);
  const pause = await signedBy(here, proposalOf(await port.prepare("pause-vault")), ...people);
  return { here, pause, check: (raw: Hex, of = pause) => port.check(of, { raw, executor: chain.executor.address }) };
}

/** The transaction that carries these packed signatures. */
function outer(pause: Pause, signatures: Hex, gas = 500_000n): Promise<Hex> {
  return privateKeyToAccount(chain.executor.privateKey).signTransaction({
    type: "eip1559",
    chainId: chain.chainId,
    to: pause.facts.safe.address,
    data: fillTemplate(executionTemplate(pause.facts.safeTx), signatures),
    nonce: 0,
    gas,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 10n ** 9n,
  });
}

const packed = (pause: Pause) => packSignatures(pause.confirmations, 3);
/** Ascending by owner, as the Safe wants them. */
const ascending = ({ confirmations }: Pause) =>
  [...confirmations].sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
const joined = (signatures: Hex[]): Hex => `0x${signatures.map((one) => one.slice(2)).join("")}`;

describe.each(versions)("the final check on a Safe of version %s", (version) => {
  it("passes what will succeed, and says on how many providers", async () => {
    const { pause, check } = await proposed(undefined, { safe: await pausingSafe(chain, { version }) });
    expect(await check(await outer(pause, packed(pause)))).toMatchObject({ ok: true, providers: 1, of: 1 });
  });

  it("says why the call itself would revert, which the Safe hides or passes on", async () => {
    const safe = await pausingSafe(chain, { version });
    const { here, pause, check } = await proposed(undefined, { safe });
    const raw = await outer(pause, packed(pause));
    const roles = parseAbi(["function revokeRole(bytes32 role, address account)"]);
    const args = [keccak256(stringToHex("PAUSER_ROLE")), safe] as const;
    const revoke = encodeFunctionData({ abi: roles, functionName: "revokeRole", args });
    const before = await chain.snapshot();
    await chain.send({ from: "deployer", to: chain.vault, data: revoke });
    const powerless = await check(raw);
    expect(powerless).toMatchObject({ ok: false, code: "inner_reverts" });
    expect(powerless.detail).toContain("AccessControlUnauthorizedAccount");
    expect(powerless.detail.includes("GS013")).toBe(version !== "1.5.0");
    await chain.revert(before);
    await pauseDirectly(here);
    expect(await check(raw)).toMatchObject({
      code: "inner_reverts",
      detail: expect.stringContaining("EnforcedPause()"),
    });
  });

  it("tells a guard's refusal from the call's own", async () => {
    const { here, pause, check } = await proposed(undefined, { safe: await pausingSafe(chain, { version }) });
    const guard = await deployGuard(chain);
    await asSafe(here, here.safe, changes.guard(guard));
    const refused = await check(await outer(pause, packed(pause)));
    expect(refused).toMatchObject({ ok: false, code: "guard_refuses" });
    expect(refused.detail).toContain("0x7c2f2c1e");
  });
});

describe("GS026, which is seven faults", () => {
  it("a corrupt signature, with whose it was", async () => {
    const { pause, check } = await proposed();
    const [first, ...others] = ascending(pause);
    const corrupt = `${first?.signature.slice(0, 20)}00${first?.signature.slice(22)}` as Hex;
    const claimed = { ...pause, confirmations: [{ ...first!, signature: corrupt }, ...others] };
    const raw = await outer(pause, joined([corrupt, ...others.map(({ signature }) => signature)]));
    const found = await check(raw, claimed);
    expect(found).toMatchObject({ ok: false, code: "corrupt_signature" });
    expect(found.detail).toContain(`The signature of ${first?.owner} is corrupt`);
  });

  it("a stranger's signature", async () => {
    const { pause, check } = await proposed();
    const stranger = privateKeyToAccount(`0x${"7".repeat(64)}`);
    const signature = await stranger.sign({ hash: pause.facts.safeTxHash });
    const [, second, third] = ascending(pause);
    const entries = [{ owner: stranger.address, signature }, second!, third!];
    entries.sort((a, b) => (BigInt(a.owner) < BigInt(b.owner) ? -1 : 1));
    const found = await check(await outer(pause, joined(entries.map((one) => one.signature))));
    expect(found).toMatchObject({ code: "not_an_owner", detail: expect.stringContaining(stranger.address) });
  });

  it("signatures in another order than their owners'", async () => {
    const { pause, check } = await proposed();
    const reversed = joined(
      ascending(pause)
        .map(({ signature }) => signature)
        .reverse(),
    );
    expect(await check(await outer(pause, reversed))).toMatchObject({ code: "unsorted_signatures" });
  });

  it("one signature twice", async () => {
    const { pause, check } = await proposed();
    const [first, second] = ascending(pause).map(({ signature }) => signature);
    const twice = joined([first!, second!, second!]);
    expect(await check(await outer(pause, twice))).toMatchObject({ code: "duplicate_signature" });
  });

  it("an owner who was removed", async () => {
    const { pause, check } = await proposed();
    const gone = ascending(pause)[1]?.owner ?? "0x";
    await removeOwner(chain, gone);
    const found = await check(await outer(pause, packed(pause)));
    expect(found).toMatchObject({ code: "owner_removed", detail: `${gone} signed, and is no longer an owner.` });
  });

  it("a nonce that is used: by another, or by our own hash, which is no failure", async () => {
    const { pause, check } = await proposed();
    const raw = await outer(pause, packed(pause));
    const before = await chain.snapshot();
    await sentByAnother(chain, (await foreign(chain, 0n)).data);
    expect(await check(raw)).toMatchObject({
      code: "nonce_used",
      detail: "The Safe is at nonce 1 already, and this is signed for 0.",
    });
    await chain.revert(before);
    const sent = await sentByAnother(chain, await signedCall(chain, pause.facts.safeTx));
    expect(await check(raw)).toMatchObject({ code: "already_executed", detail: expect.stringContaining(sent) });
  });

  it("a nonce whose turn has not come", async () => {
    const { pause: now, check } = await proposed([]);
    const { here, pause } = { here: chain, pause: aheadOf(now) };
    const ahead = await signedBy(here, pause, "chidi", "ana", "emil");
    expect(await check(await outer(ahead, packed(ahead)), ahead)).toMatchObject({
      code: "nonce_ahead",
      detail: expect.stringContaining("The Safe is at nonce 0, and this is signed for 1"),
    });
  });
});

/** The same call, signed for the nonce after this one. */
function aheadOf(pause: Pause): Pause {
  const safeTx = { ...pause.facts.safeTx, nonce: "1" };
  const hashes = hashSafeTx(chain.chainId, chain.safe, safeTx);
  return { ...pause, facts: { ...pause.facts, safeTx, ...hashes } };
}

describe("the Safe's other codes", () => {
  it("GS020: too few signatures for the threshold as it is now", async () => {
    const { pause, check } = await proposed();
    await asSafe(chain, chain.safe, changes.threshold(4));
    expect(await check(await outer(pause, packed(pause)))).toMatchObject({
      code: "too_few_signatures",
      detail: "The Safe asks for 4 signatures now, and these are 3 (GS020).",
    });
  });

  it("GS025: an approval that is not on the chain, with whose it would be", async () => {
    const { pause, check } = await proposed(["chidi", "ana"]);
    const approver = chain.owners.find((owner) => !pause.confirmations.some((one) => one.owner === owner)) ?? "0x";
    const entries = [...pause.confirmations, { owner: approver, form: "approved" as const, signature: "0x" as const }];
    const found = await check(await outer(pause, packSignatures(entries, 3)));
    expect(found).toMatchObject({ code: "approval_missing", detail: expect.stringContaining(approver) });
  });

  it("GS021: what a contract is said to have signed, wrongly encoded", async () => {
    const { pause, check } = await proposed();
    const [first, second, third] = ascending(pause);
    const word = encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [first!.owner, 0n]);
    const wrong = joined([`${word}00`, second!.signature, third!.signature]);
    const found = await check(await outer(pause, wrong));
    expect(found).toMatchObject({ code: "contract_signature", detail: expect.stringContaining("GS021") });
    expect(found.detail).toContain(first?.owner);
  });

  it("a gas limit that is too low", async () => {
    const { pause, check } = await proposed();
    const found = await check(await outer(pause, packed(pause), 70_000n));
    expect(found).toMatchObject({ ok: false, code: "out_of_gas" });
  });
});

describe("a provider that lies to the final check", () => {
  it("is outvoted by two; with two, nothing is proven, and that is said", async () => {
    const proxies = await Promise.all([0, 1, 2].map(() => startRpcProxy({ target: chain.rpcUrl })));
    for (const proxy of proxies) closers.push(proxy.close);
    const urls = proxies.map(({ url }) => url);
    const three = await proposed(undefined, { urls });
    const two = await proposed(undefined, { urls: urls.slice(0, 2) });
    const isExecution = (params: unknown) => JSON.stringify(params).includes("0x6a761202");
    proxies[0]?.faults.add({ method: "eth_call", kind: "lie", result: `0x${"0".repeat(64)}`, when: isExecution });
    const raw = await outer(three.pause, packed(three.pause));
    expect(await three.check(raw)).toMatchObject({ ok: true, providers: 2, of: 3 });
    expect(await two.check(raw)).toMatchObject({ ok: false, code: "providers_disagree" });
  });
});

describe("the final check of a story", () => {
  function open(change: object) {
    const story = openChainStory(chain, { change });
    closers.push(story.close);
    return story;
  }

  it("runs beside the sending of a pause: what it finds is told, and stopped nothing", async () => {
    const story = open({});
    await story.propose();
    await story.port.arm(await story.pause());
    await story.sign("chidi", "ana", "emil");
    const guard = await deployGuard(chain);
    await asSafe(chain, chain.safe, changes.guard(guard));
    await expect.poll(() => newest(story, "pause.simulated")).toMatchObject({ ok: false });
    await story.type("U0NOOR", "pause execute P-0001");
    await mining(chain, story.drive());
    expect(await newest(story, "pause.checked")).toMatchObject({ ok: false, when: "beside", code: "guard_refuses" });
    expect(await linesTold(story, "pause.checked")).toEqual([expect.stringContaining("the final check FAILED")]);
    expect((await story.pause()).failed?.code).toBe("inner_failed");
    expect(await cardWords(story)).toContain("The final check failed: ");
  });

  it("comes before the sending where the plan says so: nothing leaves until it passes", async () => {
    const story = open({ finalCheck: "before" });
    await story.propose();
    await story.port.arm(await story.pause());
    await story.sign("chidi", "ana", "emil");
    const guard = await deployGuard(chain);
    await asSafe(chain, chain.safe, changes.guard(guard));
    await expect.poll(() => newest(story, "pause.simulated")).toMatchObject({ ok: false });
    await story.type("U0NOOR", "pause execute P-0001");
    const driven = mining(chain, story.drive());
    await expect.poll(() => newest(story, "pause.checked")).toMatchObject({ ok: false, when: "before" });
    expect((await story.pause()).attempts).toEqual([]);
    expect(await linesTold(story, "pause.checked")).toEqual([expect.stringContaining("Nothing was sent.")]);
    await asSafe(chain, chain.safe, changes.guard("0x0000000000000000000000000000000000000000"));
    await driven;
    const pause = await story.pause();
    expect(pause.checked).toMatchObject({ ok: true, when: "before" });
    expect(statusOf(pause)).toBe("final");
    const kinds = await story.kinds();
    expect(kinds.lastIndexOf("pause.checked")).toBeLessThan(kinds.indexOf("pause.signed"));
  });
});
