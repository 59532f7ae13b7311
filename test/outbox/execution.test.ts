import { afterEach, describe, expect, it } from "vitest";
import type { Inclusion, RouteOutcome } from "../../src/core/chain-port.ts";
import type { Address, Hex } from "../../src/core/ids.ts";
import { statusOf } from "../../src/core/pause-state.ts";
import { driveExecution } from "../../src/outbox/execution.ts";
import { openStory, storyPlan } from "../story.ts";

const target = { kind: "execute", incident: "INC-0001", proposal: "P-0001" } as const;
const hashOf = (attempt: number): Hex => `0x${String(attempt).repeat(64)}`;
const rawOf = (attempt: number): Hex => `0x02f8${String(attempt).repeat(8)}`;
const block = { number: 101n, hash: hashOf(7) };

const FIRST: Address = `0x${"99".repeat(20)}`;
const SECOND: Address = `0x${"98".repeat(20)}`;

type Answer = RouteOutcome["outcome"] | { refused: string };

let story: ReturnType<typeof openStory>;
afterEach(() => story.store.close());

/**
 * A requested execution, and a chain that says what the test tells it: what each sending is answered with, and which of
 * our attempts a look finds in a block. `asked` is everything that was asked of it, in order.
 */
async function requested(script: { sends?: Answer[][]; found?: () => Inclusion | undefined; executors?: Address[] }) {
  story = openStory({ plan: storyPlan({ acknowledgements: 0 }) });
  const asked: string[] = [];
  const sends = [...(script.sends ?? [])];
  const looks: Hex[][] = [];
  Object.assign(story.app.chain, {
    routes: () => ({ executors: script.executors ?? [FIRST], privateRelay: undefined }),
    async sign(_pause: unknown, attempt: number, by: Address = FIRST) {
      asked.push(`sign ${attempt}`);
      const price = { gas: 300_000n, maxFeePerGas: BigInt(attempt), maxPriorityFeePerGas: 1n };
      return {
        transactionHash: hashOf(attempt),
        raw: rawOf(attempt),
        executor: by,
        nonce: by === FIRST ? 3 : 8,
        ...price,
      };
    },
    async broadcast(_chain: number, raw: Hex) {
      asked.push(`send ${raw.at(-1)}`);
      const answers: Answer[] = sends.shift() ?? ["accepted"];
      return answers.map((answer, index) =>
        typeof answer === "string"
          ? { provider: `rpc-${index}`, outcome: answer }
          : { provider: `rpc-${index}`, outcome: "refused" as const, detail: answer.refused },
      );
    },
    async lookUp({ attempts }: { attempts: { transactionHash: Hex }[] }) {
      asked.push("look");
      looks.push(attempts.map(({ transactionHash }) => transactionHash));
      return script.found?.() ?? { state: "pending" };
    },
    check: async () => ({ ok: true, detail: "", blockNumber: 1n, providers: 1, of: 1 }),
    verify: async () => ({ ok: true, checks: [], blockNumber: block.number, blockHash: block.hash }),
    finality: async () => "final",
    nextHead: async () => void asked.push("head"),
  });
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "pause propose pause-vault");
  for (const index of [0, 1, 2]) await story.type("U0NOOR", `pause confirm ${await story.signature(index)}`);
  await story.press("U0SOFIA", "pause execute", { proposal: "P-0001" });
  const pause = async () => {
    const [first] = (await story.incident()).pauses;
    if (first === undefined) throw new Error("Nothing is proposed.");
    return first;
  };
  return {
    asked,
    looks,
    pause,
    kinds: async () =>
      (await story.kinds()).filter((kind) => kind.startsWith("pause.") && kind !== "pause.checked").slice(5),
    /** A life of the process: what it knew is gone with it. */
    drive: (stop = new AbortController()) => driveExecution(story.app, target, { stop: stop.signal }),
  };
}

const inBlock = (attempt: number): Extract<Inclusion, { state: "included" }> => ({
  state: "included",
  transactionHash: hashOf(attempt),
  blockNumber: block.number,
  blockHash: block.hash,
  blockTime: new Date("2026-11-21T03:00:12.000Z"),
  gasUsed: 90_000n,
  executed: true,
});

/** Found at the `n`-th look, and from then on. */
function foundAt(n: number, attempt: number): () => Inclusion | undefined {
  let looks = 0;
  return () => {
    looks += 1;
    return looks >= n ? inBlock(attempt) : undefined;
  };
}

/** Everything that was asked but heads, which come and go. */
const deeds = (asked: string[]) => asked.filter((one) => one !== "head");

