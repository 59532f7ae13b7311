import { describe, expect, it } from "vitest";
import { judgeExecutor, judgeGas } from "../../src/chain/readiness/executor-facts.ts";
import { judgeSafe } from "../../src/chain/readiness/judge-safe.ts";
import { judgeTarget } from "../../src/chain/readiness/standing-of-target.ts";
import { readinessBoard, readinessTurn } from "../../src/chat/cards/readiness-card.ts";
import type { Address } from "../../src/core/ids.ts";
import type { Rung, RungSet } from "../../src/core/ladder-state.ts";
import type { Verdict } from "../../src/core/readiness.ts";
import type { ReadinessLine } from "../../src/core/readiness-events.ts";
import { judgePeople } from "../../src/core/readiness-people.ts";
import { judgeLadder, judgeQueue } from "../../src/core/readiness-queue.ts";
import { foldReadiness } from "../../src/core/readiness-state.ts";
import { safeDomainHash, ZERO_ADDRESS } from "../../src/core/safe-tx.ts";
import type { EventOf, StoredEvent } from "../../src/core/timeline.ts";
import { renderMessages as onDiscord } from "../../src/platforms/discord/render.ts";
import { renderMessages as onSlack } from "../../src/platforms/slack/render.ts";
import { openStory, owners, safe, vault } from "../story.ts";

const now = new Date("2026-11-21T03:00:00.000Z");
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000);
const short = (verdicts: Verdict[]) => verdicts.map(({ colour, code }) => `${colour} ${code}`);
const addresses = owners.map(({ address }) => address);
const safeNow = { chainId: 31337, address: safe, owners: addresses, threshold: 3, nonce: 7n };

describe("the state of the target", () => {
  const state = { done: true, says: "paused() is true" };
  const again = { yes: true, why: "It can be paused again." };
  const judge = (expiry: Date | undefined) =>
    short(judgeTarget({ state, expiry, again }, { label: "Vault", kind: "pause", now }))[1];

  it("warns of a pause that ends by itself: within 72 hours, 24, and one", () => {
    expect([80, 71, 23, 0.5, -1].map((left) => judge(hours(left)))).toEqual([
      "green expiry",
      "amber expiry_72h",
      "amber expiry_24h",
      "red expiry_1h",
      "red expiry_1h",
    ]);
    expect(judge(undefined)).toBe("green once");
  });

  it("is red where the one pause there was is spent, and amber while it still holds", () => {
    const spent = { yes: false, why: "The seal is used up." };
    const of = (done: boolean) =>
      short(
        judgeTarget(
          { state: { ...state, done }, expiry: undefined, again: spent },
          { label: "Vault", kind: "pause", now },
        ),
      );
    expect(of(false)).toEqual(["green not_paused", "red spent"]);
    expect(of(true)).toEqual(["amber done_already", "amber spent"]);
  });
});

describe("who pays", () => {
  const block = { number: 1n, hash: "0x00", parentHash: "0x00", timestamp: 0n, baseFeePerGas: 10n ** 9n } as const;
  const context = { owners: addresses, estimate: 110_000n, block, feeCap: 5_000n * 10n ** 9n, chain: "Sandbox" };
  const judge = (facts: { balance: bigint; waiting?: number }) =>
    short(judgeExecutor(vault, { nonce: 3, waiting: 0, ...facts }, context));

  it("needs the whole limit at the offered price up front, and is asked for fifty pauses when gas is dear", () => {
    // 300,000 gas at 4 × 1 + 5 gwei.
    expect(judge({ balance: 2_699_999_000_000_000n })).toEqual(["red executor_empty"]);
    expect(judge({ balance: 2_700_000_000_000_000n })).toEqual(["amber executor_low"]);
    expect(judge({ balance: 50n * 110_000n * 500n * 10n ** 9n })).toEqual(["green executor"]);
  });

  it("may have nothing waiting that a pause would queue behind", () => {
    expect(judge({ balance: 10n ** 19n, waiting: 1 })).toEqual(["red executor_stuck"]);
  });

  it("can't send what takes more gas than a transaction may", () => {
    expect(
      [118_000n, 9_000_000n, 17_000_000n, undefined].map((gas) => judgeGas(gas, "the number of reserves").code),
    ).toEqual(["gas", "gas_near", "gas_over", "gas_unknown"]);
  });
});

