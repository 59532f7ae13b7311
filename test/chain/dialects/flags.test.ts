import { concatHex, encodeFunctionData, keccak256, parseAbi, stringToBytes, zeroHash } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import type { Address, Hex } from "../../../src/core/ids.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, detailOf, expectProven, type PlannedFields, probes } from "./world.ts";

const stories = dialectStories();
const { open } = stories;
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

const byAnybody = (target: Address) => probes(chain.depositor, "deposit(uint256) 1", "withdraw(uint256) 1", { target });

describe("OpenZeppelin Pausable", () => {
  const pauseVault = (): PlannedFields => ({
    dialect: "openzeppelin-pausable",
    target: chain.vault,
    ...probes(
      chain.depositor,
      `deposit(uint256,address) 1000000 ${chain.depositor}`,
      `withdraw(uint256,address,address) 1 ${chain.depositor} ${chain.depositor}`,
    ),
  });

  it("pauses the vault, and every check says why it is believed", async () => {
    const story = open({ "pause-vault": pauseVault() });
    const { prepared, verification } = await story.run("pause-vault");
    expect(prepared.call).toEqual({ signature: "pause()", selector: "0x8456cb59" });
    expectProven(verification);
    expect(detailOf(verification, "state")).toMatch(/^paused\(\) is true at block \d+ on 1 of 1 RPC providers\.$/);
    expect(detailOf(verification, "effect")).toBe("deposit() worked before and now reverts with EnforcedPause().");
    await expect(story.prepare("pause-vault")).rejects.toMatchObject({ code: "already_paused" });
  });

  it("answers who may pause, and whether it could again", async () => {
    const story = open({ "pause-vault": pauseVault() });
    const who = (address: Address) => story.ask("pause-vault", (reader, dialect) => dialect.canPause(reader, address));
    expect(await who(chain.safe)).toMatchObject({ yes: true, why: expect.stringContaining("holds PAUSER_ROLE") });
    expect(await who(chain.attacker)).toMatchObject({ yes: false });
    expect(await story.ask("pause-vault", (reader, dialect) => dialect.pauseExpiry(reader))).toBeUndefined();
    expect(await story.ask("pause-vault", (reader, dialect) => dialect.rePauseAvailable(reader))).toMatchObject({
      yes: true,
    });
  });
});

describe("OpenZeppelin PausableUpgradeable, behind a proxy", () => {
  async function upgradeable(): Promise<Address> {
    const implementation = await deploy(chain, "UpgradeableVault");
    const initialize = encodeFunctionData({ abi: parseAbi(["function initialize(address)"]), args: [chain.safe] });
    const proxy = await deploy(chain, "ERC1967Proxy", [
      ["address", implementation],
      ["bytes", initialize],
    ]);
    await act(chain, "whale", proxy, "deposit(uint256)", 1000n);
    return proxy;
  }

  it("is the same adapter", async () => {
    const target = await upgradeable();
    const story = open({ up: { dialect: "openzeppelin-pausable", target, ...byAnybody(target) } });
    const { verification } = await story.run("up");
    expectProven(verification);
    expect(await chain.client.getStorageAt({ address: target, slot: UPGRADEABLE_SLOT })).toBe(
      concatHex([zeroHash.slice(0, 64) as Hex, "0x01"]),
    );
  });

  it("names the owner as the one who may", async () => {
    const target = await upgradeable();
    const story = open({ up: { dialect: "openzeppelin-pausable", target, ...byAnybody(target) } });
    const answer = await story.ask("up", (reader, dialect) => dialect.canPause(reader, chain.attacker));
    expect(answer).toEqual({
      yes: false,
      why: `${chain.attacker} does not have this right: the owner is ${chain.safe}.`,
    });
  });
});
const UPGRADEABLE_SLOT = "0xcd5ed15c6e187e77e9aee88184c21f4f2182ab5827cb3b7e07fbedcd63f03300";