describe("What became of an attempt is found by looking for our hashes", () => {
  it("when every provider knows it already: it is followed, and not signed anew", async () => {
    const { asked, pause, drive } = await requested({ sends: [["known", "known"]], found: foundAt(2, 1) });
    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "send 1", "look", "look"]);
    expect(statusOf(await pause())).toBe("final");
  });

  it("when no provider answers: nobody knows whether it was sent, so the same bytes are looked for", async () => {
    const { asked, kinds, drive } = await requested({ sends: [["unknown", "unknown"]], found: foundAt(2, 1) });
    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "send 1", "look", "look"]);
    expect(await kinds()).toEqual([
      "pause.signed",
      "pause.broadcast",
      "pause.included",
      "pause.verified",
      "pause.final",
    ]);
  });

  it("when one refuses and one takes it: it is on its way", async () => {
    const sends = [[{ refused: "nonce too low" }, "accepted" as const]];
    const { asked, drive } = await requested({ sends, found: foundAt(1, 1) });
    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "send 1", "look"]);
  });

  it("when the nonce is too low because it has landed: it is found, and nothing is sent again", async () => {
    const { asked, kinds, drive } = await requested({ sends: [[{ refused: "nonce too low" }]], found: foundAt(1, 1) });
    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "send 1", "look"]);
    expect(await kinds()).toEqual(["pause.signed", "pause.included", "pause.verified", "pause.final"]);
  });

  it.each([["nonce too low"], ["replacement transaction underpriced"], ["max fee per gas less than block base fee"]])(
    "when it is refused with “%s” and is nowhere: another attempt, and both are looked for from then on",
    async (why) => {
      const sends: Answer[][] = [[{ refused: why }, { refused: why }], ["accepted"]];
      const { asked, looks, pause, drive } = await requested({ sends, found: foundAt(2, 1) });
      await drive();
      expect(deeds(asked)).toEqual(["sign 1", "send 1", "look", "sign 2", "send 2", "look"]);
      expect(looks.at(-1)).toEqual([hashOf(1), hashOf(2)]);
      // It was the first that ran after all, and that is what is said.
      expect((await pause()).included?.transactionHash).toBe(hashOf(1));
    },
  );

  it("when blocks go by without it: it is outbid, and whichever lands is the one", async () => {
    const { asked, looks, pause, drive } = await requested({ found: foundAt(5, 2) });
    await drive();
    expect(asked.filter((one) => one.startsWith("sign"))).toEqual(["sign 1", "sign 2"]);
    expect(looks.at(-1)).toEqual([hashOf(1), hashOf(2)]);
    expect((await pause()).attempts.map(({ nonce }) => nonce)).toEqual([3, 3]);
    expect((await pause()).included?.transactionHash).toBe(hashOf(2));
  });

  it("when the chain stands still: it waits, and pays no more", async () => {
    const { asked, drive } = await requested({ found: foundAt(8, 1) });
    Object.assign(story.app.chain, { nextHead: async () => "overdue" });
    await drive();
    expect(asked.filter((one) => one.startsWith("s"))).toEqual(["sign 1", "send 1"]);
  });

  it("when another transaction used the Safe's nonce: it is over, and that is said", async () => {
    const found = (): Inclusion => ({ state: "superseded", by: hashOf(9), nonce: 8n });
    const { pause, drive } = await requested({ found });
    await drive();
    expect((await pause()).failed).toMatchObject({ code: "superseded", why: expect.stringContaining(hashOf(9)) });
  });
});

describe("After a crash", () => {
  it("between signing and sending: it looks first, then sends the very bytes that are on disk", async () => {
    const { asked, drive, pause } = await requested({ found: foundAt(2, 1) });
    const { broadcast } = story.app.chain;
    Object.assign(story.app.chain, { broadcast: () => Promise.reject(new Error("killed")) });
    await expect(drive()).rejects.toThrow("killed");
    expect(statusOf(await pause())).toBe("signed");

    Object.assign(story.app.chain, { broadcast });
    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "look", "send 1", "look"]);
    expect(statusOf(await pause())).toBe("final");
  });

  it("between sending and hearing of it: what is in a block by then is found, and nothing is sent", async () => {
    const { asked, drive, kinds } = await requested({ found: foundAt(1, 1) });
    const { broadcast } = story.app.chain;
    const lost = async (chain: number, raw: Hex) => {
      await broadcast(chain, raw);
      throw new Error("killed");
    };
    Object.assign(story.app.chain, { broadcast: lost });
    await expect(drive()).rejects.toThrow("killed");

    await drive();
    expect(deeds(asked)).toEqual(["sign 1", "send 1", "look"]);
    expect(await kinds()).toEqual(["pause.signed", "pause.included", "pause.verified", "pause.final"]);
  });

  it("in two lives at once: one attempt is on disk, and only that one is sent", async () => {
    const { asked, drive, pause } = await requested({ found: foundAt(3, 1) });
    await Promise.all([drive(), drive()]);
    expect(new Set(asked.filter((one) => one.startsWith("send")))).toEqual(new Set(["send 1"]));
    expect((await pause()).attempts).toHaveLength(1);
  });
});