describe("a Safe that is an owner of a Safe", () => {
  const HANDLER_141 = "0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99";
  const HANDLER_150 = "0x3EfCBb83A4A7AfcB4F68D501E2c2203a38be77f4";
  const facts = {
    hasCode: true,
    version: "1.4.1",
    domain: safeDomainHash(31337, safe),
    singleton: "0x41675C099F32341bf84BFc5382aF534df5C7461a" as Address,
    standing: { owners: addresses, threshold: 3, nonce: 7n },
    guard: ZERO_ADDRESS,
    moduleGuard: ZERO_ADDRESS,
    handler: HANDLER_141 as Address,
    modules: [],
  };
  const codeHash = "0x1fe2df852ba3299d6534ef416eefa406e56ced995bca886ab7a553e6d0c5e1c4";
  const named = { key: "ops", label: "ops", address: safe, chainId: 31337, chain: "Sandbox" };
  const judge = (version: string | undefined, handler: string) =>
    judgeSafe(named, facts, { codeHash, contractOwners: [{ owner: vault, version, handler: handler as Address }] })[0]
      ?.code;

  it("must have the fallback handler that its parent asks", () => {
    expect(judge("1.4.1", HANDLER_141)).toBe("safe");
    expect(judge("1.4.1", HANDLER_150)).toBe("safe_nested");
    expect(judge("1.5.0", HANDLER_150)).toBe("safe_nested");
    expect(judge("1.3.0", ZERO_ADDRESS)).toBe("safe_nested");
    expect(judge(undefined, ZERO_ADDRESS)).toBe("safe");
  });

  it("is refused by name where it is too old, or not what it says", () => {
    expect(judgeSafe(named, { ...facts, version: "1.2.0" }, { codeHash, contractOwners: [] })[0]).toMatchObject({
      colour: "red",
      code: "unsupported_safe",
    });
    expect(judgeSafe(named, facts, { codeHash: "0x00", contractOwners: [] })[0]?.code).toBe("unknown_singleton");
    expect(judgeSafe(named, { ...facts, domain: undefined }, { codeHash, contractOwners: [] })[0]?.code).toBe(
      "safe_domain",
    );
  });
});

describe("the people", () => {
  async function story() {
    const open = openStory();
    for (const [index, owner] of addresses.slice(0, 3).entries()) await open.link(`OWNER${index}`, owner);
    return open;
  }
  async function judge({ app }: Awaited<ReturnType<typeof story>>, at = now) {
    const { journal } = app;
    const [roster, ladder, incidents] = await Promise.all([
      journal.state("roster"),
      journal.state("ladder"),
      journal.incidents(),
    ]);
    return short(judgePeople({ plan: app.plan(), safe: safeNow, roster, ladder, incidents, now: at }))[0];
  }

  it("have signed something lately: linking counts, and so does a pause or a drill", async () => {
    const open = await story();
    expect(await judge(open)).toBe("green people");
    expect(await judge(open, hours(24 * 91))).toBe("amber people_stale");
    open.store.close();
  });

  it("are asked directly, and an inbox that was closed is remembered until it opens", async () => {
    const open = await story();
    await open.type("U0NOOR", "incident declare critical Vault is draining");
    await open.type("U0NOOR", "pause propose pause-vault");
    const asked = (user: string, answer: object) =>
      open.journal.record("incident/INC-0001", { by: "allstop" }, () => ({
        events: [{ kind: "pause.signer_asked", proposal: "P-0001", user, ...answer }],
        effects: [],
      }));
    await asked("slack:OWNER1", { why: "cannot_dm_user: closed" });
    expect(await judge(open)).toBe("amber people_closed");
    await asked("slack:OWNER1", { message: "slack:T1/D1/1" });
    expect(await judge(open)).toBe("green people");
    open.store.close();
  });
});

describe("what else is signed", () => {
  const other = `0x${"77".repeat(32)}` as const;
  async function withQueue(queued: { executable: boolean }[] | Error) {
    const story = openStory();
    const queue = {
      async queuedAt() {
        if (queued instanceof Error) throw queued;
        return queued.map(({ executable }) => ({ safeTxHash: other, confirmations: 3, executable }));
      },
    };
    const chain = {
      planned: () => ({ kind: "pause" as const, chainId: 31337, safe, to: vault, data: "0x8456cb59" as const }),
    };
    const incidents = await story.app.journal.incidents();
    const verdict = await judgeQueue({ queue, chain }, { key: "pause-vault", safe: safeNow, incidents });
    story.store.close();
    return verdict;
  }

  it("is red when somebody could execute it at our nonce, and named whole", async () => {
    expect(await withQueue([{ executable: false }])).toMatchObject({ colour: "green" });
    expect(await withQueue([{ executable: true }])).toMatchObject({
      colour: "red",
      code: "queue_taken",
      facts: [{ label: "safeTxHash", value: other }],
    });
    expect(await withQueue(new Error("503"))).toMatchObject({ colour: "amber", code: "queue_unknown" });
  });
});

