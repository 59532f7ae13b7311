import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { GENESIS_HASH, hashEvent } from "../../src/core/timeline.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy, startTestChain } from "../../src/sandbox/chain/index.ts";
import { memoryChat } from "../memory-chat.ts";
import { wordsOf } from "../story.ts";
import { openLife, setRole, until } from "./world.ts";

let chain: SandboxChain;
let proxies: RpcProxy[];
let snapshot: Hex;
let folder: string;
const lives: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  chain = await startTestChain();
  proxies = await Promise.all([0, 1, 2].map(() => startRpcProxy({ target: chain.rpcUrl })));
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await chain.close();
});
beforeEach(async () => {
  snapshot = await chain.snapshot();
  folder = mkdtempSync(join(tmpdir(), "allstop-readiness-"));
});
afterEach(async () => {
  for (const life of lives.splice(0)) await life.close();
  for (const proxy of proxies) proxy.reset();
  await chain.revert(snapshot);
  rmSync(folder, { recursive: true, force: true });
});

function open(options: Partial<Parameters<typeof openLife>[1]> = {}) {
  const life = openLife(chain, { rpcUrls: proxies.map(({ url }) => url), ...options });
  lives.push(life);
  return life;
}

/** All is green, and the board stands. */
async function allGreen(options: Parameters<typeof open>[0] = {}) {
  const life = open(options);
  await life.chats.open();
  await life.link(0, 1, 2);
  life.watch();
  await until("the green board", async () => (await life.colour()) === "green");
  await until("the board to be posted", () => life.alerts().some(({ view }) => view.title.startsWith("READY:")));
  return life;
}

const board = (life: ReturnType<typeof open>) => life.alerts().find(({ view }) => view.body.some(isFooter));
const isFooter = (block: object) => JSON.stringify(block).includes("this card changes");

describe("the board", () => {
  it("turns red when the right is taken away, says so once, and is green again: one message, edited", async () => {
    const life = await allGreen();
    await setRole(chain, "revokeRole");
    await until("the red board", () => board(life)?.view.title.startsWith("NOT READY") === true);
    expect(JSON.stringify(board(life)?.view)).toContain("AccessControlUnauthorizedAccount");
    expect(JSON.stringify(board(life)?.view)).toContain("Ask whoever administers Vault-USDC");
    await setRole(chain, "grantRole");
    await until("the green board", () => board(life)?.view.title.startsWith("READY:") === true);
    await until("both turns to be told", () => life.alerts().length === 3);

    const [, red, green] = life.alerts().map(({ view }) => view.title);
    expect(red).toBe("NOT READY: Pause Vault-USDC");
    expect(green).toBe("Ready again: Pause Vault-USDC");
    // Three changes and three posts, however often it was looked at in between.
    const turned = (await life.events()).flatMap((event) => (event.kind === "readiness.checked" ? event.turned : []));
    expect(turned.map(({ from, to }) => `${from} → ${to}`)).toEqual(
      expect.arrayContaining(["green → red", "red → green"]),
    );
    expect((await life.kinds()).filter((kind) => kind === "readiness.card_posted")).toHaveLength(1);
    expect(life.troubles).toEqual([]);
  });

  it("records nothing while nothing changes, and the day's look once", async () => {
    const life = await allGreen();
    const before = await life.kinds();
    await chain.mine(2);
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await life.kinds()).toEqual(before);
    const daily = (await life.events()).filter(
      (event) => event.kind === "readiness.checked" && event.cause === "daily",
    );
    expect(daily).toHaveLength(1);
  });

  it("does not send people running for a provider that stumbles once", async () => {
    const life = await allGreen();
    const before = (await life.kinds()).length;
    for (const proxy of proxies) proxy.faults.add({ method: "eth_getCode", kind: "500", times: 1 });
    await setRole(chain, "revokeRole");
    await setRole(chain, "grantRole");
    await until("a look after the fault", async () => proxies.every(({ requests }) => requests.length > 0));
    await until("the board to be green", async () => (await life.colour()) === "green");
    const told = life.alerts().filter(({ view }) => JSON.stringify(view).includes("unread"));
    expect(told).toEqual([]);
    expect((await life.kinds()).length - before).toBeLessThanOrEqual(2);
  });

  it("is posted again when somebody deletes it, and only then", async () => {
    const life = await allGreen();
    const [message] = [...life.slack.messages.keys()];
    life.slack.messages.delete(message ?? "");
    await setRole(chain, "revokeRole");
    await until("a new board", () => board(life)?.view.title.startsWith("NOT READY") === true);
    expect((await life.kinds()).filter((kind) => kind === "readiness.card_posted")).toHaveLength(2);
  });

  it("tells those on call directly where the alerts channel is not there", async () => {
    const slack = memoryChat("slack");
    const life = await allGreen({ slack });
    life.app.plan().channels.alerts.slack = undefined;
    await setRole(chain, "revokeRole");
    await until("a direct message", () => slack.words("D-U0NOOR").join().includes("NOT READY: Pause Vault-USDC"));
    expect(life.alerts()).toHaveLength(1);
  });
});

