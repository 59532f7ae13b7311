import { encodeAbiParameters, type Hex } from "viem";
import { describe, expect, it } from "vitest";
import type { StepCheck } from "../../src/core/chain-port.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import { type RpcProxy, type SandboxChain, sandboxPeople, startRpcProxy } from "../../src/sandbox/chain/index.ts";
import { openPort, pauseDirectly, removeOwner } from "./fixtures.ts";
import { useChain } from "./use-chain.ts";
import { chainPlan } from "./world.ts";

let chain: SandboxChain;
const closers = useChain((started) => {
  chain = started;
});

const MISSING = "0x000000000000000000000000000000000000dEaD";
const word = (value: bigint) => encodeAbiParameters([{ type: "uint256" }], [value]);

/** The plan of the test chain, with an owner for each signer, and these checks and Safes besides. */
function planWith({
  checks = {},
  safes = {},
  owners = true,
  people = {},
}: Record<string, object | boolean> = {}): LoadedPlan {
  const { hash, ...plan } = chainPlan(chain);
  return {
    hash,
    ...ResponsePlan.parse({
      ...plan,
      people: {
        ...Object.fromEntries(
          sandboxPeople.map(({ key, name, address }) => [key, { name, ...(owners && { owner: address }) }]),
        ),
        ...(people as object),
      },
      safes: { ...plan.safes, ...(safes as object) },
      checks,
    }),
  };
}

function look(check: StepCheck, plan = planWith(), urls?: string[]) {
  const port = openPort(chain, { plan, ...(urls && { urls }) });
  closers.push(port.close);
  return port.lookUpCheck(check);
}

async function proxies(count: number): Promise<RpcProxy[]> {
  const opened = await Promise.all(Array.from({ length: count }, () => startRpcProxy({ target: chain.rpcUrl })));
  for (const proxy of opened) closers.push(proxy.close);
  return opened;
}

function lie(proxy: RpcProxy | undefined, method: string, result: unknown, part = ""): void {
  proxy?.faults.add({ method, kind: "lie", result, when: (params) => JSON.stringify(params).includes(part) });
}

describe("whether it is paused", () => {
  it("is what the contract says, whoever paused it", async () => {
    expect(await look({ paused: "pause-vault" })).toMatchObject({
      holds: false,
      means: "Pause Vault-USDC: paused() is false.",
    });
    expect(await look({ notPaused: "pause-vault" })).toMatchObject({ holds: true });
    await pauseDirectly(chain);
    const seen = await look({ paused: "pause-vault" });
    expect(seen).toMatchObject({ holds: true, means: "Pause Vault-USDC: paused() is true." });
    expect(seen.detail).toMatch(/Block \d+ of Sandbox\.$/);
    expect(await look({ notPaused: "pause-vault" })).toMatchObject({ holds: false });
  });

  it("of the plan's own check is as the plan says", async () => {
    const checks = {
      open: { kind: "paused", title: "Open", intervention: "pause-vault", is: false },
      shut: { kind: "paused", title: "Shut", intervention: "pause-vault" },
    };
    expect((await look({ named: "open" }, planWith({ checks }))).holds).toBe(true);
    expect((await look({ named: "shut" }, planWith({ checks }))).holds).toBe(false);
  });

  it("is not believed of one provider of two, whichever way it lies", async () => {
    const [liar, honest] = await proxies(2);
    lie(liar, "eth_call", word(1n), "0x5c975abb");
    const urls = [liar!.url, honest!.url];
    for (const check of [{ paused: "pause-vault" }, { notPaused: "pause-vault" }]) {
      expect(await look(check, planWith(), urls)).toMatchObject({
        holds: false,
        means: "It can't be read: The RPC providers disagree.",
      });
    }
  });

  it("does not hold where nobody answers, or only one of two", async () => {
    const [one] = await proxies(1);
    for (const urls of [["http://127.0.0.1:1"], ["http://127.0.0.1:1", one!.url]]) {
      expect(await look({ notPaused: "pause-vault" }, planWith(), urls)).toMatchObject({
        holds: false,
        means: "It can't be read: Too few RPC providers answered.",
      });
    }
  });

  it("does not hold of what the plan does not know", async () => {
    expect(await look({ notPaused: "nothing" })).toMatchObject({ holds: false });
    expect((await look({ named: "nothing" })).means).toContain('There is no check "nothing"');
    expect((await look({ owners: "nothing" })).means).toContain('There is no Safe "nothing"');
  });
});

describe("whether a Safe's owners are known", () => {
  it("holds where all of them are people's", async () => {
    expect(await look({ owners: "ops-pause" })).toMatchObject({
      holds: true,
      means: "ops-pause: all 5 owners are people of the response plan, 3 must sign.",
    });
    expect((await look({ owners: "any" })).holds).toBe(true);
  });

  it("names whoever is nobody's", async () => {
    const seen = await look({ owners: "any" }, planWith({ owners: false }));
    expect(seen.holds).toBe(false);
    for (const owner of chain.owners) expect(seen.means).toContain(owner);
  });

  it("holds for a Safe that owns another one as long as its own owners are known", async () => {
    const parent = await chain.createSafe({ owners: [chain.safe, chain.owners[0]!], threshold: 2, saltNonce: 77n });
    const safes = { parent: { chain: 31337, address: parent } };
    expect((await look({ owners: "parent" }, planWith({ safes }))).holds).toBe(true);
    const people = { emil: { name: "Emil" } };
    const seen = await look({ owners: "parent" }, planWith({ safes, people }));
    expect(seen).toMatchObject({ holds: false });
    expect(seen.means).toMatch(/^ops-pause: 0x/);
  });

  it("of the plan's own check are exactly those, and so many of them", async () => {
    const are = [...chain.owners];
    const check = (more: object) => ({ set: { kind: "owners", title: "Set", safe: "ops-pause", are, ...more } });
    const seen = (more: object) => look({ named: "set" }, planWith({ checks: check(more) }));
    expect((await seen({ threshold: 3 })).holds).toBe(true);
    expect((await seen({ threshold: 2 })).means).toBe("ops-pause: 3 must sign, and not 2.");
    expect((await seen({ are: [...are, MISSING] })).means).toContain(`lacks: ${MISSING}`);
    await removeOwner(chain, are[1]!);
    expect((await seen({})).means).toContain(`lacks: ${are[1]}`);
    expect((await seen({ are: are.slice(2) })).means).toContain(`should not have: ${are[0]}`);
  });
});