describe("setPaused(bool)", () => {
  const fields = (target: Address, more: object = {}): PlannedFields => ({
    dialect: "set-paused",
    target,
    getter: "stopped()",
    revertsWith: ["VaultStopped()", "vault stopped"],
    ...byAnybody(target),
    ...more,
  });

  it("is read by the getter that the plan names, and judged by the plan's own error", async () => {
    const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
    const story = open({ flag: fields(target) });
    const { prepared, verification } = await story.run("flag");
    expect(prepared.call.arguments).toEqual([{ name: "paused", type: "bool", value: "true" }]);
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain("stopped() is true at block");
    expect(detailOf(verification, "effect")).toBe("deposit() worked before and now reverts with VaultStopped().");
  });

  it("takes an old contract's reason as well", async () => {
    const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
    const mint = probes(chain.depositor, "mint(uint256) 1", "withdraw(uint256) 1");
    const { verification } = await open({ flag: fields(target, mint) }).run("flag");
    expectProven(verification);
    expect(detailOf(verification, "effect")).toBe('mint() worked before and now reverts with "vault stopped".');
  });

  it("does not take another revert for its effect", async () => {
    const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
    const borrow = probes(chain.depositor, "borrow(uint256) 1", "withdraw(uint256) 1");
    const { verification } = await open({ flag: fields(target, borrow) }).run("flag");
    expect(verification.ok).toBe(false);
    expect(detailOf(verification, "effect")).toBe(
      'borrow() worked before and now reverts with "no liquidity", which is not how a pause looks.',
    );
  });

  it("is not proposed twice, though the setter would take it", async () => {
    const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
    const story = open({ flag: fields(target) });
    await story.run("flag");
    await expect(story.prepare("flag")).rejects.toMatchObject({ code: "already_paused" });
    expect(story.dialect("flag").idempotent).toBe(true);
  });

  it("names a getter that the contract does not have", async () => {
    const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
    const story = open({ flag: fields(target, { getter: "halted()" }) });
    await expect(story.prepare("flag")).rejects.toThrow(
      `The contract at ${target} on Sandbox does not answer halted().`,
    );
  });
});

describe("pause(bytes32)", () => {
  const topic = keccak256(stringToBytes("DEPOSIT"));
  const other = keccak256(stringToBytes("WITHDRAW"));
  const fields = (target: Address): PlannedFields => ({
    dialect: "pause-topic",
    target,
    topic,
    revertsWith: ["TopicPaused(bytes32)"],
    ...byAnybody(target),
  });

  it("pauses one topic; another one goes on", async () => {
    const target = await deploy(chain, "TopicVault", [["address", chain.safe]]);
    const { prepared, verification } = await open({ topic: fields(target) }).run("topic");
    expect(prepared.call).toEqual({
      signature: "pause(bytes32)",
      selector: "0xed56531a",
      arguments: [{ name: "topic", type: "bytes32", value: topic }],
    });
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(`paused(bytes32) of ${topic} is true`);
    expect(detailOf(verification, "effect")).toContain("TopicPaused(bytes32)");
  });

  it("is told apart from another topic that is paused", async () => {
    const target = await deploy(chain, "TopicVault", [["address", chain.safe]]);
    await act(chain, "safe", target, "pause(bytes32)", other);
    const { verification } = await open({ topic: fields(target) }).run("topic");
    expect(detailOf(verification, "exit")).toContain("as it did before the pause");
    expect(verification.checks.find(({ name }) => name === "state")?.ok).toBe(true);
  });
});

describe("AccessManager", () => {
  const PUBLIC_ROLE = 2n ** 64n - 1n;
  async function managed() {
    const manager = await deploy(chain, "AccessManager", [["address", chain.admin]]);
    const target = await deploy(chain, "ManagedVault", [["address", manager]]);
    const deposit = ["0xb6b55f25"];
    await act(
      chain,
      "deployer",
      manager,
      "setTargetFunctionRole(address,bytes4[],uint64)",
      target,
      deposit,
      PUBLIC_ROLE,
    );
    return { manager, target };
  }
  const grant = (manager: Address, delay = 0) =>
    act(chain, "deployer", manager, "grantRole(uint64,address,uint32)", 0n, chain.safe, delay);
  const fields = (at: { manager: Address; target: Address }): PlannedFields => ({
    dialect: "access-manager",
    ...at,
    ...byAnybody(at.target),
  });

  it("closes the target; the Safe calls the manager, and the card says on what it acts", async () => {
    const at = await managed();
    await grant(at.manager);
    const { prepared, verification } = await open({ close: fields(at) }).run("close");
    expect(prepared.safeTx.to).toBe(at.manager);
    expect(prepared.target.address).toBe(at.target);
    expect(prepared.call.arguments).toEqual([
      { name: "target", type: "address", value: at.target, meaning: "is closed" },
      { name: "closed", type: "bool", value: "true" },
    ]);
    expectProven(verification);
    expect(detailOf(verification, "effect")).toContain(`AccessManagedUnauthorized(${chain.depositor})`);
  });

  it("says who may: nobody without the role, and nobody in time with a delay", async () => {
    const at = await managed();
    const story = open({ close: fields(at) });
    const may = () => story.ask("close", (reader, dialect) => dialect.canPause(reader, chain.safe));
    expect(await may()).toMatchObject({ yes: false, why: expect.stringContaining("does not hold") });
    await expect(story.prepare("close")).rejects.toThrow(/AccessManagerUnauthorizedAccount/);
    await grant(at.manager, 3600);
    expect(await may()).toMatchObject({ yes: false, why: expect.stringContaining("waits 3600 seconds") });
  });

  it("is refused for a target that obeys another manager, which it would not stop", async () => {
    const at = await managed();
    const stranger = await managed();
    await grant(at.manager);
    const story = open({ close: fields({ manager: at.manager, target: stranger.target }) });
    await expect(story.prepare("close")).rejects.toThrow(`obeys another authority, ${stranger.manager}`);
  });
});
