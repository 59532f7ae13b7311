import { concatHex, numberToHex, pad, sliceHex } from "viem";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createNetworks, type Networks } from "../../../src/chain/network.ts";
import { pinHead } from "../../../src/chain/quorum.ts";
import { checkSignatures } from "../../../src/chain/signatures/check.ts";
import type { Address, Hex } from "../../../src/core/ids.ts";
import type { Pause } from "../../../src/core/pause-state.ts";
import { preimageOf } from "../../../src/core/signature-message.ts";
import { type OwnerSignature, packSignatures } from "../../../src/core/signature-pack.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { openPort, proposalOf, signatureOf } from "../fixtures.ts";
import { chainPlan } from "../world.ts";
import { newSafe, pausingSafe, startMatrixChain, versions } from "./matrix.ts";
import { approveByKey, partBy } from "./nested.ts";

let chain: SandboxChain;
let networks: Networks;

beforeAll(async () => {
  chain = await startMatrixChain();
  networks = createNetworks(() => chainPlan(chain), { 31337: [chain.rpcUrl] }, undefined);
});
afterAll(async () => {
  networks.close();
  await chain.close();
});

const owner = (index: number) => chain.owners[index]!;

describe.each(versions)("the check of a Safe of version %s", (version) => {
  let pause: Pause;
  let child: Address;
  let ana: OwnerSignature;
  let bao: OwnerSignature;
  let nested: OwnerSignature;

  beforeAll(async () => {
    const owners = [owner(3), owner(4)];
    child = await newSafe(chain, { version: version === "1.5.0" ? "1.5.0" : "1.3.0", owners, threshold: 2 });
    const safe = await pausingSafe(chain, { version, owners: [owner(0), owner(1), owner(2), child], threshold: 3 });
    const port = openPort({ ...chain, safe });
    pause = proposalOf(await port.prepare("pause-vault"));
    port.close();
    ana = { owner: owner(0), signature: await signatureOf(chain, pause, "ana") };
    bao = { owner: owner(1), signature: await signatureOf(chain, pause, "bao") };
    const parts = [
      { owner: owner(3), signature: await partBy(chain, pause, child, "dara") },
      { owner: owner(4), signature: await partBy(chain, pause, child, "emil") },
    ];
    nested = { owner: child, form: "contract", signature: packSignatures(parts, 2) };
  });

  async function check(signatures: Hex, threshold = 3) {
    const network = networks.of(31337);
    const { facts } = pause;
    const safe = { address: facts.safe.address, version, threshold };
    const packed = { safeTxHash: facts.safeTxHash, preimage: preimageOf(facts), signatures };
    return (await checkSignatures(network, safe, packed, await pinHead(network))).value;
  }

  const approval = (index: number): OwnerSignature => ({ owner: owner(index), form: "approved", signature: "0x" });

  it("passes keys, a contract and an approval together, packed as we pack them", async () => {
    expect(await check(packSignatures([ana, bao, nested], 3))).toEqual({ ok: true });
    const forged = packSignatures([ana, nested, approval(2)], 3);
    expect(await check(forged)).toMatchObject({ ok: false, reason: "GS025" });
    await approveByKey(chain, pause, owner(2));
    expect(await check(forged)).toEqual({ ok: true });
  });

  it("takes surplus signatures, and no short, unsorted, doubled or corrupt ones", async () => {
    const two = packSignatures([ana, bao], 2);
    const first = sliceHex(two, 0, 65);
    const second = sliceHex(two, 65, 130);
    expect(await check(two, 1)).toEqual({ ok: true });
    expect(await check(two, 2)).toEqual({ ok: true });
    expect(await check(two, 3)).toMatchObject({ ok: false, reason: "GS020" });
    expect(await check(concatHex([second, first]), 2)).toMatchObject({ ok: false, reason: "GS026" });
    expect(await check(concatHex([first, first]), 2)).toMatchObject({ ok: false, reason: "GS026" });
    const corrupt = concatHex([
      first,
      numberToHex(BigInt(sliceHex(second, 0, 32)) ^ 1n, { size: 32 }),
      sliceHex(second, 32),
    ]);
    expect(await check(corrupt, 2)).toMatchObject({ ok: false });
  });

  it("takes no contract's signature that the contract does not stand by", async () => {
    const bad = {
      ...nested,
      signature: concatHex([sliceHex(nested.signature, 0, 65), sliceHex(nested.signature, 0, 65)]),
    };
    expect(await check(packSignatures([ana, bao, bad], 3))).toMatchObject({ ok: false });
    const nowhere = concatHex([pad(child), numberToHex(4_000, { size: 32 }), "0x00"]);
    expect(await check(nowhere, 1)).toMatchObject({ ok: false, reason: "GS022" });
  });
});
