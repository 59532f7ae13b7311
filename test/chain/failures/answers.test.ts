import { describe, expect, it } from "vitest";
import { hostOf, SEND, swallow, timesSent, urlsOf, weather } from "./weather.ts";

const world = weather();

/** What was signed, and what every route said of it first. */
async function sendings(story: Awaited<ReturnType<typeof world.requested>>) {
  const events = (await story.journal.events("incident/INC-0001")).map(({ event }) => event);
  return {
    signed: events.filter(({ kind }) => kind === "pause.signed").length,
    routes: events.flatMap((event) =>
      event.kind === "pause.broadcast" || event.kind === "pause.refused" ? [event.routes] : [],
    ),
  };
}

describe("A provider took the transaction, and says otherwise: it is found, and not signed anew", () => {
  it.each([
    ["nonce too low", -32000],
    ["replacement transaction underpriced", -32000],
    ["already known", -32000],
    ["transaction already imported", -32003],
    ["insufficient funds for gas * price + value", -32000],
    ["internal error", -32603],
  ])("“%s”", async (message, code) => {
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
    const before = await world.rpcNonce(world.chain.executor.address);
    rpc?.faults.add({ method: SEND, kind: "error_after_send", error: { code, message }, times: 1 });
    await world.untilVerified(story);
    await world.expectOneExecution(story);
    expect((await sendings(story)).signed).toBe(1);
    expect(await world.rpcNonce(world.chain.executor.address)).toBe(before + 1);
    expect(await world.told(story)).not.toContain("pause.blocked");
  });
});

describe("A provider did not take it, and says so", () => {
  it.each(["nonce too low", "replacement transaction underpriced", "max fee per gas less than block base fee: 7"])(
    "“%s”: nothing of ours is on the chain, so another attempt with the same nonce goes out",
    async (message) => {
      const [rpc] = await world.providers(1);
      const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
      rpc?.faults.add({ method: SEND, kind: "error", error: { code: -32000, message }, times: 1 });
      await world.untilVerified(story);
      const { attempts } = await world.expectOneExecution(story);
      expect(attempts).toHaveLength(2);
      expect(new Set(attempts.map(({ nonce }) => nonce)).size).toBe(1);
      expect((await sendings(story)).routes[0]).toMatchObject([{ outcome: "refused", detail: message }]);
    },
  );

  it("“already known”, and it is a lie: when a block goes by without it, more is paid", async () => {
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
    rpc?.faults.add({ method: SEND, kind: "error", error: { code: -32000, message: "already known" }, times: 1 });
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts.length).toBeGreaterThan(1);
    expect((await sendings(story)).routes[0]).toMatchObject([{ outcome: "known" }]);
  });

  it("every price for ever: it is not outrun, and people are told at the cap", async () => {
    const [rpc] = await world.providers(1);
    const submission = { maxFeePerGasMax: 12_000_000_000n };
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []), submission });
    rpc?.faults.add({ method: SEND, kind: "error", error: { code: -32000, message: "transaction underpriced" } });
    const driven = world.mining(story.drive());
    await expect.poll(async () => (await story.pause()).blocked?.code, { timeout: 10_000 }).toBe("fee_cap");
    // Whoever lies about the price is found out by the price that it asks for in the end.
    rpc?.reset();
    await driven;
    await world.expectOneExecution(story);
  });
});