describe("a balance", () => {
  const balance = (more: object) => ({ b: { kind: "balance", title: "Reserve", chain: 31337, ...more } });
  const seen = (more: object, urls?: string[]) => look({ named: "b" }, planWith({ checks: balance(more) }), urls);

  it("of the chain's own coin is within its bounds", async () => {
    const of = chain.executor.address;
    expect((await seen({ of, atLeast: "1" })).holds).toBe(true);
    const poor = await seen({ of, atLeast: `1${"0".repeat(30)}` });
    expect(poor.holds).toBe(false);
    expect(poor.means).toBe(`Reserve: the balance is below 1${"0".repeat(30)}.`);
    expect(poor.detail).toMatch(/It is \d+, at block \d+ of Sandbox\.$/);
    expect((await seen({ of: MISSING, atMost: "0" })).holds).toBe(true);
    expect((await seen({ of, atMost: "0" })).means).toContain("is above 0");
  });

  it("of a token is the token's to say, and no contract has none", async () => {
    const of = chain.depositor;
    expect((await seen({ of, token: chain.token, atLeast: "1" })).holds).toBe(true);
    expect((await seen({ of: MISSING, token: chain.token, atMost: "0" })).holds).toBe(true);
    const none = await seen({ of, token: MISSING, atMost: "0" });
    expect(none.holds).toBe(false);
    expect(none.means).toContain("does not answer balanceOf(address)");
  });

  it("without bounds, or of which two providers say different things, does not hold", async () => {
    expect((await seen({ of: chain.depositor })).means).toContain("neither atLeast nor atMost");
    const [liar, honest] = await proxies(2);
    lie(liar, "eth_getBalance", "0x0");
    const urls = [liar!.url, honest!.url];
    expect(await seen({ of: chain.executor.address, atMost: "0" }, urls)).toMatchObject({ holds: false });
  });
});

describe("an event", () => {
  const event = (more: object = {}) => ({
    e: { kind: "event", title: "Paused", chain: 31337, contract: chain.vault, event: "Paused(address)", ...more },
  });
  const seen = (more: object = {}, urls?: string[]) => look({ named: "e" }, planWith({ checks: event(more) }), urls);

  it("is seen once it was logged, and not before", async () => {
    expect(await seen()).toMatchObject({ holds: false, means: "Paused: not seen in the last 1h." });
    expect((await seen({ seen: false })).holds).toBe(true);
    await pauseDirectly(chain);
    const now = await seen();
    expect(now).toMatchObject({ holds: true, means: "Paused: seen in the last 1h." });
    expect(now.detail).toMatch(/1 in all, the last in 0x[0-9a-f]{64}\. Block/);
    expect((await seen({ seen: false })).holds).toBe(false);
    expect((await seen({ contract: chain.token })).holds).toBe(false);
  });

  it("is too long ago once its time has passed", async () => {
    await pauseDirectly(chain);
    await chain.client.increaseTime({ seconds: 7_200 });
    await chain.mine(3);
    expect((await seen()).holds).toBe(false);
    expect((await seen({ within: "3h" })).holds).toBe(true);
  });

  it("is looked for among many blocks, in ranges that a provider takes", async () => {
    await pauseDirectly(chain);
    await chain.mine(400);
    const [picky] = await proxies(1);
    picky?.faults.add({
      method: "eth_getLogs",
      kind: "error",
      error: { code: -32005, message: "query returned more than 100 blocks" },
      when: (params) => {
        const [{ fromBlock, toBlock }] = params as [{ fromBlock: Hex; toBlock: Hex }];
        return BigInt(toBlock) - BigInt(fromBlock) >= 100n;
      },
    });
    expect(await seen({ within: "30d" }, [picky!.url])).toMatchObject({ holds: true });
  });

  it("that a provider leaves out is not gone", async () => {
    await pauseDirectly(chain);
    const [liar, honest] = await proxies(2);
    lie(liar, "eth_getLogs", []);
    const urls = [liar!.url, honest!.url];
    expect((await seen({}, urls)).holds).toBe(false);
    expect(await seen({ seen: false }, urls)).toMatchObject({
      holds: false,
      means: "It can't be read: The RPC providers disagree.",
    });
  });

  it("that is none is told so", async () => {
    const odd = await seen({ event: "Paused(nonsense)", seen: false });
    expect(odd.holds).toBe(false);
    expect(odd.means).toContain("is not an event with its types");
    const nowhere = await seen({ contract: MISSING, seen: false });
    expect(nowhere).toMatchObject({ holds: false });
    expect(nowhere.means).toContain("There is no contract at");
  });
});
