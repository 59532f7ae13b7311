import { encodeFunctionData, keccak256, parseAbi, toHex } from "viem";
import { createChain } from "../../src/chain/index.ts";
import type { Platform } from "../../src/chat/platform.ts";
import { keepChats } from "../../src/chats.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import { keepReadiness, type ReadinessKeeper } from "../../src/keep-readiness.ts";
import { createChatDelivery } from "../../src/outbox/chat-effects.ts";
import { createPump } from "../../src/outbox/pump.ts";
import { createTimerDelivery } from "../../src/outbox/timers.ts";
import type { SandboxChain } from "../../src/sandbox/chain/index.ts";
import { chainPlan } from "../chain/world.ts";
import { memoryChat } from "../memory-chat.ts";
import { openStory } from "../story.ts";

const vaultAbi = parseAbi([
  "function grantRole(bytes32 role, address account)",
  "function revokeRole(bytes32 role, address account)",
]);

/** The target's administrator gives the Safe the right to pause, or takes it away. */
export async function setRole(chain: SandboxChain, change: "grantRole" | "revokeRole"): Promise<void> {
  const args = [keccak256(toHex("PAUSER_ROLE")), chain.safe] as const;
  const data = encodeFunctionData({ abi: vaultAbi, functionName: change, args });
  await chain.send({ from: "deployer", to: chain.vault, data });
}

export function readinessPlan(chain: SandboxChain, change: Partial<LoadedPlan> = {}): LoadedPlan {
  return { ...chainPlan(chain), channels: { alerts: { slack: "C0ALERTS" } }, ...change };
}

/** The wires of the bot from the chain to the chats, on one database and for one life. */
export function openLife(
  chain: SandboxChain,
  options: {
    rpcUrls: string[];
    slack?: ReturnType<typeof memoryChat>;
    databaseUrl?: string;
    plan?: LoadedPlan;
  },
) {
  const { slack = memoryChat("slack"), plan = readinessPlan(chain) } = options;
  const platforms = new Map<string, Platform>();
  const port = createChain({
    plan: () => plan,
    rpcUrls: { 31337: options.rpcUrls },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: 40,
  });
  const story = openStory({ plan, chain: port, platforms, realTime: true, databaseUrl: options.databaseUrl });
  const troubles: object[] = [];
  const log = {
    info() {},
    warn() {},
    error: (fields: object) => void troubles.push(fields),
  };
  const pump = createPump({
    owed: story.owed,
    clock: story.app.clock,
    deliver: {
      chat: createChatDelivery(story.app, platforms),
      chain: async () => undefined,
      timers: createTimerDelivery(story.app),
      checks: createTimerDelivery(story.app),
      webhooks: async () => undefined,
    },
    log,
  });
  story.journal.onRecorded(() => pump.wakeAll());
  const chats = keepChats({
    app: story.app,
    make: { slack: slack.make },
    door: story.door,
    platforms,
    inbox: { unfinished: () => [] },
    pump,
    log: log as never,
    onFatal: () => undefined,
    againMs: 20,
  });
  let keeper: ReadinessKeeper | undefined;
  const events = async () => (await story.journal.events("readiness")).map(({ event }) => event);
  return {
    ...story,
    slack,
    chats,
    troubles,
    /** Until then, only what is asked for is looked at. */
    watch: () => {
      keeper = keepReadiness({ app: story.app, log, firstMs: 0, everyMs: 25, confirmMs: 5 });
    },
    link: async (...people: number[]) => {
      for (const index of people) await story.link(`OWNER${index}`, chain.owners[index] ?? "0x");
    },
    state: () => story.journal.state("readiness"),
    events,
    kinds: async () => (await events()).map(({ kind }) => kind),
    colour: async () => (await story.journal.state("readiness"))?.lines[0]?.colour,
    alerts: () => [...slack.messages.values()].filter(({ at }) => at === "slack:W1/C0ALERTS"),
    /** Without the courtesies of an end: what was under way never comes to one. */
    async kill() {
      const ends = keeper?.close();
      void chats.close();
      void pump.stop();
      port.close();
      await ends;
    },
    async close() {
      const ends = keeper?.close();
      await chats.close();
      port.close();
      await ends;
      await pump.stop();
      story.store.close();
    },
  };
}

export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`This never came to hold: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
