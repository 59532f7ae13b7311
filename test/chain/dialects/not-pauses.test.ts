import { keccak256, stringToBytes } from "viem";
import { beforeAll, describe, expect, it } from "vitest";
import type { Address } from "../../../src/core/ids.ts";
import { pauseCardRows, pauseCardTitle } from "../../../src/core/pause-card.ts";
import type { SandboxChain } from "../../../src/sandbox/chain/index.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, detailOf, expectProven, type PlannedFields, probes, proposalOf } from "./world.ts";

const stories = dialectStories();
const { open } = stories;
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});

describe("revokeRole", () => {
  const MINTER_ROLE = keccak256(stringToBytes("MINTER_ROLE"));
  async function token(admin: Address = chain.safe) {
    const target = await deploy(chain, "RoleToken", [
      ["address", admin],
      ["address", chain.attacker],
    ]);
    const plan: PlannedFields = {
      dialect: "revoke-role",
      target,
      role: MINTER_ROLE,
      roleLabel: "MINTER_ROLE",
      account: chain.attacker,
      ...probes(chain.attacker, `mint(address,uint256) ${chain.attacker} 1`, `balanceOf(address) ${chain.attacker}`),
    };
    return { target, story: open({ revoke: plan }) };
  }

  it("takes a stolen key's role; it is not called a pause", async () => {
    const { story } = await token();
    const { prepared, verification } = await story.run("revoke");
    expect(prepared.act).toBe("revoke");
    expect(pauseCardTitle(proposalOf(prepared))).toBe("P-0001  REVOKE ROLE  Target");
    expect(prepared.call.arguments).toEqual([
      { name: "role", type: "bytes32", value: MINTER_ROLE, meaning: "MINTER_ROLE" },
      { name: "account", type: "address", value: chain.attacker, meaning: "loses it" },
    ]);
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain(`hasRole(MINTER_ROLE, ${chain.attacker}) is false`);
    expect(detailOf(verification, "effect")).toContain(
      `AccessControlUnauthorizedAccount(${chain.attacker}, ${MINTER_ROLE})`,
    );
    await expect(story.prepare("revoke")).rejects.toMatchObject({ code: "already_done" });
  });

  it("does not take another account's lack of the role for its effect", async () => {
    const { target } = await token();
    const story = open({
      revoke: {
        dialect: "revoke-role",
        target,
        role: MINTER_ROLE,
        account: chain.admin,
        ...probes(chain.attacker, `mint(address,uint256) ${chain.attacker} 1`, `balanceOf(address) ${chain.attacker}`),
      },
    });
    await expect(story.prepare("revoke")).rejects.toMatchObject({ code: "already_done" });
    await act(chain, "safe", target, "grantRole(bytes32,address)", MINTER_ROLE, chain.admin);
    const { verification } = await story.run("revoke");
    expect(verification.ok).toBe(false);
    expect(detailOf(verification, "effect")).toContain("mint() still works at block");
  });

  it("says who administers the role", async () => {
    const { story } = await token(chain.admin);
    await expect(story.prepare("revoke")).rejects.toThrow(/does not administer MINTER_ROLE/);
  });
});

describe("emergencyWithdraw", () => {
  const AMOUNT = 250_000_000_000n;
  async function treasury(more: object = {}, tokenName?: string) {
    const target = await deploy(chain, "Treasury", [["address", chain.safe]]);
    const token = tokenName === undefined ? chain.token : await deploy(chain, tokenName);
    await act(chain, "deployer", token, "mint(address,uint256)", target, 2n * AMOUNT);
    const plan: PlannedFields = {
      dialect: "emergency-withdraw",
      target,
      token,
      tokenLabel: "USDC",
      recipient: chain.admin,
      recipientLabel: "recovery Safe",
      amount: AMOUNT.toString(),
      ...more,
    };
    return { target, token, story: open({ rescue: plan }) };
  }

  it("moves what the plan says; the balances of the block prove it", async () => {
    const { target, token, story } = await treasury();
    const { prepared, verification } = await story.run("rescue");
    expect(prepared.act).toBe("withdraw");
    expect(prepared.call).toMatchObject({ selector: "0xe63ea408" });
    expectProven(verification);
    expect(verification.checks.map(({ name }) => name)).toEqual(["receipt", "executed", "state", "effect"]);
    expect(detailOf(verification, "state")).toMatch(
      /^recovery Safe had 0 \(0 USDC\) and has 250000000000 \(250000 USDC\) at block \d+ on 1 of 1 RPC providers; at least 250000000000 \(250000 USDC\) more was to arrive\.$/,
    );
    expect(detailOf(verification, "effect")).toContain(`${target} had 500000000000 (500000 USDC)`);
    expect(prepared.movement?.token).toBe(token);
  });

  it("shows token, recipient, amount and both balances before and after on the card", async () => {
    const { target, token, story } = await treasury();
    const pause = proposalOf(await story.prepare("rescue"));
    expect(pauseCardTitle(pause)).toBe("P-0001  WITHDRAW  Target");
    const rows = pauseCardRows(pause, { phrase: "apple" }).map(({ label, value, note }) => [label, value, note]);
    expect(rows).toContainEqual(["token", token, "address; USDC"]);
    expect(rows).toContainEqual(["recipient", chain.admin, "address; recovery Safe"]);
    expect(rows).toContainEqual(["amount", "250000000000", "uint256; 250000 USDC"]);
    expect(rows).toContainEqual([
      "To undo",
      "The recipient sends the tokens back. No contract call undoes it.",
      undefined,
    ]);
    expect(rows).toContainEqual(["Moves from", target, "500000 → 250000 USDC by simulation"]);
    expect(rows).toContainEqual(["Moves to", chain.admin, "0 → 250000 USDC by simulation"]);
  });

  it("is refused when a fee would eat more than the plan allows, and when it allows for it is proven all the same", async () => {
    const strict = await treasury({}, "FeeToken");
    await expect(strict.story.prepare("rescue")).rejects.toThrow("does the token take a fee?");
    const aware = await treasury({ minimumReceived: ((AMOUNT * 99n) / 100n).toString() }, "FeeToken");
    expectProven((await aware.story.run("rescue")).verification);
  });

  it("is refused when the balance has shrunk below the amount", async () => {
    const { story } = await treasury({ amount: (AMOUNT * 3n).toString() });
    await expect(story.prepare("rescue")).rejects.toThrow(/ERC20InsufficientBalance/);
  });

  it("is refused when the money lies elsewhere, so that nothing would leave the target", async () => {
    const { story } = await treasury({ target: await deploy(chain, "Distant", [["address", chain.safe]]) });
    await expect(story.prepare("rescue")).rejects.toThrow("0 would leave");
  });

  it("is refused where the token is none", async () => {
    const { story } = await treasury({ token: chain.attacker });
    await expect(story.prepare("rescue")).rejects.toMatchObject({ name: "UserError" });
  });

  it("pauses nothing, and says so", async () => {
    const { story } = await treasury();
    expect(await story.ask("rescue", (reader, dialect) => dialect.state(reader))).toEqual({
      done: false,
      says: "it moves money, and pauses nothing",
    });
  });
});