describe("Nobody says anything", () => {
  it("the answer comes too late: the others' is enough, and the route is said to be unknown", async () => {
    const [slow, quick] = await world.providers(2);
    const story = await world.requested({ rpcUrls: urlsOf(slow && quick ? [slow, quick] : []) });
    slow?.faults.add({ method: SEND, kind: "delay", delayMs: 3_000 });
    await world.untilVerified(story);
    await world.expectOneExecution(story);
    const [first] = (await sendings(story)).routes;
    expect(first?.map(({ provider, outcome }) => [provider, outcome])).toEqual([
      [hostOf(slow), "unknown"],
      [hostOf(quick), "accepted"],
    ]);
  });

  it("the connection breaks before it was sent: the same bytes go out again at the next head", async () => {
    const [rpc] = await world.providers(1);
    const story = await world.requested({ rpcUrls: urlsOf(rpc ? [rpc] : []) });
    rpc?.faults.add({ method: SEND, kind: "drop", times: 2 });
    await world.untilVerified(story, 150);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts).toHaveLength(1);
    expect(timesSent(rpc, attempts[0]?.raw ?? "0x")).toBe(3);
    expect((await sendings(story)).routes.map(([route]) => route?.outcome)).toEqual(["unknown", "accepted"]);
  });

  it("a storm of 429 on every provider: asked again within a second, with the same bytes", async () => {
    const proxies = await world.providers(3);
    const story = await world.requested({ rpcUrls: urlsOf(proxies) });
    for (const rpc of proxies) rpc.faults.add({ method: SEND, kind: "429", times: 2 });
    await world.untilVerified(story);
    const { attempts } = await world.expectOneExecution(story);
    expect(attempts).toHaveLength(1);
    expect(proxies.map((rpc) => timesSent(rpc, attempts[0]?.raw ?? "0x"))).toEqual([3, 3, 3]);
    expect((await sendings(story)).routes[0]?.map(({ outcome }) => outcome)).toContain("accepted");
  });

  it("everything is limited for a while: nothing is guessed, and it goes on when they answer", async () => {
    const proxies = await world.providers(2);
    const story = await world.requested({ rpcUrls: urlsOf(proxies) });
    const methods = [SEND, "eth_getTransactionReceipt", "eth_getBlockByNumber", "eth_chainId", "eth_call"];
    for (const rpc of proxies) for (const method of methods) rpc.faults.add({ method, kind: "429" });
    await expect(story.drive({ failures: 2 })).rejects.toThrow(/rate limiting/);
    expect((await story.pause()).blocked).toMatchObject({ code: "unreachable" });
    for (const rpc of proxies) rpc.reset();
    await world.untilVerified(story);
    expect((await world.expectOneExecution(story)).attempts).toHaveLength(1);
  });
});

describe("One of three providers", () => {
  it("is dead: the others carry it, and what was proven says how many agreed", async () => {
    const [a, b] = await world.providers(2);
    const story = await world.requested({ rpcUrls: ["http://127.0.0.1:1", ...urlsOf(a && b ? [a, b] : [])] });
    await world.untilVerified(story);
    const { verified } = await world.expectOneExecution(story);
    expect(verified?.checks.find(({ name }) => name === "state")?.detail).toContain("2 of 3");
    expect((await sendings(story)).routes[0]?.[0]).toMatchObject({ provider: "127.0.0.1:1", outcome: "unknown" });
  });

  it("lies about everything it is asked: it says “taken”, “no receipt” and an old nonce, and is outvoted", async () => {
    const [liar, b, c] = await world.providers(3);
    const story = await world.requested({ rpcUrls: urlsOf(liar && b && c ? [liar, b, c] : []) });
    swallow(liar);
    liar?.faults.add({ method: "eth_getTransactionReceipt", kind: "lie", result: null });
    liar?.faults.add({ method: "eth_getTransactionCount", kind: "lie", result: "0x0" });
    await world.untilVerified(story);
    await world.expectOneExecution(story);
  });

  it("hands everything on twice: the second time is known, and it runs once", async () => {
    const [twice, b] = await world.providers(2);
    const story = await world.requested({ rpcUrls: urlsOf(twice && b ? [twice, b] : []) });
    twice?.faults.add({ method: SEND, kind: "twice" });
    await world.untilVerified(story);
    await world.expectOneExecution(story);
  });

  it("answers everything late: it is waited for no longer than the others need", async () => {
    const [late, b, c] = await world.providers(3);
    const story = await world.requested({ rpcUrls: urlsOf(late && b && c ? [late, b, c] : []) });
    late?.setDelay(600);
    await world.untilVerified(story, 200);
    await world.expectOneExecution(story);
  });
});