describe("a restart", () => {
  it("neither loses nor repeats: the day's look, the board, or what was told", async () => {
    const slack = memoryChat("slack");
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    const first = await allGreen({ slack, databaseUrl });
    await setRole(chain, "revokeRole");
    await until("the turn to be told", () =>
      slack.words("C0ALERTS").some((words) => words.includes("NOT READY: Pause")),
    );
    await until("it to be off the list", async () => (await first.state())?.lines[0]?.colour === "red");
    await lives.splice(0)[0]?.close();

    const second = open({ slack, databaseUrl });
    await second.chats.open();
    second.watch();
    const looked = proxies[0]?.requests.length ?? 0;
    await until("a look in the new life", () => (proxies[0]?.requests.length ?? 0) > looked + 20);
    await setRole(chain, "grantRole");
    await until("the green board", () => board(second)?.view.title.startsWith("READY:") === true);
    await until("the turn to be told", () => second.alerts().length === 3);
    const causes = (await second.events()).flatMap((event) => (event.kind === "readiness.checked" ? event.cause : []));
    expect(causes.filter((cause) => cause === "daily")).toHaveLength(1);
    expect((await second.kinds()).filter((kind) => kind === "readiness.card_posted")).toHaveLength(1);
  });

  it("finds what changed while nobody was looking", async () => {
    const slack = memoryChat("slack");
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    await allGreen({ slack, databaseUrl });
    await lives.splice(0)[0]?.close();
    await setRole(chain, "revokeRole");
    const second = open({ slack, databaseUrl });
    await second.chats.open();
    second.watch();
    await until("the turn to be told", () =>
      second.alerts().some(({ view }) => view.title.startsWith("NOT READY: Pause")),
    );
    expect(second.troubles).toEqual([]);
  });

  it("takes no closing of sockets for an outage", async () => {
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    for (const proxy of proxies) proxy.setDelay(15);
    await allGreen({ databaseUrl });
    await setRole(chain, "revokeRole");
    await setRole(chain, "grantRole");
    await lives.splice(0)[0]?.close();
    const second = open({ databaseUrl });
    const colours = (await second.events()).flatMap((event) =>
      event.kind === "readiness.checked" ? event.lines.flatMap(({ reasons }) => reasons.map(({ code }) => code)) : [],
    );
    expect(colours.filter((code) => code.startsWith("rpc") || code === "unread")).toEqual([]);
  });
});

/** A chat that takes what is posted, and whose answer never arrives: the process died in between. */
function dyingAfter(slack: ReturnType<typeof memoryChat>, dies: (title: string) => boolean) {
  let died: () => void;
  const dead = new Promise<void>((resolve) => {
    died = resolve;
  });
  const make: typeof slack.make = (onFatal) => {
    const chat = slack.make(onFatal);
    const post: typeof chat.post = async (at, view, options) => {
      const message = await chat.post(at, view, options);
      if (!dies(view.title)) return message;
      died();
      return new Promise(() => undefined);
    };
    return { ...chat, post };
  };
  return { chat: { ...slack, make }, dead };
}

