import { keccak256, stringToBytes, zeroAddress } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../../src/core/ids.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, detailOf, expectProven, type PlannedFields, probes } from "./world.ts";

const stories = dialectStories();
const { open, pass } = stories;
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

const later = (time: Date, seconds: number) => new Date(time.getTime() + seconds * 1000);
const said = (time: Date) => `It ends by itself at ${time.toISOString().slice(0, 19).replace("T", " ")} UTC.`;

describe("Optimism's SuperchainConfig", () => {
  const THREE_MONTHS = 7_884_000;
  async function superchain(guardian: Address = chain.safe, identifier: Address = zeroAddress) {
    const config = await deploy(chain, "SuperchainConfig", [
      ["address", guardian],
      ["address", chain.attacker],
    ]);
    const portal = await deploy(chain, "Portal", [
      ["address", config],
      ["address", identifier],
    ]);
    const plan: PlannedFields = {
      dialect: "optimism-superchain-config",
      target: config,
      identifier,
      ...probes(chain.depositor, "finalizeWithdrawal()", "depositTransaction()", { target: portal }),
    };
    return { config, story: open({ superchain: plan }) };
  }

  it("is paused for a stated time, and what proves it says when that ends", async () => {
    const { story } = await superchain();
    const { prepared, verification, blockTime } = await story.run("superchain");
    expect(prepared.call).toEqual({
      signature: "pause(address)",
      selector: "0x76a67a51",
      arguments: [{ name: "identifier", type: "address", value: zeroAddress, meaning: "the whole superchain" }],
    });
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(said(later(blockTime, THREE_MONTHS)));
    expect(detailOf(verification, "effect")).toContain("OptimismPortal_CallPaused()");
    const expiry = await story.ask("superchain", (reader, dialect) => dialect.pauseExpiry(reader));
    expect(expiry).toEqual(later(blockTime, THREE_MONTHS));
  });

  it("is one-shot: expired is neither paused nor available, and that is not called 'already paused'", async () => {
    const { story, config } = await superchain();
    await story.run("superchain");
    await expect(story.prepare("superchain")).rejects.toMatchObject({ code: "already_paused" });
    await pass(THREE_MONTHS);
    const state = await story.ask("superchain", (reader, dialect) => dialect.state(reader));
    expect(state).toEqual({ done: false, says: `paused(${zeroAddress}) is false` });
    const again = story.prepare("superchain");
    await expect(again).rejects.toMatchObject({ code: "pause_spent" });
    await expect(again).rejects.toThrow(`The guardian must call unpause(${zeroAddress}) first, or extend it.`);
    await act(chain, "safe", config, "unpause(address)", zeroAddress);
    expect((await story.prepare("superchain")).simulation.ok).toBe(true);
  });

  it("starts its time anew when it is extended", async () => {
    const { story, config } = await superchain();
    await story.run("superchain");
    await pass(1_000_000);
    await act(chain, "safe", config, "extend(address)", zeroAddress);
    const { timestamp } = await chain.client.getBlock();
    const expiry = await story.ask("superchain", (reader, dialect) => dialect.pauseExpiry(reader));
    expect(expiry).toEqual(later(new Date(Number(timestamp) * 1000), THREE_MONTHS));
  });

  it("is the guardian's or the incident responder's to pause", async () => {
    const { story } = await superchain(chain.admin);
    const may = (who: Address) => story.ask("superchain", (reader, dialect) => dialect.canPause(reader, who));
    expect(await may(chain.admin)).toMatchObject({ yes: true, why: `${chain.admin} is the guardian.` });
    expect(await may(chain.attacker)).toMatchObject({ yes: true, why: `${chain.attacker} is the incident responder.` });
    await expect(story.prepare("superchain")).rejects.toThrow(
      /SuperchainConfig_OnlyGuardianOrIncidentResponder\(\).*does not have this right: the guardian is/,
    );
  });
});

async function lidoQueue(pauser: Address): Promise<Address> {
  const queue = await deploy(chain, "LidoQueue", [["address", chain.admin]]);
  await act(chain, "deployer", queue, "grantRole(bytes32,address)", keccak256(stringToBytes("PAUSE_ROLE")), pauser);
  return queue;
}
const requests = (target: Address) => probes(chain.depositor, "requestWithdrawals()", "claimWithdrawals()", { target });

