import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseTransaction } from "viem";
import { privateKeyToAddress } from "viem/accounts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Hex } from "../../../src/core/ids.ts";
import { openChainStory } from "../world.ts";
import { HEDGE_KEY, SEND, swallow, timesSent, urlsOf, weather } from "./weather.ts";

const world = weather();
const hedge = privateKeyToAddress(HEDGE_KEY);

async function withRelay(change: object = {}) {
  const [relay, rpc] = await world.providers(2);
  if (relay === undefined || rpc === undefined) throw new Error("There are no providers.");
  const submission = { privateRpcUrls: { 31337: relay.url } };
  const story = await world.requested({ rpcUrls: urlsOf([rpc]), submission, change });
  const routes = async () =>
    (await story.journal.events("incident/INC-0001")).flatMap(({ event }) =>
      event.kind === "pause.broadcast" ? [event.routes.map(({ route, outcome }) => [route ?? "public", outcome])] : [],
    );
  return { relay, rpc, story, routes };
}

describe("A private relay", () => {
  it("gets the bytes beside the providers, at once, unless the plan says otherwise", async () => {
    const { relay, rpc, story, routes } = await withRelay();
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    const raw = attempts[0]?.raw ?? "0x";
    expect([timesSent(relay, raw), timesSent(rpc, raw)]).toEqual([1, 1]);
    expect((await routes())[0]?.map(([route]) => route)).toEqual(["private", "public"]);
    // Nothing is ever asked of it: it only takes.
    expect(relay.requests.map(({ method }) => method)).toEqual([SEND]);
  });

  it("is alone for one slot where the plan says private-first", async () => {
    const { relay, rpc, story, routes } = await withRelay({ submission: "private-first" });
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect([timesSent(relay, attempts[0]?.raw ?? "0x"), timesSent(rpc, attempts[0]?.raw ?? "0x")]).toEqual([1, 0]);
    expect(await routes()).toEqual([[["private", "accepted"]]]);
  });

  it("that keeps it to itself is not waited for: the same bytes go everywhere after a slot", async () => {
    const { relay, rpc, story, routes } = await withRelay({ submission: "private-first" });
    swallow(relay, 1);
    await world.untilVerified(story, 150);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts).toHaveLength(1);
    expect(timesSent(rpc, attempts[0]?.raw ?? "0x")).toBe(1);
    const [first, second] = await routes();
    expect(first).toEqual([["private", "accepted"]]);
    expect(second?.map(([route]) => route)).toEqual(["private", "public"]);
  });

  it.each(["500", "drop", "429"] as const)("that answers with %s costs no slot", async (kind) => {
    const { relay, rpc, story, routes } = await withRelay({ submission: "private-first" });
    relay.faults.add({ method: SEND, kind });
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts).toHaveLength(1);
    expect(timesSent(rpc, attempts[0]?.raw ?? "0x")).toBe(1);
    expect((await routes())[0]?.map(([route]) => route)).toEqual(["private", "public"]);
  });
});

async function withHedge(options: Parameters<typeof world.requested>[0] = {}) {
  const [rpc] = await world.providers(1);
  if (rpc === undefined) throw new Error("There is no provider.");
  await world.chain.client.setBalance({ address: hedge, value: 10n ** 19n });
  const story = await world.requested({
    rpcUrls: [rpc.url],
    ...options,
    submission: { hedgePrivateKey: HEDGE_KEY, ...options.submission },
  });
  return { rpc, story };
}

