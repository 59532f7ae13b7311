/** The ladder on a real chain: its hashes are the Safe's own, and every way in which a rung goes bad is noticed. */
import { encodeFunctionData, parseAbi } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { signRung } from "../../src/core/ladder.ts";
import { reviewLadder } from "../../src/core/ladder-review.ts";
import { buildSafeTx, hashSafeTx, safeTypedData } from "../../src/core/safe-tx.ts";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import { startRpcProxy } from "../../src/sandbox/chain/rpc-proxy.ts";
import { openLadderStore } from "../../src/storage/ladder.ts";
import { pauseDirectly, removeOwner } from "../chain/fixtures.ts";
import { openChainStory } from "../chain/world.ts";
import { wordsOf } from "../story.ts";
import { KEY } from "./world.ts";

let chain: SandboxChain;
let clean: `0x${string}`;
const stories: ReturnType<typeof openChainStory>[] = [];
beforeAll(async () => {
  chain = await startTestChain();
});
afterAll(() => chain.close());
beforeEach(async () => {
  clean = await chain.snapshot();
});
afterEach(async () => {
  for (const story of stories.splice(0)) story.close();
  await chain.revert(clean);
});

function peace(options: Parameters<typeof openChainStory>[1] = {}) {
  const story = openChainStory(chain, { change: { execute: "when-ready" }, ...options });
  stories.push(story);
  story.app.ladder = openLadderStore(story.store, { key: KEY }, Date.now);
  const signatureOf = async (person: string, nonce: bigint) => {
    const tx = buildSafeTx({ to: chain.vault, data: "0x8456cb59", nonce });
    const { domain, types, primaryType, message } = safeTypedData(31337, chain.safe, tx);
    return chain.wallet.signTypedData(`U0${person.toUpperCase()}`, {
      domain,
      types,
      primaryType,
      message: { ...message },
    });
  };
  return {
    ...story,
    /** Collects as many rungs, signed by three owners. */
    async collect(count: number): Promise<void> {
      await story.type("U0NOOR", `ladder collect pause-vault ${count}`);
      for (const person of ["ana", "bao", "chidi"]) {
        for (let nonce = 0n; nonce < BigInt(count); nonce += 1n) {
          const signature = await signatureOf(person, nonce);
          await signRung(story.app, { by: "allstop" }, { intervention: "pause-vault", signature, via: "page" });
        }
      }
    },
    set: async () => (await story.journal.state("ladder"))?.sets[0],
    review: () => reviewLadder(story.app, { rehearse: true }),
    last: async () => (await story.journal.events("ladder")).at(-1)?.event,
  };
}

const asAdmin = (functionName: "revokeRole" | "grantRole") =>
  chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "PAUSER_ROLE" }).then((role) =>
    chain.send({
      from: "deployer",
      to: chain.vault,
      data: encodeFunctionData({
        abi: parseAbi(["function revokeRole(bytes32,address)", "function grantRole(bytes32,address)"]),
        functionName,
        args: [role, chain.safe],
      }),
    }),
  );

describe("On a chain", () => {
  it("each rung's hash is what the Safe and protocol-kit compute, for nonces to come, too", async () => {
    const story = peace();
    await story.collect(3);
    for (const { nonce, safeTxHash } of (await story.set())!.rungs) {
      const onChain = await chain.client.readContract({
        address: chain.safe,
        abi: parseAbi([
          "function getTransactionHash(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,uint256) view returns (bytes32)",
        ]),
        functionName: "getTransactionHash",
        args: [
          chain.vault,
          0n,
          "0x8456cb59",
          0,
          0n,
          0n,
          0n,
          `0x${"00".repeat(20)}`,
          `0x${"00".repeat(20)}`,
          BigInt(nonce),
        ],
      });
      expect(onChain).toBe(safeTxHash);
    }
  });

  it("a provider that lies about a hash lets nothing be laid out to sign", async () => {
    const liar = await startRpcProxy({ target: chain.rpcUrl });
    // Of the second rung alone: getTransactionHash, and the nonce, its tenth word, is 1.
    const ofSecond = (params: unknown) => /"0xd8d11f78[0-9a-f]{576}0{63}1/.test(JSON.stringify(params));
    liar.faults.add({ method: "eth_call", when: ofSecond, kind: "lie", result: `0x${"99".repeat(32)}` });
    const story = peace({ rpcUrls: [liar.url] });
    const answer = wordsOf((await story.type("U0NOOR", "ladder collect pause-vault 2")).answer);
    expect(answer).toContain("is not certain");
    expect(await story.set()).toBeUndefined();
    await liar.close();
  });

  it("two rungs are two pauses: the second is sent after the first was undone", async () => {
    const story = peace();
    await story.collect(2);
    await story.propose();
    const driven = story.drive();
    await expect.poll(async () => (await story.pause()).verified !== undefined, { timeout: 10_000 }).toBe(true);
    await chain.send({
      from: "deployer",
      to: chain.vault,
      data: encodeFunctionData({ abi: parseAbi(["function unpause()"]), functionName: "unpause" }),
    });
    await story.review();
    expect((await story.set())?.rungs.map(({ nonce }) => nonce)).toEqual(["1"]);
    await story.type("U0NOOR", "incident declare critical Again");
    await story.type("U0NOOR", "pause propose INC-0002 pause-vault");
    await chain.mine(8);
    await driven;
    const [again] = (await story.incident("INC-0002")).pauses;
    expect(again?.confirmations.map(({ via }) => via)).toEqual(["ladder", "ladder", "ladder"]);
    expect(again?.facts.safeTxHash).toBe(
      hashSafeTx(31337, chain.safe, buildSafeTx({ to: chain.vault, data: "0x8456cb59", nonce: 1n })).safeTxHash,
    );
  });

  it("a role that is taken away is said with what to do, and so is its return", async () => {
    const story = peace();
    await story.collect(1);
    expect(await story.review()).toEqual([]);
    await asAdmin("revokeRole");
    await story.review();
    expect(await story.last()).toMatchObject({ kind: "ladder.invalid", code: "simulation_failed" });
    await asAdmin("grantRole");
    await story.review();
    expect(await story.last()).toMatchObject({ kind: "ladder.valid" });
  });

  it("an owner who is removed no longer counts", async () => {
    const story = peace();
    await story.collect(1);
    const [first] = (await story.set())!.rungs[0]!.signatures;
    await removeOwner(chain, first!.owner);
    await story.review();
    expect(await story.last()).toMatchObject({ kind: "ladder.safe_changed", removed: [first!.owner] });
    await story.propose();
    expect((await story.pause()).confirmations).toHaveLength(2);
    expect(await story.kinds()).not.toContain("pause.execution_requested");
  });

  it("what is already paused leaves the rungs as they are", async () => {
    const story = peace();
    await story.collect(1);
    await pauseDirectly(chain);
    expect(await story.review()).toEqual([]);
    expect((await story.set())?.invalid).toBeUndefined();
  });

  it("a chain that does not answer says nothing about the rungs", async () => {
    const proxy = await startRpcProxy({ target: chain.rpcUrl });
    const story = peace({ rpcUrls: [proxy.url] });
    await story.collect(1);
    await proxy.close();
    expect((await story.review()).length).toBeGreaterThan(0);
    expect(await story.last()).toMatchObject({ kind: "ladder.signed" });
  });
});