describe("A second executor", () => {
  const executors = [FIRST, SECOND];

  it("joins when three blocks went by, and each outbids its own attempts from then on", async () => {
    const { asked, pause, drive } = await requested({ executors, found: foundAt(6, 3) });
    await drive();
    expect(deeds(asked).filter((one) => one !== "look")).toEqual([
      "sign 1",
      "send 1",
      "sign 2",
      "send 2",
      "sign 3",
      "send 3",
      "sign 4",
      "send 4",
    ]);
    const by = (executor: Address) =>
      pause().then(({ attempts }) => attempts.filter((one) => one.executor === executor));
    expect((await by(FIRST)).map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect((await by(SECOND)).map(({ attempt, nonce }) => [attempt, nonce])).toEqual([[4, 8]]);
  });

  it("is killed between signing and sending: the next life sends both executors' newest bytes, and signs nothing", async () => {
    const poor = { refused: "insufficient funds for gas * price + value" };
    const { asked, pause, drive } = await requested({ executors, sends: [[poor], [poor]], found: foundAt(5, 2) });
    const { broadcast } = story.app.chain;
    const killed = async (chain: number, raw: Hex) => {
      if (raw === rawOf(2)) throw new Error("killed");
      return broadcast(chain, raw);
    };
    Object.assign(story.app.chain, { broadcast: killed });
    await expect(drive()).rejects.toThrow("killed");
    expect((await pause()).attempts.map(({ executor }) => executor)).toEqual([FIRST, SECOND]);

    Object.assign(story.app.chain, { broadcast });
    asked.length = 0;
    await drive();
    expect(asked.filter((one) => one.startsWith("s"))).toEqual(["send 1", "send 2"]);
    expect((await pause()).included?.transactionHash).toBe(hashOf(2));
    expect(statusOf(await pause())).toBe("final");
  });

  it("was mined as well, and reverted: that is told once, as what it is", async () => {
    const lost = [{ transactionHash: hashOf(1), blockNumber: 102n, why: "It reverted (GS026)." }];
    let looks = 0;
    const found = (): Inclusion | undefined => {
      looks += 1;
      if (looks < 3) return undefined;
      return looks < 5 ? inBlock(2) : { ...inBlock(2), lost };
    };
    const poor = { refused: "insufficient funds" };
    const { pause, kinds, drive } = await requested({ executors, sends: [[poor]], found });
    let final = 0;
    const finality = async () => (++final < 4 ? "included" : "final");
    Object.assign(story.app.chain, { finality });
    await drive();
    expect((await kinds()).filter((kind) => kind === "pause.attempt_lost")).toHaveLength(1);
    expect((await pause()).attempts[0]?.lost).toEqual({ blockNumber: "102", why: "It reverted (GS026)." });
    expect((await pause()).failed).toBeUndefined();
  });
});

describe("What a person has to mend", () => {
  it("is said once, and the same bytes go out when it is mended", async () => {
    const poor = { refused: "insufficient funds for gas * price + value" };
    const { asked, drive, pause, kinds } = await requested({ sends: [[poor], [poor]], found: foundAt(4, 1) });
    await expect(drive()).rejects.toThrow("was refused by every RPC provider: rpc-0: insufficient funds");
    await expect(drive()).rejects.toThrow("refused by every RPC provider");
    expect((await pause()).blocked).toMatchObject({ code: "no_gas_money" });
    expect((await kinds()).filter((kind) => kind === "pause.blocked")).toHaveLength(1);

    await drive();
    expect(asked.filter((one) => one.startsWith("sign"))).toEqual(["sign 1"]);
    expect(statusOf(await pause())).toBe("final");
    expect((await pause()).blocked).toBeUndefined();
  });
});

describe("Being told to stop", () => {
  it("is no failure: it goes on in the next life from where the timeline stands", async () => {
    const stop = new AbortController();
    const { asked, drive, pause } = await requested({ found: foundAt(2, 1) });
    const { nextHead } = story.app.chain;
    Object.assign(story.app.chain, {
      async nextHead() {
        stop.abort();
        throw new Error("The sockets are closed.");
      },
    });
    await drive(stop);
    expect(statusOf(await pause())).toBe("broadcast");
    Object.assign(story.app.chain, { nextHead });
    await drive();
    expect(statusOf(await pause())).toBe("final");
    expect(asked.filter((one) => one.startsWith("sign"))).toEqual(["sign 1"]);
  });
});
