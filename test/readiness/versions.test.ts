import { numberToHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../src/core/ids.ts";
import type { Verdict } from "../../src/core/readiness.ts";
import { type SandboxChain, startRpcProxy } from "../../src/sandbox/chain/index.ts";
import { openPort } from "../chain/fixtures.ts";
import { newSafe, pausingSafe, startMatrixChain, versions } from "../chain/signatures/matrix.ts";
import { chainPlan } from "../chain/world.ts";

let chain: SandboxChain;
let url: string;
const closers: (() => unknown)[] = [];

beforeAll(async () => {
  chain = await startMatrixChain();
  const proxy = await startRpcProxy({ target: chain.rpcUrl });
  closers.push(proxy.close);
  url = proxy.url;
});
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await chain.close();
});

async function prove(safe: Address): Promise<Verdict[]> {
  const plan = { ...chainPlan(chain), safes: { "ops-pause": { chain: 31337, address: safe } } };
  const port = openPort(chain, { urls: [chain.rpcUrl, url], plan });
  const proof = await port.proveReadiness();
  port.close();
  return proof.lines[0]?.verdicts ?? [];
}
const reasons = (verdicts: Verdict[]) => verdicts.flatMap(({ colour, code }) => (colour === "green" ? [] : [code]));

describe.each(versions)("a Safe %s", (version) => {
  it("is proven without a key where it holds the right, and the true reason is found where it does not", async () => {
    expect(reasons(await prove(await pausingSafe(chain, { version })))).toEqual([]);
    const without = await prove(await newSafe(chain, { version }));
    expect(reasons(without)).toEqual(["role_missing"]);
    expect(without.find(({ code }) => code === "role_missing")?.says).toContain("AccessControlUnauthorizedAccount");
  });

  it("as one that belongs to other Safes: they must be able to answer for themselves", async () => {
    const child = await newSafe(chain, { version: "1.4.1", owners: chain.owners.slice(0, 2), threshold: 2 });
    const owners = [child, ...chain.owners.slice(2)];
    const parent = await pausingSafe(chain, { version, owners, threshold: 2 });
    expect(reasons(await prove(parent))).toEqual([]);
    const HANDLER_SLOT = "0x6c9a6c4a39284e37ed1cf53d337577d14212a4870fb976a4366c693b939918d5";
    await chain.client.setStorageAt({ address: child, index: HANDLER_SLOT, value: numberToHex(0, { size: 32 }) });
    expect(reasons(await prove(parent))).toEqual(["safe_nested"]);
  });
});
