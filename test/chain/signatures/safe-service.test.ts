import { concatHex, numberToHex, pad } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Hex } from "../../../src/core/ids.ts";
import type { Pause } from "../../../src/core/pause-state.ts";
import { keepSafeService, type SafeServiceOptions } from "../../../src/keep-safe-service.ts";
import { openStory, owners } from "../../story.ts";
import { json, rowHash, startLocalService } from "./local-service.ts";

const proposer = privateKeyToAccount(`0x${"77".repeat(32)}`);
const API_KEY = "not-a-secret-key";

let service: Awaited<ReturnType<typeof startLocalService>>;
const closers: (() => Promise<void>)[] = [];

beforeEach(async () => {
  service = await startLocalService({ chainId: 31337, delegates: [proposer.address], apiKey: API_KEY });
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await service.close();
});

async function open(options: Partial<SafeServiceOptions> = {}, proposerKey: Hex | null = `0x${"77".repeat(32)}`) {
  const story = openStory();
  const logged: Record<string, unknown>[] = [];
  const kept = keepSafeService(
    {
      urls: { 31337: service.url },
      apiKey: API_KEY,
      ...(proposerKey && { proposerPrivateKey: proposerKey }),
      pollMs: 20,
      ...options,
    },
    { app: () => story.app, log: { warn: (facts) => logged.push({ ...facts }) } },
  );
  story.journal.onRecorded(({ events }) => kept.heard(events));
  closers.push(kept.close);
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "pause propose pause-vault");
  const pause = async () => (await story.incident()).pauses[0]!;
  return {
    ...story,
    kept,
    logged,
    pause,
    counted: async () => (await pause()).confirmations.map(({ owner, via }) => [owner, via]),
    troubles: () => logged.map(({ trouble, why }) => String(trouble ?? why)),
  };
}

/** What the service has, once the proposal was put there. */
async function row(pause: Pause) {
  await expect.poll(() => service.rows.get(pause.facts.safeTxHash), { timeout: 8_000 }).toBeDefined();
  return service.rows.get(pause.facts.safeTxHash)!;
}

const owner = (index: number) => owners[index]!.address;

