import { privateKeyToAddress } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { executionTemplate, fillTemplate } from "../../../src/chain/execution-call.ts";
import { packSignatures } from "../../../src/core/signature-pack.ts";
import { reorg } from "../fixtures.ts";
import { calldataOf, HEDGE_KEY, swallow, urlsOf, weather } from "./weather.ts";

const world = weather();

describe("Somebody who reads our transaction in the pool", () => {
  it("and copies it with less gas, burns nothing but his own: the pause stays ours to make", async () => {
    const { chain } = world;
    const story = await world.requested();
    const { raw } = await story.port.sign(await story.pause(), 1);
    const data = calldataOf(raw);
    const needed = await chain.client.estimateGas({ account: chain.attacker, to: chain.safe, data });
    const outcomes: string[] = [];
    for (let gas = 40_000n; gas < needed; gas += (needed - 40_000n) / 12n) {
      outcomes.push(
        await chain.send({ from: "attacker", to: chain.safe, data, gas }).then(
          () => "ran",
          () => "reverted",
        ),
      );
    }
    // With safeTxGas 0 there is no limit at which it is mined as a success and the pause is not made.
    expect(new Set(outcomes)).toEqual(new Set(["reverted"]));
    expect(await world.safeNonce()).toBe(0n);
    await world.untilVerified(story);
    await world.expectOneExecution(story);
  });

  it("and sends it before us in the same block, has paused for us: it is said who, and ours is no failure", async () => {
    const { chain } = world;
    const { client, attacker } = chain;
    const story = await world.requested();
    await client.setAutomine(false);
    const driven = story.drive();
    await expect.poll(() => world.told(story)).toContain("pause.broadcast");
    const data = calldataOf((await story.pause()).attempts[0]?.raw ?? "0x");
    await client.impersonateAccount({ address: attacker });
    // He pays builders ten times what we do, to be ahead of us.
    const price = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 5n * 10n ** 10n };
    const theirs = await client.sendUnsignedTransaction({
      from: attacker,
      to: chain.safe,
      data,
      gas: 500_000n,
      ...price,
    });
    await world.mining(driven);
    const pause = await world.expectOneExecution(story);
    expect(pause.included).toMatchObject({ transactionHash: theirs, sentBy: attacker.toLowerCase() });
    const [ours, block] = [pause.attempts[0]?.lost, pause.included?.blockNumber];
    expect(ours).toMatchObject({
      blockNumber: block,
      why: expect.stringContaining("had used the Safe's nonce before"),
    });
  });

  it("and sends it before ours reaches anybody: it is our pause, and it is said whose hand it was", async () => {
    const { chain } = world;
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
    swallow(rpc, 1);
    const driven = story.drive();
    await expect.poll(async () => (await story.pause()).attempts.length).toBe(1);
    const data = calldataOf((await story.pause()).attempts[0]?.raw ?? "0x");
    await chain.send({ from: "attacker", to: chain.safe, data });
    await world.mining(driven);
    const pause = await world.expectOneExecution(story);
    expect(pause.included?.sentBy?.toLowerCase()).toBe(chain.attacker.toLowerCase());
    expect(pause.verified?.checks[0]?.detail).toContain("sent by somebody else");
  });
});

describe("The executor's own nonce", () => {
  it("is used by a cancel: ours is signed for the next one, and runs once", async () => {
    const { chain } = world;
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
    swallow(rpc, 1);
    const driven = story.drive();
    await expect.poll(async () => (await story.pause()).attempts.length).toBe(1);
    const [stuck] = (await story.pause()).attempts;
    // A self-transfer at the same nonce, as a wallet's Cancel makes it.
    const cancel = await chain.send({ from: "executor", to: chain.executor.address });
    expect(cancel.status).toBe("success");
    await world.mining(driven);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts[0]).toEqual(expect.objectContaining({ transactionHash: stuck?.transactionHash }));
    expect(attempts.at(-1)?.nonce).toBe((stuck?.nonce ?? 0) + 1);
  });
});

describe("A reorg", () => {
  it.each([1, 3])(
    "of %i blocks takes it back: that is said, and the same bytes run once in the chain that stays",
    async (depth) => {
      const { chain } = world;
      const story = await world.requested();
      const driven = story.drive();
      await expect.poll(async () => (await story.pause()).attempts.length).toBe(1);
      const verified = async () => {
        await chain.mine(1);
        return (await story.pause()).verified !== undefined;
      };
      await expect.poll(verified, { timeout: 10_000, interval: 60 }).toBe(true);
      const first = (await story.pause()).included;
      const above = async () => (await chain.client.getBlockNumber()) - BigInt(first?.blockNumber ?? 0) + 1n;
      while ((await above()) < depth) await chain.mine(1);
      await reorg(chain, Number(await above()));
      await world.mining(driven);
      const pause = await world.expectOneExecution(story);
      expect(pause.attempts).toHaveLength(1);
      expect(pause.included?.blockHash).not.toBe(first?.blockHash);
      expect((await world.told(story)).filter((kind) => kind === "pause.reorged")).toHaveLength(1);
      expect(await world.isPaused()).toBe(true);
    },
  );

  it("takes back the second executor's, too: whichever is mined in the end, it runs once", async () => {
    const { chain } = world;
    await chain.client.setBalance({ address: privateKeyToAddress(HEDGE_KEY), value: 10n ** 19n });
    const [rpc] = await world.providers(1);
    const story = await world.requested({
      rpcUrls: urlsOf(rpc ? [rpc] : []),
      submission: { hedgePrivateKey: HEDGE_KEY },
    });
    swallow(rpc, 3);
    const driven = story.drive();
    const verified = async () => {
      await chain.mine(1);
      return (await story.pause()).verified !== undefined;
    };
    await expect.poll(verified, { timeout: 15_000, interval: 120 }).toBe(true);
    const first = (await story.pause()).included;
    await reorg(chain, Number((await chain.client.getBlockNumber()) - BigInt(first?.blockNumber ?? 0)) + 1);
    await world.mining(driven, 120);
    const pause = await world.expectOneExecution(story);
    expect(new Set(pause.attempts.map(({ executor }) => executor)).size).toBe(2);
    expect((await world.told(story)).filter((kind) => kind === "pause.reorged")).toHaveLength(1);
  });
});

describe("Signatures, as the Safe itself reads them", () => {
  it("are exactly as many as it asks for, in order; the same ones out of order are refused with GS026", async () => {
    const { chain } = world;
    const story = await world.requested({}, ["emil", "bao", "ana", "dara", "chidi"]);
    const pause = await story.pause();
    const template = executionTemplate(pause.facts.safeTx);
    const call = (signatures: `0x${string}`) =>
      chain.client.call({ account: chain.attacker, to: chain.safe, data: fillTemplate(template, signatures) }).then(
        () => "runs",
        (error: Error) => /GS\d{3}/.exec(error.message)?.[0] ?? error.message,
      );
    const all = packSignatures(pause.confirmations, 5);
    const entries = all.slice(2).match(/.{130}/g) ?? [];
    const packed = (...some: (string | undefined)[]): `0x${string}` => `0x${some.join("")}`;
    const [a, b, c] = entries;
    expect(await call(packSignatures(pause.confirmations, 3))).toBe("runs");
    expect(await call(all)).toBe("runs");
    expect(await call(packed(b, a, c))).toBe("GS026");
    expect(await call(packed(a, a, b))).toBe("GS026");
    expect(await call(packed(a, b))).toBe("GS020");
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect(calldataOf(attempts[0]?.raw ?? "0x")).toBe(fillTemplate(template, packSignatures(pause.confirmations, 3)));
  });
});
