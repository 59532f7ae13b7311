import { zeroAddress } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../../src/core/ids.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, detailOf, expectProven, type PlannedFields, probes } from "./world.ts";

const stories = dialectStories();
const { open } = stories;
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

describe("Aave v3", () => {
  const [usdc, weth]: Address[] = [
    "0x00000000000000000000000000000000000000C1",
    "0x00000000000000000000000000000000000000e2",
  ];
  async function market(admin: Address = chain.safe) {
    const acl = await deploy(chain, "AclManager", [
      ["address", admin],
      ["address", chain.admin],
    ]);
    const provider = await deploy(chain, "AddressesProvider", [["address", acl]]);
    const pool = await deploy(chain, "AavePool", [
      ["address", provider],
      ["address[]", [usdc, zeroAddress, weth]],
    ]);
    const configurator = await deploy(chain, "PoolConfigurator", [
      ["address", pool],
      ["address", acl],
    ]);
    await act(chain, "deployer", pool, "setConfigurator(address)", configurator);
    const common = { target: pool, configurator };
    const plans: Record<string, PlannedFields> = {
      pool: {
        dialect: "aave-v3-pool",
        ...common,
        ...probes(chain.depositor, `supply(address,uint256) ${usdc} 1`, "getReservesList()"),
      },
      reserve: {
        dialect: "aave-v3-reserve",
        reserve: usdc,
        ...common,
        ...probes(chain.depositor, `borrow(address,uint256) ${usdc} 1`, `supply(address,uint256) ${weth} 1`),
      },
    };
    return { pool, configurator, story: open(plans) };
  }

  it("pauses a pool: the configurator is called, and every reserve is read", async () => {
    const { story, configurator } = await market();
    const { prepared, verification } = await story.run("pool");
    expect(prepared.safeTx.to).toBe(configurator);
    expect(prepared.call).toMatchObject({ signature: "setPoolPause(bool)", selector: "0x7641f3d9" });
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain("2 of 2 reserves are paused");
    expect(detailOf(verification, "effect")).toContain("ReservePaused()");
    expect(story.dialect("pool").gasGrowsWith).toContain("reserves");
  });

  it("is not paused while one reserve runs, and frozen is not paused", async () => {
    const { story, configurator } = await market();
    await act(chain, "safe", configurator, "setReservePause(address,bool)", weth, true);
    const state = await story.ask("pool", (reader, dialect) => dialect.state(reader));
    expect(state).toEqual({ done: false, says: `1 of 2 reserves are paused, and these are not: ${usdc}` });
    expectProven((await story.run("pool")).verification);
  });

  it("pauses one reserve; the others go on; old error numbers are known", async () => {
    const { story } = await market();
    const { prepared, verification } = await story.run("reserve");
    expect(prepared.call).toMatchObject({
      selector: "0x48d9fba9",
      arguments: [
        { name: "asset", value: usdc },
        { name: "paused", value: "true" },
      ],
    });
    expectProven(verification);
    expect(detailOf(verification, "effect")).toBe('borrow() worked before and now reverts with "29".');
    expect(detailOf(verification, "exit")).toBe("supply() still works.");
  });

  it("is an emergency admin's or a pool admin's", async () => {
    const { story } = await market(chain.attacker);
    const may = (who: Address) => story.ask("pool", (reader, dialect) => dialect.canPause(reader, who));
    expect(await may(chain.attacker)).toMatchObject({ yes: true, why: `${chain.attacker} is an emergency admin.` });
    expect(await may(chain.admin)).toMatchObject({ yes: true, why: `${chain.admin} is a pool admin.` });
    await expect(story.prepare("pool")).rejects.toThrow(
      /CallerNotPoolOrEmergencyAdmin\(\).*is neither an emergency admin nor a pool admin/,
    );
  });
});

