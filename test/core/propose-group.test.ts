import { describe, expect, it } from "vitest";
import type { ChainPort, PreparedPause, SafeState } from "../../src/core/chain-port.ts";
import { UserError } from "../../src/core/errors.ts";
import type { Address } from "../../src/core/ids.ts";
import { ResponsePlan } from "../../src/core/plan.ts";
import { buildSafeTx, hashSafeTx } from "../../src/core/safe-tx.ts";
import { openStory, owners, wordsOf } from "../story.ts";

const safes: Record<string, Address> = {
  one: `0x${"1".repeat(40)}`,
  two: `0x${"2".repeat(40)}`,
};
const members = { a: "one", b: "two", c: "one", d: "two" } as const;
type Name = keyof typeof members;

/** A chain that stands still, unless a test moves it: by Safe, its nonce. */
function groupChain(
  options: { refuse?: Name[]; onPrepare?: (name: string, nonces: Record<string, bigint>) => void } = {},
) {
  const nonces: Record<string, bigint> = { one: 7n, two: 40n };
  const prepared: string[] = [];
  const safeOf = (key: string) => members[key as Name];
  const chain = {
    planned: (key) => ({ kind: "pause", chainId: 1, safe: safes[safeOf(key)]!, to: safes.one!, data: "0x8456cb59" }),
    readSafe: async (key): Promise<SafeState> => ({
      chainId: 1,
      address: safes[key]!,
      version: "1.4.1",
      owners: owners.map(({ address }) => address),
      threshold: 3,
      nonce: nonces[key]!,
      block: { number: 1n, hash: `0x${"ab".repeat(32)}`, time: new Date(0) },
    }),
    async prepare(key, { nonceFrom: from = 0n } = {}): Promise<PreparedPause> {
      options.onPrepare?.(key, nonces);
      prepared.push(key);
      if (options.refuse?.includes(key as Name)) throw new UserError("already_paused", `${key} is paused.`, "Rest.");
      const [name, now] = [safeOf(key), nonces[safeOf(key)]!];
      const safeTx = buildSafeTx({ to: safes[name]!, data: "0x8456cb59", nonce: from > now ? from : now });
      return {
        intervention: key,
        title: `Pause ${key}`,
        chain: { id: 1, name: "Ethereum" },
        safe: { address: safes[name]!, label: name, version: "1.4.1", owners: [], threshold: 3 },
        target: { address: safes[name]!, label: key },
        call: { signature: "pause()", selector: "0x8456cb59" },
        safeTx,
        ...hashSafeTx(1, safes[name]!, safeTx),
        simulation: { ok: true, detail: "", providers: 1, of: 1 },
        observed: { blockNumber: "1", blockHash: `0x${"ab".repeat(32)}`, nonce: now.toString() },
      };
    },
  } satisfies Partial<ChainPort>;
  return { chain: chain as unknown as ChainPort, prepared };
}

function groupPlan() {
  const probe = { label: "f()", from: safes.one, call: "f()" };
  const intervention = (safe: string, key: string) => ({
    title: `Pause ${key}`,
    safe,
    target: safes[safe],
    targetLabel: key,
    dialect: "openzeppelin-pausable",
    effectProbe: probe,
    exitProbe: { ...probe, call: "g()" },
    stillWorks: ["g()"],
  });
  return {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      version: 1,
      organisation: "Example",
      reviewed: "2026-11-01",
      channels: { alerts: {} },
      people: { noor: { name: "Noor", slack: "U0NOOR" } },
      onCall: ["noor"],
      chains: { 1: { name: "Ethereum" } },
      safes: Object.fromEntries(Object.entries(safes).map(([key, address]) => [key, { chain: 1, address }])),
      interventions: Object.fromEntries(Object.entries(members).map(([key, safe]) => [key, intervention(safe, key)])),
      groups: { all: { title: "All", together: Object.keys(members) } },
    }),
  };
}

async function propose(options: Parameters<typeof groupChain>[0] = {}) {
  const { chain, prepared } = groupChain(options);
  const story = openStory({ plan: groupPlan(), chain });
  await story.type("U0NOOR", "incident declare critical It leaks");
  const answer = wordsOf((await story.type("U0NOOR", "pause propose all")).answer);
  const { pauses } = await story.incident();
  const rows = pauses.map(({ id, facts }) =>
    [id, facts.intervention, facts.safeTx.nonce, facts.follows ?? "–"].join(" "),
  );
  return { answer, rows, prepared, events: await story.kinds() };
}

describe("a group of two Safes", () => {
  it("is a row for each of them: nobody waits for another Safe", async () => {
    const { rows, events } = await propose();
    expect(rows).toEqual(["P-0001 a 7 –", "P-0002 b 40 –", "P-0003 c 8 P-0001", "P-0004 d 41 P-0002"]);
    expect(events.filter((kind) => kind === "pause.proposed")).toHaveLength(4);
  });

  it("closes the gap of one that is left out, in its own row alone", async () => {
    const { rows, answer, prepared } = await propose({ refuse: ["a"] });
    expect(rows).toEqual(["P-0001 b 40 –", "P-0002 c 7 –", "P-0003 d 41 P-0001"]);
    expect(answer).toContain("a is left out. ");
    // Only what moved up was prepared again.
    expect(prepared.filter((key) => key === "c")).toHaveLength(2);
    expect(prepared.filter((key) => key === "b")).toHaveLength(1);
  });

  it("names those that are left out in the plan's order, when nothing is left", async () => {
    const { rows, answer } = await propose({ refuse: ["d", "c", "b", "a"] });
    expect(rows).toEqual([]);
    expect(answer).toMatch(/a: a is paused\. b: b is paused\. c: c is paused\. d: d is paused\./);
  });

  it("starts its row anew when the Safe moves meanwhile: no two of it have one nonce, and none has one that is gone", async () => {
    let moved = false;
    const { rows } = await propose({
      onPrepare(name, nonces) {
        if (name === "c" && !moved) {
          moved = true;
          nonces.one = 9n;
        }
      },
    });
    expect(rows).toEqual(["P-0001 a 9 –", "P-0002 b 40 –", "P-0003 c 10 P-0001", "P-0004 d 41 P-0002"]);
  });

  it("gives up on a Safe that never stands still, and proposes nothing of what would be void at once", async () => {
    const { rows, answer } = await propose({
      onPrepare(_, nonces) {
        nonces.one = (nonces.one ?? 0n) + 1n;
      },
    });
    expect(rows).toEqual([]);
    expect(answer).not.toContain("is proposed");
  });
});
