import { beforeAll, describe, expect, it } from "vitest";
import { createChain } from "../../../src/chain/index.ts";
import { statusOf } from "../../../src/core/pause-state.ts";
import { hearChain } from "../../../src/core/pause-watch.ts";
import type { LoadedPlan } from "../../../src/core/plan.ts";
import { safeTypedData } from "../../../src/core/safe-tx.ts";
import { driveExecution } from "../../../src/outbox/execution.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { openStory, wordsOf } from "../../story.ts";
import { persist } from "../world.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, openDialects, type PlannedFields, probes } from "./world.ts";

const stories = dialectStories();
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

/** Three vaults of one Safe, and the group that stops them all. */
async function threeVaults(fields: object = {}) {
  const vaults = await Promise.all([1, 2, 3].map(() => deploy(chain, "FlagVault", [["address", chain.safe]])));
  const interventions = Object.fromEntries(
    vaults.map((target, index): [string, PlannedFields] => [
      `stop-${index + 1}`,
      {
        dialect: "set-paused",
        target,
        getter: "stopped()",
        revertsWith: ["VaultStopped()"],
        acknowledgements: 0,
        ...fields,
        ...probes(chain.depositor, "deposit(uint256) 1", "withdraw(uint256) 1"),
      },
    ]),
  );
  const { plan, close } = openDialects(chain, interventions);
  close();
  return {
    vaults,
    plan: { ...plan, groups: { all: { title: "Stop all", together: ["stop-1", "stop-2", "stop-3"] } } },
  };
}

/** Everything that runs in the product, from the chat to the chain. */
function open(plan: LoadedPlan) {
  const port = createChain({
    plan: () => plan,
    rpcUrls: { 31337: [chain.rpcUrl] },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: 30,
    hearer: hearChain(() => story.app),
  });
  const story = openStory({ plan, chain: port, realTime: true });
  const stop = new AbortController();
  const pauseOf = async (proposal: string) => {
    const pause = (await story.incident()).pauses.find(({ id }) => id === proposal);
    if (pause === undefined) throw new Error(`There is no ${proposal}.`);
    return pause;
  };
  const say = async (line: string) => wordsOf((await story.type("U0NOOR", line)).answer);
  return {
    say,
    pauseOf,
    pauses: async () => (await story.incident()).pauses,
    arm: async (...proposals: string[]) => {
      for (const proposal of proposals) await port.arm(await pauseOf(proposal));
    },
    async sign(proposal: string) {
      const { facts } = await pauseOf(proposal);
      const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
      for (const person of ["ANA", "BAO", "CHIDI"]) {
        const signature = await chain.wallet.signTypedData(`U0${person}`, { ...typed, message: { ...typed.message } });
        await say(`pause confirm ${proposal} ${signature}`);
      }
    },
    /** Follows one execution to its end, as its owed effect does. */
    async drive(proposal: string) {
      const target = { kind: "execute", incident: "INC-0001", proposal } as const;
      const timer = setInterval(() => void chain.mine(1), 60);
      const drive = ({ failures }: { failures: number }) =>
        driveExecution(story.app, target, { stop: stop.signal, failures });
      await persist(drive).finally(() => clearInterval(timer));
    },
    close() {
      stop.abort();
      port.close();
      story.store.close();
    },
  };
}

async function within<T>(plan: Parameters<typeof open>[0], tell: (story: ReturnType<typeof open>) => Promise<T>) {
  const story = open(plan);
  try {
    await story.say("incident declare critical Money is leaving");
    return await tell(story);
  } finally {
    story.close();
  }
}

const isStopped = (address: `0x${string}`) =>
  chain.client.call({ to: address, data: "0x75f12b21" }).then(({ data }) => data?.endsWith("1"));