describe("Compound v2", () => {
  async function compound(guardian: Address = chain.safe) {
    const target = await deploy(chain, "Comptroller", [
      ["address", chain.admin],
      ["address", guardian],
    ]);
    const cToken = await deploy(chain, "CToken", [["address", target]]);
    const market = (action: string): PlannedFields => ({
      dialect: "compound-v2-market",
      target,
      action,
      cToken,
      ...probes(chain.depositor, `${action}(uint256) 1`, "redeem(uint256) 1", { target: cToken }),
    });
    const whole = (action: string, call: string): PlannedFields => ({
      dialect: "compound-v2-comptroller",
      target,
      action,
      ...probes(chain.depositor, call, "redeem(uint256) 1", { target: cToken }),
    });
    const story = open({
      mint: market("mint"),
      borrow: market("borrow"),
      transfer: whole("transfer", `transfer(address,uint256) ${chain.attacker} 1`),
      seize: whole("seize", "seize(uint256) 1"),
    });
    return { target, cToken, story };
  }

  it.each([
    ["mint", "_setMintPaused(address,bool)", "0x3bcf7ec1"],
    ["borrow", "_setBorrowPaused(address,bool)", "0x18c882a5"],
    ["transfer", "_setTransferPaused(bool)", "0x8ebf6364"],
    ["seize", "_setSeizePaused(bool)", "0x2d70db78"],
  ])("pauses %s by %s, and redeeming goes on", async (action, signature, selector) => {
    const { story } = await compound();
    const { prepared, verification } = await story.run(action);
    expect(prepared.call).toMatchObject({ signature, selector });
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(`${action}GuardianPaused(`);
    expect(detailOf(verification, "effect")).toBe(
      `${action}() worked before and now reverts with "${action} is paused".`,
    );
    await expect(story.prepare(action)).rejects.toMatchObject({ code: "already_paused" });
  });

  it("tells one market from another, and one flag from the next", async () => {
    const { story, target } = await compound();
    const other = await deploy(chain, "CToken", [["address", target]]);
    await act(chain, "safe", target, "_setMintPaused(address,bool)", other, true);
    await act(chain, "safe", target, "_setTransferPaused(bool)", true);
    expectProven((await story.run("mint")).verification);
    expect(await story.ask("borrow", (reader, dialect) => dialect.state(reader))).toMatchObject({ done: false });
  });

  it("is the guardian's or the admin's", async () => {
    const { story } = await compound(chain.attacker);
    await expect(story.prepare("mint")).rejects.toThrow(
      `${chain.safe} does not have this right: the pause guardian is ${chain.attacker}, the admin is ${chain.admin}.`,
    );
  });
});

describe("Comet", () => {
  const supplyOnly = { supply: true, transfer: false, withdraw: false, absorb: false, buy: false };
  async function comet(flags: object = supplyOnly) {
    const target = await deploy(chain, "Comet", [
      ["address", chain.admin],
      ["address", chain.safe],
    ]);
    const plan: PlannedFields = {
      dialect: "comet",
      target,
      ...flags,
      ...probes(chain.depositor, "supply(uint256) 1", "withdraw(uint256) 1"),
    };
    return { target, story: open({ comet: plan }) };
  }

  it("sets all five at once, and the card shows each of them by name", async () => {
    const { story } = await comet();
    const { prepared, verification } = await story.run("comet");
    expect(prepared.call.selector).toBe("0x44c35d07");
    expect(prepared.call.arguments?.map(({ name, value }) => `${name} ${value}`)).toEqual([
      "supplyPaused true",
      "transferPaused false",
      "withdrawPaused false",
      "absorbPaused false",
      "buyPaused false",
    ]);
    expectProven(verification);
    expect(detailOf(verification, "effect")).toContain("Paused()");
    expect(story.dialect("comet").whatStillWorks).toBe("What is not paused: transfer, withdraw, absorb, buy.");
  });

  it("never lifts a pause that somebody else has set", async () => {
    const { story, target } = await comet();
    await act(chain, "safe", target, "pause(bool,bool,bool,bool,bool)", false, false, true, false, true);
    const refused = story.prepare("comet");
    await expect(refused).rejects.toMatchObject({ code: "pause_unwise" });
    await expect(refused).rejects.toThrow(
      "It would lift the pause of withdraw and buy, because one call sets all five.",
    );
  });

  it("is told while its signatures are gathered that it has become unwise, though it would still succeed", async () => {
    const { story, target } = await comet();
    const rehearse = await story.rehearsal("comet");
    expect(await rehearse()).toMatchObject({ ok: true });
    await act(chain, "safe", target, "pause(bool,bool,bool,bool,bool)", false, false, true, false, false);
    expect(await rehearse()).toMatchObject({
      ok: false,
      detail: expect.stringContaining("would lift the pause of withdraw"),
    });
    await act(chain, "safe", target, "pause(bool,bool,bool,bool,bool)", true, false, true, false, false);
    expect(await rehearse()).toMatchObject({ ok: false, detail: expect.stringContaining("is already paused") });
  });

  it("is done when all that it names are paused, whatever else is", async () => {
    const { story, target } = await comet();
    await act(chain, "safe", target, "pause(bool,bool,bool,bool,bool)", true, true, false, false, false);
    await expect(story.prepare("comet")).rejects.toMatchObject({ code: "already_paused" });
  });
});