describe("killed", () => {
  it("between posting the board and writing down where it is: the next life finds it, and posts no other", async () => {
    const slack = memoryChat("slack");
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    const { chat, dead } = dyingAfter(slack, (title) => title.startsWith("READY"));
    const first = openLife(chain, { rpcUrls: proxies.map(({ url }) => url), slack: chat, databaseUrl });
    await first.chats.open();
    await first.link(0, 1, 2);
    first.watch();
    await dead;
    await first.kill();
    expect(await first.kinds()).toEqual(["readiness.checked"]);

    const second = open({ slack, databaseUrl });
    await second.chats.open();
    await until("the board to be known", async () => (await second.kinds()).includes("readiness.card_posted"));
    expect(second.alerts()).toHaveLength(1);
  });

  it("between telling of a turn and writing that it was told: it is told once", async () => {
    const slack = memoryChat("slack");
    const databaseUrl = `file:${join(folder, "allstop.db")}`;
    await allGreen({ slack, databaseUrl });
    await lives.splice(0)[0]?.close();
    await setRole(chain, "revokeRole");
    const told = () => slack.words("C0ALERTS").filter((words) => words.includes("Check again"));
    const { chat, dead } = dyingAfter(slack, (title) => title.startsWith("NOT READY"));
    const first = openLife(chain, { rpcUrls: proxies.map(({ url }) => url), slack: chat, databaseUrl });
    await first.chats.open();
    first.watch();
    await dead;
    await first.kill();
    expect(told()).toHaveLength(1);

    const second = open({ slack, databaseUrl });
    await second.chats.open();
    second.watch();
    await until("nothing to be owed", async () => second.owed.due("chat/slack", Date.now() + 60_000).length === 0);
    expect(told()).toHaveLength(1);
    expect((await second.events()).filter((event) => event.kind === "readiness.checked")).toHaveLength(2);
  });
});

describe("/readiness check", () => {
  it("shows every rung of the one pause, to anybody in the plan and to nobody else", async () => {
    const life = open();
    await life.link(0, 1, 2);
    const { answer } = await life.type("U0NOOR", "readiness check");
    expect(answer?.view?.title).toBe("READY: Pause Vault-USDC");
    for (const rung of ["RPC providers", "Right to pause", "Executor", "People", "Queue", "Gas"]) {
      expect(wordsOf(answer)).toContain(`✅ ${rung}`);
    }
    expect((await life.type("U0STRANGER", "readiness check")).answer?.failed).toBe(true);
    const named = await life.type("U0NOOR", "readiness check pause-vault");
    expect(named.answer?.view?.title).toBe("READY: Pause Vault-USDC");
    const unknown = await life.type("U0NOOR", "readiness check pause-everything");
    expect(wordsOf(unknown.answer)).toContain('There is no intervention \\"pause-everything\\"');
  });

  it("counts the owners who can be asked, and says which are missing", async () => {
    const life = open();
    await life.link(0, 1);
    const { answer } = await life.type("U0NOOR", "readiness check");
    expect(answer?.view?.title).toBe("NOT READY: Pause Vault-USDC");
    expect(wordsOf(answer)).toContain("2 of 5 owners have linked");
    for (const owner of chain.owners.slice(2)) expect(wordsOf(answer)).toContain(owner);
  });

  it("is recorded once when it has news, and not when it has none", async () => {
    const life = open();
    await life.link(0, 1, 2);
    await life.type("U0NOOR", "readiness check", { id: "one-press" });
    await life.type("U0NOOR", "readiness check", { id: "one-press" });
    await life.type("U0NOOR", "readiness check");
    expect(await life.kinds()).toEqual(["readiness.checked"]);
    const [stored] = await life.journal.events("readiness");
    expect(stored).toMatchObject({ by: "slack:U0NOOR", event: { cause: "asked" } });
    expect(stored && hashEvent(GENESIS_HASH, stored)).toBe(stored?.hash);
  });
});
