import { encodeAbiParameters } from "viem";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Address, Hex } from "../../../src/core/ids.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy } from "../../../src/sandbox/chain/index.ts";
import { dialectStories } from "./setup.ts";
import { act, deploy, detailOf, expectProven, type PlannedFields, probes } from "./world.ts";

const stories = dialectStories();
let chain: SandboxChain;
beforeAll(() => {
  chain = stories.chain();
});
const proxies: RpcProxy[] = [];
afterEach(async () => {
  for (const proxy of proxies.splice(0)) await proxy.close();
});

async function providers(count: number): Promise<RpcProxy[]> {
  for (let index = 0; index < count; index += 1) proxies.push(await startRpcProxy({ target: chain.rpcUrl }));
  return proxies;
}
const urlsOf = (list: RpcProxy[]) => list.map(({ url }) => url);
const word = (value: bigint): Hex => encodeAbiParameters([{ type: "uint256" }], [value]);
/** Lies to every read of one function. */
const lieAbout = (proxy: RpcProxy | undefined, selector: string, result: Hex) =>
  proxy?.faults.add({
    method: "eth_call",
    kind: "lie",
    result,
    when: (params) => JSON.stringify(params).includes(selector),
  });

const STOPPED = "0x75f12b21";
const BALANCE_OF = "0x70a08231";

async function flagStory(urls: string[]) {
  const target = await deploy(chain, "FlagVault", [["address", chain.safe]]);
  const plan: PlannedFields = {
    dialect: "set-paused",
    target,
    getter: "stopped()",
    revertsWith: ["VaultStopped()"],
    ...probes(chain.depositor, "deposit(uint256) 1", "withdraw(uint256) 1"),
  };
  return stories.open({ flag: plan }, { urls });
}

describe("what a dialect reads", () => {
  it("is a quorum's word: one of three that lies is outvoted, and not counted", async () => {
    const three = await providers(3);
    lieAbout(three[0], STOPPED, word(0n));
    const story = await flagStory(urlsOf(three));
    const { verification } = await story.run("flag");
    expectProven(verification);
    expect(detailOf(verification, "state")).toMatch(/stopped\(\) is true at block \d+ on 2 of 3 RPC providers\.$/);
  });

  it("is nobody's where two providers disagree: then nothing is called paused", async () => {
    const two = await providers(2);
    const story = await flagStory(urlsOf(two));
    lieAbout(two[1], STOPPED, word(1n));
    await expect(story.prepare("flag")).rejects.toMatchObject({ code: "providers_disagree" });
  });

  it("is refused where it is no answer of that function", async () => {
    const [one] = await providers(1);
    const story = await flagStory(urlsOf(proxies));
    lieAbout(one, STOPPED, word(7n));
    await expect(story.prepare("flag")).rejects.toMatchObject({ code: "not_pausable" });
  });
});

describe("a withdrawal's balances", () => {
  async function rescue(urls: string[]) {
    const target: Address = await deploy(chain, "Treasury", [["address", chain.safe]]);
    const plan: PlannedFields = {
      dialect: "emergency-withdraw",
      target,
      token: chain.token,
      recipient: chain.admin,
      amount: "1000000",
    };
    await act(chain, "deployer", chain.token, "mint(address,uint256)", target, 5_000_000n);
    return stories.open({ rescue: plan }, { urls });
  }

  it("are a quorum's word too", async () => {
    const three = await providers(3);
    lieAbout(three[2], BALANCE_OF, word(0n));
    const { verification } = await (await rescue(urlsOf(three))).run("rescue");
    expectProven(verification);
    expect(detailOf(verification, "state")).toContain("on 2 of 3 RPC providers");
  });

  it("are not proposed without a simulation of them: a provider that can't is one too few", async () => {
    const two = await providers(2);
    two[0]?.faults.add({ method: "eth_simulateV1", kind: "500" });
    await expect((await rescue(urlsOf(two))).prepare("rescue")).rejects.toThrow("the simulated balances");
  });
});