describe("Lido's PausableUntil", () => {
  const WEEK = 7 * 86_400;
  const plan = (target: Address): PlannedFields => ({
    dialect: "lido-pausable-until",
    target,
    duration: WEEK,
    ...requests(target),
  });

  it("is paused for the plan's time, and resumes by itself", async () => {
    const queue = await lidoQueue(chain.safe);
    const story = open({ queue: plan(queue) });
    const { prepared, verification, blockTime } = await story.run("queue");
    expect(prepared.call.arguments).toEqual([
      { name: "duration", type: "uint256", value: "604800", meaning: "7 days, in seconds" },
    ]);
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(said(later(blockTime, WEEK)));
    expect(detailOf(verification, "effect")).toContain("ResumedExpected()");
    await expect(story.prepare("queue")).rejects.toMatchObject({ code: "already_paused" });
    await pass(WEEK);
    expect(await story.ask("queue", (reader, dialect) => dialect.state(reader))).toMatchObject({ done: false });
    expect(await story.ask("queue", (reader, dialect) => dialect.pauseExpiry(reader))).toBeUndefined();
    expect((await story.prepare("queue")).simulation.ok).toBe(true);
  });

  it("says who holds PAUSE_ROLE", async () => {
    const story = open({ queue: plan(await lidoQueue(chain.attacker)) });
    const may = await story.ask("queue", (reader, dialect) => dialect.canPause(reader, chain.safe));
    expect(may).toMatchObject({ yes: false, why: expect.stringContaining("does not hold PAUSE_ROLE") });
  });
});

describe("Lido's GateSeal", () => {
  const DAYS = 6 * 86_400;
  async function sealed(more: { expiry?: number } = {}) {
    const [first, second] = [await lidoQueue(chain.admin), await lidoQueue(chain.admin)];
    const { timestamp } = await chain.client.getBlock();
    const seal = await deploy(chain, "GateSeal", [
      ["address", chain.safe],
      ["uint256", BigInt(DAYS)],
      ["address[]", [first, second]],
      ["uint256", timestamp + BigInt(more.expiry ?? 86_400)],
    ]);
    for (const queue of [first, second]) {
      await act(chain, "deployer", queue, "grantRole(bytes32,address)", keccak256(stringToBytes("PAUSE_ROLE")), seal);
    }
    const plan: PlannedFields = {
      dialect: "lido-gate-seal",
      target: first,
      gateSeal: seal,
      also: [second],
      ...requests(first),
    };
    return { first, second, seal, story: open({ seal: plan, "seal-first": { ...plan, also: [] } }) };
  }

  it("pauses both for the seal's own time; every one of them is read", async () => {
    const { first, second, seal, story } = await sealed();
    const { prepared, verification, blockTime } = await story.run("seal");
    expect(prepared.safeTx.to).toBe(seal);
    expect(prepared.call).toMatchObject({
      signature: "seal(address[])",
      selector: "0xfc20bdfe",
      arguments: [{ name: "sealables", type: "address[]", value: `${first}  ${second}` }],
    });
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(
      `isPaused() of ${first} is true, isPaused() of ${second} is true`,
    );
    expect(detailOf(verification, "state")).toContain(said(later(blockTime, DAYS)));
  });

  it("works once: used up, it is said to be, and not that anything is paused", async () => {
    const { story } = await sealed();
    await story.run("seal");
    await pass(DAYS);
    await expect(story.prepare("seal")).rejects.toMatchObject({ code: "pause_spent" });
    expect(await story.ask("seal", (reader, dialect) => dialect.rePauseAvailable(reader))).toMatchObject({
      yes: false,
    });
  });

  it("expires unused", async () => {
    const { story } = await sealed({ expiry: 3600 });
    await pass(3601);
    await expect(story.prepare("seal")).rejects.toThrow("is used up or has expired");
  });

  it("is refused while one of them is paused, which would make all of it revert; the rest can be sealed alone", async () => {
    const { second, story } = await sealed();
    await act(
      chain,
      "deployer",
      second,
      "grantRole(bytes32,address)",
      keccak256(stringToBytes("PAUSE_ROLE")),
      chain.safe,
    );
    await act(chain, "safe", second, "pauseFor(uint256)", 3600n);
    await expect(story.prepare("seal")).rejects.toThrow(
      `${second} is paused already, which makes the whole seal revert.`,
    );
    expectProven((await story.run("seal-first")).verification);
  });

  it("is the committee's alone", async () => {
    const { story } = await sealed();
    const may = (who: Address) => story.ask("seal", (reader, dialect) => dialect.canPause(reader, who));
    expect(await may(chain.safe)).toMatchObject({ yes: true, why: `${chain.safe} is the sealing committee.` });
    expect(await may(chain.attacker)).toMatchObject({ yes: false });
  });
});
