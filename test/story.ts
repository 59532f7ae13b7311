import { privateKeyToAccount } from "viem/accounts";
import { commands } from "../commands/index.ts";
import { createDoor } from "../src/chat/door.ts";
import type { Answer, Opened, Platform } from "../src/chat/platform.ts";
import type { ChainPort, PreparedPause } from "../src/core/chain-port.ts";
import type { Address, Hex } from "../src/core/ids.ts";
import type { LoadedPlan } from "../src/core/plan.ts";
import { ResponsePlan } from "../src/core/plan.ts";
import { PlaybookFile } from "../src/core/playbook-file.ts";
import type { App } from "../src/core/ports.ts";
import { buildSafeTx, hashSafeTx, safeTypedData } from "../src/core/safe-tx.ts";
import { steadyClock } from "../src/outbox/steady-clock.ts";
import { openDatabase } from "../src/storage/database.ts";
import { openJournal } from "../src/storage/journal.ts";
import { lastOwedAt, openOwed } from "../src/storage/owed.ts";

/** Five owners with keys of their own, for stories without a chain. */
export const owners = [1, 2, 3, 4, 5].map((n) => privateKeyToAccount(`0x${String(n).padStart(64, "0")}` as Hex));
export const safe = "0x1111111111111111111111111111111111111111" as Address;
export const vault = "0x2222222222222222222222222222222222222222" as Address;

export function storyPlan(
  change: Partial<{ execute: "by-press" | "when-ready"; acknowledgements: number }> = {},
): LoadedPlan {
  const probe = { label: "deposit()", from: vault, call: "deposit(uint256,address)", arguments: ["1", vault] };
  return {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      version: 1,
      organisation: "Example",
      reviewed: "2026-11-01",
      channels: { alerts: { slack: "C0ALERTS" } },
      people: {
        noor: { name: "Noor", slack: "U0NOOR" },
        sofia: { name: "Sofia", slack: "U0SOFIA", roles: ["incident commander"] },
      },
      onCall: ["noor"],
      chains: { 31337: { name: "Sandbox" } },
      safes: { "ops-pause": { chain: 31337, address: safe } },
      interventions: {
        "pause-vault": {
          title: "Pause Vault-USDC",
          safe: "ops-pause",
          target: vault,
          targetLabel: "Vault-USDC",
          dialect: "openzeppelin-pausable",
          effectProbe: probe,
          exitProbe: { ...probe, label: "withdraw()" },
          stillWorks: ["withdraw()"],
          acknowledgements: 1,
          ...change,
        },
      },
      playbooks: { critical: "active-exploit" },
    }),
  };
}

export const storyPlaybook = {
  key: "active-exploit",
  hash: "ab".repeat(32),
  ...PlaybookFile.parse({
    title: "Active exploit",
    summary: "Money is leaving.",
    reviewed: "2026-11-01",
    steps: [
      { id: "confirm-it", do: "Confirm that it is real", why: "A false pause costs too." },
      {
        id: "pause",
        do: "Pause the vault",
        why: "Every block costs.",
        offer: { label: "Propose the pause", command: "pause propose" },
        check: { paused: "any" },
      },
      { id: "watch", do: "Watch the other contracts", why: "They come back." },
    ],
  }),
};

const prepared = (): PreparedPause => {
  const safeTx = buildSafeTx({ to: vault, data: "0x8456cb59", nonce: 7n });
  return {
    intervention: "pause-vault",
    title: "Pause Vault-USDC",
    chain: { id: 31337, name: "Sandbox" },
    safe: {
      address: safe,
      label: "ops-pause",
      version: "1.4.1",
      owners: owners.map(({ address }) => address),
      threshold: 3,
    },
    target: { address: vault, label: "Vault-USDC" },
    call: { signature: "pause()", selector: "0x8456cb59" },
    safeTx,
    ...hashSafeTx(31337, safe, safeTx),
    simulation: { ok: true, detail: "after: paused() = true", providers: 1, of: 1 },
    observed: { blockNumber: "100", blockHash: `0x${"ab".repeat(32)}`, nonce: "7" },
  };
};