describe("the Safe Transaction Service", () => {
  it("gets the proposal of a delegate, and what owners sign there is counted", async () => {
    const story = await open();
    const pause = await story.pause();
    expect(await row(pause)).toMatchObject({ proposedByDelegate: proposer.address, nonce: "7", data: "0x8456cb59" });
    service.confirm(pause.facts.safeTxHash, owner(0), await story.signature(0));
    service.confirm(pause.facts.safeTxHash, owner(1), await story.signature(1));
    await expect.poll(story.counted).toEqual([
      [owner(0), "service"],
      [owner(1), "service"],
    ]);
    expect(service.asked.every(({ path }) => path.startsWith("/api/v2/"))).toBe(true);
  });

  it("is asked no more when the proposal is over", async () => {
    const story = await open();
    await row(await story.pause());
    await story.type("U0NOOR", "pause withdraw P-0001 False alarm");
    await new Promise((resolve) => setTimeout(resolve, 150));
    const before = service.asked.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(service.asked.length).toBe(before);
  });

  it("without a delegate is read all the same, once somebody put the proposal there", async () => {
    const story = await open({}, null);
    const { facts } = await story.pause();
    await expect.poll(() => service.asked.length, { timeout: 8_000 }).toBeGreaterThan(2);
    expect(service.rows.size).toBe(0);
    put(facts);
    service.confirm(facts.safeTxHash, owner(2), await story.signature(2));
    await expect.poll(story.counted).toEqual([[owner(2), "service"]]);
  });

  it("is believed in nothing: others' signatures, claims of approval and rubbish count for nothing", async () => {
    const story = await open();
    const { facts } = await story.pause();
    await row(await story.pause());
    const stranger = privateKeyToAccount(`0x${"99".repeat(32)}`);
    const claim = concatHex([pad(owner(3)), numberToHex(0, { size: 32 }), "0x01"]);
    service.confirm(facts.safeTxHash, owner(0), await stranger.sign({ hash: facts.safeTxHash }));
    service.confirm(facts.safeTxHash, owner(3), claim, "APPROVED_HASH");
    service.confirm(facts.safeTxHash, owner(4), null, "APPROVED_HASH");
    service.confirm(facts.safeTxHash, owner(1), "0x1234");
    service.confirm(facts.safeTxHash, owner(2), await story.signature(2));
    await expect.poll(story.counted).toEqual([[owner(2), "service"]]);
    const said = story.troubles().join("\n");
    expect(said).toContain(stranger.address);
    expect(said).toContain(`The file says that it is ${owner(0)}'s`);
    expect(said).toContain("Anybody can write that");
  });

  it("that has another transaction under our hash is not believed, and is said to", async () => {
    const story = await open();
    const { facts } = await story.pause();
    const lie = await row(await story.pause());
    lie.to = "0x9999999999999999999999999999999999999999";
    service.confirm(facts.safeTxHash, owner(0), await story.signature(0));
    await expect.poll(story.troubles).toContainEqual(expect.stringContaining("another transaction under our hash"));
    expect(await story.counted()).toEqual([]);
  });

  it.each([
    ["429", (_, response) => json(response, 429, { detail: "Request was throttled." })],
    ["500", (_, response) => json(response, 500, {})],
    ["502 in HTML", (_, response) => response.writeHead(502).end("<html>Bad gateway</html>")],
    ["nothing: the connection breaks", (_, response) => response.destroy()],
    ["JSON that is no transaction", (_, response) => json(response, 200, { hello: "world" })],
    ["no JSON", (_, response) => response.writeHead(200).end("hello")],
  ] as [string, Parameters<typeof service.misbehave>[0]][])(
    "that answers %s hurts nothing, is asked less often, and helps again when it can",
    async (_, how) => {
      service.misbehave(how);
      const story = await open();
      await expect.poll(() => story.troubles().length, { timeout: 8_000 }).toBe(1);
      await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(0)}`);
      expect(await story.counted()).toEqual([[owner(0), "paste"]]);
      service.misbehave(() => undefined);
      const { facts } = await story.pause();
      await row(await story.pause());
      service.confirm(facts.safeTxHash, owner(1), await story.signature(1));
      await expect.poll(story.counted, { timeout: 8_000 }).toContainEqual([owner(1), "service"]);
    },
  );

  it("that does not exist hurts nothing", async () => {
    const story = await open({ urls: { 31337: "http://127.0.0.1:9/api" } });
    await expect.poll(() => story.troubles().length, { timeout: 8_000 }).toBe(1);
    await story.type("U0NOOR", `pause confirm P-0001 ${await story.signature(0)}`);
    expect(await story.counted()).toHaveLength(1);
  });

  it("refuses our key: that is said, and nothing else", async () => {
    const story = await open({ apiKey: "wrong-key-altogether" });
    await expect
      .poll(story.troubles, { timeout: 8_000 })
      .toEqual(["Status 401. Authentication credentials were not provided."]);
  });

  it("whose row was deleted loses nothing that was counted", async () => {
    const story = await open();
    const { facts } = await story.pause();
    await row(await story.pause());
    service.confirm(facts.safeTxHash, owner(0), await story.signature(0));
    await expect.poll(story.counted).toHaveLength(1);
    service.rows.clear();
    const before = service.asked.length;
    await expect.poll(() => service.asked.length).toBeGreaterThan(before + 2);
    expect(await story.counted()).toHaveLength(1);
    // Not fought over: it is put back after a minute, not at once.
    expect(service.rows.size).toBe(0);
  });

  it("gets nothing from a proposer who owns the Safe", async () => {
    const story = await open({}, `0x${"1".padStart(64, "0")}`);
    await expect.poll(story.troubles, { timeout: 8_000 }).toContainEqual(expect.stringContaining("owns this Safe"));
    expect(service.rows.size).toBe(0);
  });

  it("says what else is signed for the nonce, by what its signatures recover to", async () => {
    const story = await open();
    const { facts } = await story.pause();
    await row(await story.pause());
    const rival = { ...service.rows.get(facts.safeTxHash)!, to: owner(4), confirmations: [] };
    const hash = rowHash(31337, facts.safe.address, rival);
    // It lies about its hash: what counts is what the fields hash to.
    service.rows.set(hash, { ...rival, safeTxHash: facts.safeTxHash, confirmations: [] });
    for (const index of [0, 1, 1]) service.confirm(hash, owner(index), await owners[index]!.sign({ hash }));
    service.confirm(hash, owner(2), await owners[2]!.sign({ hash: facts.safeTxHash }));
    const safe = await story.app.chain.readSafe("ops-pause");
    const queued = await story.kept.queue!.queuedAt(safe, 7n);
    expect(queued).toContainEqual({ safeTxHash: hash, confirmations: 2, executable: false });
    service.confirm(hash, owner(3), await owners[3]!.sign({ hash }));
    expect(await story.kept.queue!.queuedAt(safe, 7n)).toContainEqual({
      safeTxHash: hash,
      confirmations: 3,
      executable: true,
    });
    expect(await story.kept.queue!.queuedAt(safe, 8n)).toEqual([]);
  });

  function put(facts: Pause["facts"]) {
    const { safeTx } = facts;
    service.rows.set(facts.safeTxHash, {
      ...safeTx,
      safe: facts.safe.address,
      safeTxHash: facts.safeTxHash,
      proposer: owner(0),
      proposedByDelegate: null,
      isExecuted: false,
      confirmationsRequired: 3,
      confirmations: [],
    });
  }
});