describe("A second executor", () => {
  it("leaves the first one alone while that gets on", async () => {
    const { story } = await withHedge();
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts.map(({ executor }) => executor)).toEqual([world.chain.executor.address]);
  });

  it("sends the same execution when the first one's attempts are in no block, from nonces of its own", async () => {
    const { rpc, story } = await withHedge();
    swallow(rpc, 3);
    await world.untilVerified(story, 120);
    const { attempts, included } = await world.expectOneExecution(story);
    const [first, second] = [world.chain.executor.address, hedge].map((address) =>
      attempts.filter(({ executor }) => executor === address),
    );
    expect(first?.length).toBeGreaterThanOrEqual(3);
    expect(new Set(first?.map(({ nonce }) => nonce)).size).toBe(1);
    expect(second?.[0]?.nonce).toBe(0);
    expect(included?.transactionHash).toBe(second?.[0]?.transactionHash);
    // It knows what was too little, and offers no less.
    expect(BigInt(second?.[0]?.maxPriorityFeePerGas ?? 0)).toBeGreaterThanOrEqual(
      BigInt(first?.[1]?.maxPriorityFeePerGas ?? 0),
    );
  });

  it("steps in at once when the first one can't pay, and nobody is paged", async () => {
    const { story } = await withHedge();
    await world.chain.client.setBalance({ address: world.chain.executor.address, value: 0n });
    await world.untilVerified(story);
    const { attempts, blocked } = await world.expectOneExecution(story);
    expect(attempts.map(({ executor }) => executor)).toEqual([world.chain.executor.address, hedge]);
    expect(blocked).toBeUndefined();
    expect(await world.told(story)).toEqual([
      "pause.signed",
      "pause.refused",
      "pause.signed",
      "pause.broadcast",
      "pause.included",
      "pause.verified",
    ]);
  });

  it("that can't pay either: people are told, and whoever gets money first sends it", async () => {
    const { story } = await withHedge();
    const { client, executor } = world.chain;
    for (const address of [executor.address, hedge]) await client.setBalance({ address, value: 0n });
    await expect(story.drive()).rejects.toThrow("refused by every RPC");
    expect((await story.pause()).blocked).toMatchObject({ code: "no_gas_money" });
    await client.setBalance({ address: hedge, value: 10n ** 19n });
    await world.untilVerified(story);
    const { attempts, included } = await world.expectOneExecution(story);
    expect(attempts).toHaveLength(2);
    expect(included?.transactionHash).toBe(attempts[1]?.transactionHash);
  });

  it("and the first one are both mined: one ran, the other's revert is told as what it is", async () => {
    const { rpc, story } = await withHedge();
    const { client } = world.chain;
    const SECOND_NONCE = 7;
    await client.setNonce({ address: hedge, nonce: SECOND_NONCE });
    // The first one's bytes are kept back, and reach the chain after the second one's have run.
    const isFirsts = (params: unknown) => parseTransaction(z.tuple([Hex]).parse(params)[0]).nonce !== SECOND_NONCE;
    rpc.faults.add({ method: SEND, kind: "lie", result: `0x${"ab".repeat(32)}`, when: isFirsts });
    const driven = story.drive();
    const verified = async () => {
      await world.chain.mine(1);
      return (await story.pause()).verified !== undefined;
    };
    await expect.poll(verified, { timeout: 15_000, interval: 120 }).toBe(true);
    const held = (await story.pause()).attempts.findLast(({ executor }) => executor !== hedge);
    await client.sendRawTransaction({ serializedTransaction: held?.raw ?? "0x" });
    await world.mining(driven, 120);
    const pause = await world.expectOneExecution(story);
    const lost = pause.attempts.filter((one) => one.lost !== undefined);
    expect(lost.map(({ transactionHash }) => transactionHash)).toEqual([held?.transactionHash]);
    expect(lost[0]?.lost?.why).toMatch(/GS026.*had used the Safe's nonce before/);
    expect((await world.told(story)).filter((kind) => kind === "pause.attempt_lost")).toHaveLength(1);
    expect(pause.failed).toBeUndefined();
  });
});

describe("The price", () => {
  it("rises by a quarter on both fees with each block, until the cap; people are told, and it goes on at a higher cap", async () => {
    const [rpc] = await world.providers(1);
    const cap = 12_000_000_000n;
    const rpcUrls = [rpc?.url ?? ""];
    const folder = mkdtempSync(join(tmpdir(), "allstop-cap-"));
    world.closers.push(() => rmSync(folder, { recursive: true }));
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    const story = await world.requested({ rpcUrls, databaseUrl, submission: { maxFeePerGasMax: cap } });
    swallow(rpc);
    const driven = world.mining(story.drive(), 80).catch(() => undefined);
    await expect.poll(async () => (await story.pause()).blocked?.code, { timeout: 10_000 }).toBe("fee_cap");
    const { attempts, blocked } = await story.pause();
    for (const [index, { maxPriorityFeePerGas }] of attempts.slice(1, -1).entries()) {
      const before = BigInt(attempts[index]?.maxPriorityFeePerGas ?? 0);
      expect(BigInt(maxPriorityFeePerGas)).toBe((before * 5n + 3n) / 4n);
    }
    for (const { maxFeePerGas } of attempts) expect(BigInt(maxFeePerGas)).toBeLessThanOrEqual(cap);
    expect(blocked?.remedy).toContain("Raise MAX_FEE_GWEI and restart");

    // The commander is rung in the room and directly, and the room gets what it takes to send it by hand.
    const owed = story.store.sqlite.prepare("SELECT effect FROM effects WHERE done_at IS NULL").all() as {
      effect: string;
    }[];
    const kinds = owed.map(({ effect }) => JSON.parse(effect) as { kind: string; user?: string });
    expect(kinds.filter(({ kind }) => kind === "page").map(({ user }) => user)).toEqual(["slack:U0NOOR"]);
    expect(kinds.filter(({ kind }) => kind === "hand_off")).toHaveLength(1);

    // Another life, with a higher cap.
    story.halt();
    await driven;
    rpc?.reset();
    const next = openChainStory(world.chain, {
      rpcUrls,
      databaseUrl,
      submission: { maxFeePerGasMax: 100_000_000_000n },
    });
    world.closers.push(next.close);
    await world.untilVerified(next);
    expect((await world.expectOneExecution(next)).blocked).toBeUndefined();
  });
});