/** A story's world: the real journal in memory, the real door and commands, and a chain that only answers. */
export function openStory(
  options: {
    plan?: LoadedPlan;
    databaseUrl?: string;
    chain?: ChainPort;
    realTime?: boolean;
    chats?: string[] | (() => string[]);
    platforms?: Map<string, Platform>;
  } = {},
) {
  const store = openDatabase(options.databaseUrl ?? ":memory:");
  let now = Date.parse("2026-11-21T03:00:00.000Z");
  let watched = 0;
  const clock = { now: () => (options.realTime ? new Date() : new Date(now)) };
  // Nothing passes in a story but what it lets pass.
  const steady = steadyClock(clock, {
    from: lastOwedAt(store),
    watch: () => (options.realTime ? performance.now() : watched),
  });
  const journal = openJournal(store, clock, { chats: () => chatsOf(options.chats), steady });
  const plan = options.plan ?? storyPlan();
  const unexpected = () => {
    throw new Error("This story has no chain.");
  };
  const chain: ChainPort = {
    readSafe: async () => ({
      chainId: 31337,
      address: safe,
      version: "1.4.1",
      owners: owners.map(({ address }) => address),
      threshold: 3,
      nonce: 7n,
      block: { number: 100n, hash: `0x${"ab".repeat(32)}`, time: clock.now() },
    }),
    lastSafe: () => undefined,
    prepare: async () => prepared(),
    planned: () => ({ kind: "pause", chainId: 31337, safe, to: vault, data: "0x8456cb59" }),
    agreeOnHashes: async () => undefined,
    isPaused: async () => ({ paused: false, detail: "paused() = false" }),
    lookUpCheck: async () => ({ holds: false, means: "paused() is false.", detail: "paused() is false at block 100." }),
    contractOwners: async () => [],
    checkContractSignature: unexpected,
    arm: async () => undefined,
    disarm: () => undefined,
    routes: () => ({ executors: [], privateRelay: undefined }),
    sign: unexpected,
    check: unexpected,
    broadcast: unexpected,
    lookUp: unexpected,
    verify: unexpected,
    finality: unexpected,
    proveReadiness: async () => ({ blocks: [], safes: {}, lines: [] }),
    readinessMark: async () => "",
    nextHead: unexpected,
  };
  const app: App = {
    journal,
    clock,
    chain: options.chain ?? chain,
    links: {
      sign: (p) => `https://bot/sign/${p}`,
      link: (u) => `https://bot/link/${u}`,
      phrase: () => "apple river stone",
      ladder: (seq) => `https://bot/ladder/${seq}`,
    },
    plan: () => plan,
    playbooks: () => [storyPlaybook],
  };
  const logged: unknown[] = [];
  const log = {
    info() {},
    warn: (fields: object) => logged.push(fields),
    error: (fields: object) => logged.push(fields),
  };
  const door = createDoor({ app, commands, platforms: options.platforms ?? new Map(), log });
  let acts = 0;

  async function act(
    user: string,
    said: Parameters<typeof door.open>[0]["said"],
    more: { where?: string; id?: string } = {},
  ) {
    acts += 1;
    const opened = await door.open({
      id: more.id ?? `act-${acts}`,
      user: user.includes(":") ? user : `slack:${user}`,
      userName: user,
      where: more.where,
      said,
    });
    return { opened, answer: opened.kind === "run" ? await opened.run() : undefined };
  }

  return {
    app,
    store,
    steady,
    journal,
    door,
    owed: openOwed(store),
    logged,
    /** Time passes; a negative one is a clock that is set back. */
    tick: (ms: number) => {
      now += ms;
      watched += Math.max(0, ms);
    },
    /** A typed line. Resolves with what was shown to the person. */
    type: (user: string, line: string, more?: { where?: string; id?: string }) =>
      act(user, { kind: "line", line }, more),
    press: (
      user: string,
      command: string,
      input: Record<string, string> = {},
      more?: { where?: string; id?: string },
    ) => act(user, { kind: "press", command, input }, more),
    submit: (user: string, command: string, input: Record<string, string>) =>
      act(user, { kind: "submit", command, input }),
    incident: async (id = "INC-0001") => {
      const state = await journal.state(`incident/${id}`);
      if (state === undefined) throw new Error(`There is no ${id}.`);
      return state;
    },
    kinds: async (id = "INC-0001") => (await journal.events(`incident/${id}`)).map(({ event }) => event.kind),
    /** Links a chat account to an owner, as `/signer link` does after its signature was checked. */
    link: async (user: string, owner: Address) => {
      await journal.record("roster", { by: `slack:${user}` }, () => ({
        events: [
          {
            kind: "signer.linked",
            user: `slack:${user}`,
            owner,
            challenge: { user: `slack:${user}`, name: user, nonce: "0".repeat(32), expires: clock.now().toISOString() },
            signature: `0x${"00".repeat(65)}`,
          },
        ],
        effects: [],
      }));
    },
    signature: (index: number) => {
      const owner = owners[index];
      if (owner === undefined) throw new Error(`There is no owner ${index}.`);
      return owner.signTypedData(safeTypedDataFor());
    },
  };
}

function chatsOf(chats: string[] | (() => string[]) = ["slack"]): string[] {
  return typeof chats === "function" ? chats() : chats;
}

function safeTypedDataFor() {
  const { domain, types, primaryType, message } = safeTypedData(31337, safe, prepared().safeTx);
  const { value, safeTxGas, baseGas, gasPrice, nonce, ...rest } = message;
  return {
    domain,
    types,
    primaryType,
    message: {
      ...rest,
      value: BigInt(value),
      safeTxGas: BigInt(safeTxGas),
      baseGas: BigInt(baseGas),
      gasPrice: BigInt(gasPrice),
      nonce: BigInt(nonce),
    },
  };
}

/** All words of an answer, for reading in a test. */
export function wordsOf(answer: Answer | undefined): string {
  return JSON.stringify(answer?.view ?? "");
}

export function formOf(opened: Opened) {
  if (opened.kind !== "form") throw new Error(`Not a form: ${opened.kind}`);
  return opened.form;
}