describe("a group", () => {
  it("becomes one proposal per target, at consecutive nonces, in the plan's order", async () => {
    const { plan, vaults } = await threeVaults();
    await within(plan, async ({ say, pauses }) => {
      const answer = await say("pause propose all");
      expect(answer).toContain("P-0001, P-0002, P-0003 are proposed");
      const made = (await pauses()).map(({ id, facts }) => [id, facts.safeTx.to, facts.safeTx.nonce, facts.follows]);
      expect(made).toEqual([
        ["P-0001", vaults[0], "0", undefined],
        ["P-0002", vaults[1], "1", "P-0001"],
        ["P-0003", vaults[2], "2", "P-0002"],
      ]);
    });
  });

  it("leaves out what is paused already, and says so; the others move up", async () => {
    const { plan, vaults } = await threeVaults();
    await act(chain, "safe", vaults[0]!, "setPaused(bool)", true);
    await within(plan, async ({ say, pauses }) => {
      const answer = await say("pause propose all");
      expect(answer).toContain("stop-1 is left out. ");
      expect(answer).toContain("is already paused");
      expect((await pauses()).map(({ facts }) => [facts.intervention, facts.safeTx.nonce])).toEqual([
        ["stop-2", "0"],
        ["stop-3", "1"],
      ]);
    });
  });

  it("says why, when nothing of it can be proposed", async () => {
    const { plan, vaults } = await threeVaults();
    for (const vault of vaults) await act(chain, "safe", vault, "setPaused(bool)", true);
    await within(plan, async ({ say, pauses }) => {
      expect(await say("pause propose all")).toContain("Nothing of all can be proposed. stop-1: ");
      expect(await pauses()).toEqual([]);
    });
  });

  it("follows what is proposed already, and does not take its nonce", async () => {
    const { plan } = await threeVaults();
    await within(plan, async ({ say, pauses }) => {
      await say("pause propose stop-2");
      const answer = await say("pause propose all");
      expect(answer).toContain("P-0001 already proposes stop-2.");
      expect((await pauses()).map(({ facts }) => [facts.intervention, facts.safeTx.nonce, facts.follows])).toEqual([
        ["stop-2", "0", undefined],
        ["stop-1", "1", "P-0001"],
        ["stop-3", "2", "P-0002"],
      ]);
    });
  });

  it("runs in its order: what waits says for whom, and is neither sent nor failed before its turn", async () => {
    const { plan, vaults } = await threeVaults();
    await within(plan, async ({ say, sign, arm, drive, pauseOf }) => {
      await say("pause propose all");
      await arm("P-0001", "P-0002", "P-0003");
      await sign("P-0002");
      expect(await say("pause status P-0002")).toContain("needs P-0001 to run first");
      expect(await say("pause execute P-0002")).toContain("P-0002 is not ready: it needs P-0001 to run first.");
      await sign("P-0001");
      await say("pause execute P-0001");
      await drive("P-0001");
      await expect.poll(async () => statusOf(await pauseOf("P-0002")), { timeout: 15_000 }).toBe("ready");
      expect(statusOf(await pauseOf("P-0003"))).toBe("collecting");
      await say("pause execute P-0002");
      await drive("P-0002");
      expect(statusOf(await pauseOf("P-0002"))).toBe("final");
      expect(await Promise.all(vaults.map(isStopped))).toEqual([true, true, false]);
    });
  });

  it("goes on by itself where the plan says when-ready: signed ahead, each is sent when its turn comes", async () => {
    const { plan } = await threeVaults({ execute: "when-ready" });
    await within(plan, async ({ say, sign, arm, drive, pauseOf }) => {
      await say("pause propose all");
      await arm("P-0001", "P-0002");
      await sign("P-0002");
      expect((await pauseOf("P-0002")).requested).toBeUndefined();
      await sign("P-0001");
      expect((await pauseOf("P-0001")).requested).toMatchObject({ cause: "policy" });
      await drive("P-0001");
      await expect
        .poll(async () => (await pauseOf("P-0002")).requested, { timeout: 15_000 })
        .toMatchObject({ cause: "policy" });
    });
  });

  it("tries what is to run later as it will be then: a withdrawal that its contract allows only while paused", async () => {
    const target = await deploy(chain, "CarefulTreasury", [["address", chain.safe]]);
    await act(chain, "deployer", chain.token, "mint(address,uint256)", target, 5_000_000n);
    const { plan, close } = openDialects(chain, {
      halt: {
        dialect: "openzeppelin-pausable",
        target,
        acknowledgements: 0,
        ...probes(chain.depositor, "deposit()", "claim()"),
      },
      rescue: {
        dialect: "emergency-withdraw",
        target,
        token: chain.token,
        recipient: chain.admin,
        amount: "5000000",
      },
    });
    close();
    const groups = { both: { title: "Halt and rescue", together: ["halt", "rescue"] } };
    await within({ ...plan, groups }, async ({ say, sign, arm, drive, pauseOf }) => {
      expect(await say("pause propose rescue")).toContain("ExpectedPause()");
      expect(await say("pause propose both")).toContain("P-0001, P-0002 are proposed");
      await arm("P-0001", "P-0002");
      await sign("P-0001");
      await sign("P-0002");
      await say("pause execute P-0001");
      await drive("P-0001");
      await expect.poll(async () => (await pauseOf("P-0002")).safe.nonce, { timeout: 15_000 }).toBe("1");
      expect((await pauseOf("P-0002")).facts.movement?.balances[1]).toMatchObject({ before: "0", after: "5000000" });
    });
  });

  it("strands nobody: what was to follow a proposal that is withdrawn is over, and the group can be proposed again", async () => {
    const { plan } = await threeVaults();
    await within(plan, async ({ say, pauses, pauseOf }) => {
      await say("pause propose all");
      await say("pause withdraw P-0001 Not the vault, the pool");
      expect((await pauseOf("P-0002")).failed).toMatchObject({ code: "predecessor_withdrawn" });
      expect((await pauseOf("P-0003")).failed?.remedy).toBe("Propose it again: `/pause propose all`.");
      await say("pause propose all");
      expect((await pauses()).slice(3).map(({ facts }) => facts.safeTx.nonce)).toEqual(["0", "1", "2"]);
    });
  });

  it("takes its place in the row again when one of it is proposed anew", async () => {
    const { plan } = await threeVaults();
    await within(plan, async ({ say, pauseOf }) => {
      await say("pause propose all");
      await say("pause withdraw P-0003 The third is not ours");
      await say("pause propose stop-3 --instead-of P-0003");
      expect((await pauseOf("P-0004")).facts).toMatchObject({ safeTx: { nonce: "2" }, follows: "P-0002" });
    });
  });
});
