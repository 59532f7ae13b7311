import { keccak256, stringToBytes, zeroAddress } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import { FEE_CAP_DEFAULT } from "../../src/chain/fees.ts";
import { proveReadiness } from "../../src/chain/readiness/index.ts";
import { readMark } from "../../src/chain/readiness/mark.ts";
import type { Address } from "../../src/core/ids.ts";
import type { SandboxChain } from "../../src/sandbox/chain/index.ts";
import { dialectStories } from "../chain/dialects/setup.ts";
import { act, deploy, type PlannedFields, probes } from "../chain/dialects/world.ts";

const stories = dialectStories();
const { open, pass } = stories;
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

type Story = ReturnType<typeof open>;

/** What is not green of one intervention, in order. The chain's clock may be far from ours in these stories. */
async function found({ plan, network }: Story, key: string): Promise<string[]> {
  const { timestamp } = await chain.client.getBlock();
  const now = new Date(Number(timestamp) * 1000);
  const executors = [chain.executor.address];
  const proof = await proveReadiness({ plan, networkOf: () => network, executors, feeCap: FEE_CAP_DEFAULT, now });
  const line = proof.lines.find(({ intervention }) => intervention === key);
  return (line?.verdicts ?? []).flatMap(({ colour, code }) =>
    colour === "green" || code === "rpc_single" ? [] : [`${colour} ${code}`],
  );
}
const markOf = ({ plan, network }: Story) =>
  readMark({ plan, networkOf: () => network, executors: [chain.executor.address] });

describe("a pause that ends by itself", () => {
  const THREE_MONTHS = 7_884_000;
  const HOUR = 3_600;

  async function superchain(): Promise<Story> {
    const people = [
      ["address", chain.safe],
      ["address", chain.attacker],
    ] as const;
    const config = await deploy(chain, "SuperchainConfig", people);
    const portal = await deploy(chain, "Portal", [
      ["address", config],
      ["address", zeroAddress],
    ]);
    const plan: PlannedFields = {
      dialect: "optimism-superchain-config",
      target: config,
      identifier: zeroAddress,
      ...probes(chain.depositor, "finalizeWithdrawal()", "depositTransaction()", { target: portal }),
    };
    return open({ superchain: plan });
  }

  it("is counted down while it holds, and is red once it has ended and no other can be set", async () => {
    const story = await superchain();
    expect(await found(story, "superchain")).toEqual([]);
    await story.run("superchain");
    expect(await found(story, "superchain")).toEqual(["amber done_already", "amber spent"]);
    const marks = new Set([await markOf(story)]);
    await pass(THREE_MONTHS - 71 * HOUR);
    expect(await found(story, "superchain")).toContain("amber expiry_72h");
    marks.add(await markOf(story));
    await pass(50 * HOUR);
    expect(await found(story, "superchain")).toContain("amber expiry_24h");
    marks.add(await markOf(story));
    await pass(20 * HOUR + HOUR / 2);
    expect(await found(story, "superchain")).toContain("red expiry_1h");
    marks.add(await markOf(story));
    await pass(HOUR);
    // Its call reverts by now; that the right was missing would be the wrong thing to say.
    expect(await found(story, "superchain")).toEqual(["red spent"]);
    // Nothing was sent in between: the passing of a bound alone is seen by the watch.
    expect(marks.size).toBe(4);
  });
});

describe("a seal", () => {
  const PAUSE_ROLE = keccak256(stringToBytes("PAUSE_ROLE"));
  async function lidoQueue(): Promise<Address> {
    return deploy(chain, "LidoQueue", [["address", chain.admin]]);
  }
  async function sealed() {
    const [first, second] = [await lidoQueue(), await lidoQueue()];
    const { timestamp } = await chain.client.getBlock();
    const seal = await deploy(chain, "GateSeal", [
      ["address", chain.safe],
      ["uint256", BigInt(6 * 86_400)],
      ["address[]", [first, second]],
      ["uint256", timestamp + 86_400n],
    ]);
    for (const queue of [first, second]) {
      await act(chain, "deployer", queue, "grantRole(bytes32,address)", PAUSE_ROLE, seal);
    }
    const requests = probes(chain.depositor, "requestWithdrawals()", "claimWithdrawals()", { target: first });
    const plan: PlannedFields = {
      dialect: "lido-gate-seal",
      target: first,
      gateSeal: seal,
      also: [second],
      ...requests,
    };
    return { first, second, seal, story: open({ seal: plan, "seal-first": { ...plan, also: [] } }) };
  }

  it("is ready until it is used or has expired", async () => {
    const { story } = await sealed();
    expect(await found(story, "seal")).toEqual([]);
    await pass(86_401);
    expect(await found(story, "seal")).toEqual(["red spent"]);
  });

  it("is red while one of its contracts is paused, which disarms all of it; the other is not", async () => {
    const { second, story } = await sealed();
    await act(chain, "deployer", second, "grantRole(bytes32,address)", PAUSE_ROLE, chain.safe);
    await act(chain, "safe", second, "pauseFor(uint256)", 3_600n);
    expect(await found(story, "seal")).toEqual(["red obstacle", "amber expiry_24h"]);
    expect(await found(story, "seal-first")).toEqual([]);
  });
});