describe("what is signed ahead of time", () => {
  it("is no part of every plan, and says so by silence", () => {
    expect(judgeLadder(undefined, { key: "pause-vault", safe: safeNow })).toEqual([]);
  });

  it("covers the Safe's current nonce and one more, and would still do", () => {
    const rung = (nonce: number, signed: number): Rung => ({
      nonce: String(nonce),
      messageHash: "0x00",
      safeTxHash: `0x${String(nonce).padStart(64, "0")}`,
      signatures: addresses.slice(0, signed).map((owner) => ({ owner, at: now.toISOString() })),
    });
    const judge = (rungs: Rung[], invalid?: RungSet["invalid"]) => {
      const safeSeen = { owners: addresses, threshold: 3, nonce: "7" };
      const set = { intervention: "pause-vault", rungs, safe: safeSeen, ...(invalid && { invalid }) } as RungSet;
      const head = { seq: 1, hash: "", recordedAt: now.toISOString() };
      return short(judgeLadder({ sets: [set], openings: [], head }, { key: "pause-vault", safe: safeNow }))[0];
    };
    expect(judge([rung(7, 3), rung(8, 3)])).toBe("green ladder");
    expect(judge([rung(7, 3), rung(8, 2)])).toBe("amber ladder_last");
    expect(judge([rung(6, 3), rung(7, 2), rung(8, 3)])).toBe("amber ladder_gap");
    const gone = { code: "simulation_failed", why: "The right is gone.", remedy: "Ask.", at: now.toISOString() };
    expect(judge([rung(7, 3), rung(8, 3)], gone)).toBe("amber ladder_invalid");
  });
});

describe("the cards", () => {
  const line = (title: string, reasons: ReadinessLine["reasons"]): ReadinessLine => ({
    subject: title,
    intervention: title.toLowerCase(),
    title,
    colour: reasons[0]?.colour ?? "green",
    green: 9,
    reasons,
  });
  const down = {
    rung: "rpc" as const,
    colour: "red" as const,
    code: "rpc_down",
    says: "No provider answers.",
    remedy: "Mend it.",
  };
  const event = (lines: ReadinessLine[], turned: EventOf<"readiness.checked">["turned"] = []) => ({
    kind: "readiness.checked" as const,
    cause: "change" as const,
    planHash: "9f3a",
    blocks: [],
    lines,
    turned,
  });
  const stored = (facts: EventOf<"readiness.checked">, at: string): StoredEvent => ({
    stream: "readiness",
    seq: 1,
    at,
    recordedAt: at,
    by: "allstop",
    event: facts,
    previousHash: "",
    hash: "",
  });

  it("say one fault once, however many pauses it stops, and red before amber before green", () => {
    const low = {
      ...down,
      colour: "amber" as const,
      code: "executor_low",
      says: "It holds little.",
      remedy: "Send more.",
    };
    const lines = [line("A", []), line("B", [low]), line("C", [down]), line("D", [down])];
    const view = readinessBoard(foldReadiness(undefined, stored(event(lines), now.toISOString())));
    expect(view.title).toBe("NOT READY: 2 of 4 pauses would not work");
    const words = JSON.stringify(view.body);
    expect(words.match(/No provider answers/g)).toHaveLength(1);
    expect(words.indexOf("C, D")).toBeLessThan(words.indexOf("It holds little"));
    expect(words.indexOf("It holds little")).toBeLessThan(words.indexOf("✅ A"));
  });

  it("fit one message of either chat, however much is wrong", () => {
    const title = "Pause everything that has to do with the vault of the second kind, and what hangs on it".repeat(2);
    const reasons = (index: number) => [
      {
        ...down,
        code: `fault_${index}`,
        says: `Number ${index}: ${"what was found, in many words, ".repeat(7)}`,
        remedy: "Do this and that. ".repeat(8),
        facts: [0, 1, 2].map((n) => ({
          label: `contract ${index}.${n}`,
          value: `0x${String(index * 3 + n).padStart(40, "0")}`,
        })),
      },
    ];
    const lines = Array.from({ length: 40 }, (_, index) =>
      line(`${index} ${title}`, index % 4 === 0 ? [] : reasons(index)),
    );
    const board = readinessBoard(foldReadiness(undefined, stored(event(lines), now.toISOString())));
    const turn = readinessTurn(
      event(
        lines,
        lines.map(({ subject, colour }) => ({ subject, from: "green", to: colour })),
      ),
    );
    for (const view of [board, turn]) {
      expect(onDiscord(view, new Map())).toHaveLength(1);
      expect(onSlack(view, { teamUrl: "https://example.slack.com/" })).toHaveLength(1);
      expect(JSON.stringify(view)).toContain("more addresses");
    }
  });

  it("keep since when a pause has been red, while its reasons change", () => {
    const first = foldReadiness(undefined, stored(event([line("A", [down])]), "2026-11-21T03:00:00.000Z"));
    const other = { ...down, code: "role_missing", says: "The right is gone." };
    const second = foldReadiness(first, stored(event([line("A", [other])]), "2026-11-21T04:00:00.000Z"));
    expect(second.lines[0]?.since).toBe("2026-11-21T03:00:00.000Z");
    const third = foldReadiness(second, stored(event([line("A", [])]), "2026-11-21T05:00:00.000Z"));
    expect(third.lines[0]?.since).toBe("2026-11-21T05:00:00.000Z");
  });

  it("tell of what turned red and of what is red no longer in one message", () => {
    const turned = [
      { subject: "A", from: "green" as const, to: "red" as const },
      { subject: "B", from: "red" as const, to: "green" as const },
    ];
    const view = readinessTurn(event([line("A", [down]), line("B", [])], turned));
    expect(view.title).toBe("NOT READY: A");
    expect(JSON.stringify(view.body)).toContain("Ready again: B");
  });
});
