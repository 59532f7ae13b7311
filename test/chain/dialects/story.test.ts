import { beforeAll, describe, expect, it } from "vitest";
import { createChain } from "../../../src/chain/index.ts";
import { statusOf } from "../../../src/core/pause-state.ts";
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

/** From the chat to the chain and back, with everything that runs in the product. */
async function tell(plan: LoadedPlan, intervention: string) {
  const port = createChain({
    plan: () => plan,
    rpcUrls: { 31337: [chain.rpcUrl] },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: 40,
  });
  const story = openStory({ plan, chain: port, realTime: true });
  const stop = new AbortController();
  const say = async (line: string) => wordsOf((await story.type("U0NOOR", line)).answer);
  const pause = async () => (await story.incident()).pauses[0]!;
  try {
    await say("incident declare critical Money is leaving");
    expect(await say(`pause propose ${intervention}`)).toContain("P-0001 is proposed");
    const card = await say("pause status P-0001");
    const { facts } = await pause();
    const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
    for (const person of ["ANA", "BAO", "CHIDI"]) {
      const signature = await chain.wallet.signTypedData(`U0${person}`, { ...typed, message: { ...typed.message } });
      await say(`pause confirm P-0001 ${signature}`);
    }
    await story.link("U0ANA", chain.owners[0]!);
    await story.type("U0ANA", "pause acknowledge P-0001");
    const ready = { requested: (await pause()).requested, status: statusOf(await pause()) };
    if (ready.requested === undefined) await say("pause execute P-0001");
    const target = { kind: "execute", incident: "INC-0001", proposal: "P-0001" } as const;
    const driven = persist(({ failures }) => driveExecution(story.app, target, { stop: stop.signal, failures }));
    const timer = setInterval(() => void chain.mine(1), 60);
    await driven.finally(() => clearInterval(timer));
    return { card, ready, after: await say("pause status P-0001"), pause: await pause() };
  } finally {
    stop.abort();
    port.close();
    story.store.close();
  }
}

function planOf(interventions: Record<string, PlannedFields>): LoadedPlan {
  const { plan, close } = openDialects(chain, interventions);
  close();
  return plan;
}

describe("from the chat to the chain and back", () => {
  it("a withdrawal: its card says what moves where, it waits for a press, and it is never called a pause", async () => {
    const target = await deploy(chain, "Treasury", [["address", chain.safe]]);
    await act(chain, "deployer", chain.token, "mint(address,uint256)", target, 5_000_000n);
    const plan = planOf({
      rescue: {
        dialect: "emergency-withdraw",
        target,
        token: chain.token,
        tokenLabel: "USDC",
        recipient: chain.admin,
        recipientLabel: "recovery Safe",
        amount: "2000000",
        acknowledgements: 1,
      },
    });
    const { card, ready, after, pause } = await tell(plan, "rescue");
    for (const shown of [chain.token, chain.admin, "2000000", "5 → 3 USDC by simulation", "0 → 2 USDC by simulation"]) {
      expect(card).toContain(shown);
    }
    expect(ready).toEqual({ requested: undefined, status: "ready" });
    expect(statusOf(pause)).toBe("final");
    expect(after).toContain("MOVED (final)");
    expect(after).not.toContain("PAUSED");
    expect(after).toContain("recovery Safe had 0 (0 USDC) and has 2000000 (2 USDC)");
  });

  it("a pause that expires: the room is told when", async () => {
    const config = await deploy(chain, "SuperchainConfig", [
      ["address", chain.safe],
      ["address", chain.attacker],
    ]);
    const identifier = "0x00000000000000000000000000000000000000A1";
    const portal = await deploy(chain, "Portal", [
      ["address", config],
      ["address", identifier],
    ]);
    const plan = planOf({
      superchain: {
        dialect: "optimism-superchain-config",
        target: config,
        identifier,
        acknowledgements: 0,
        execute: "when-ready",
        ...probes(chain.depositor, "finalizeWithdrawal()", "depositTransaction()", { target: portal }),
      },
    });
    const { card, ready, after } = await tell(plan, "superchain");
    expect(card).toContain(identifier);
    expect(ready.requested).toMatchObject({ cause: "policy" });
    expect(after).toContain("PAUSED (final)");
    expect(after).toMatch(/It ends by itself at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\./);
  });
});
