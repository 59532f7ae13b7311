import { type ChainOptions, createChain } from "../../src/chain/index.ts";
import { RetryableError } from "../../src/core/errors.ts";
import type { Hex } from "../../src/core/ids.ts";
import { hearChain } from "../../src/core/pause-watch.ts";
import { type LoadedPlan, ResponsePlan } from "../../src/core/plan.ts";
import type { QueuePort } from "../../src/core/ports.ts";
import { safeTypedData } from "../../src/core/safe-tx.ts";
import { noteChainSignatures } from "../../src/core/signature-chain.ts";
import { driveExecution } from "../../src/outbox/execution.ts";
import { type SandboxChain, sandboxPeople } from "../../src/sandbox/chain/index.ts";
import { openStory } from "../story.ts";

export function chainPlan(
  chain: SandboxChain,
  change: object = {},
  { safe = {}, also = {} }: { safe?: object; also?: Record<string, object> } = {},
): LoadedPlan {
  const probe = { from: chain.depositor };
  const vault = {
    title: "Pause Vault-USDC",
    safe: "ops-pause",
    target: chain.vault,
    targetLabel: "Vault-USDC",
    dialect: "openzeppelin-pausable",
    effectProbe: {
      label: "deposit()",
      ...probe,
      call: "deposit(uint256,address)",
      arguments: ["1000000", chain.depositor],
    },
    exitProbe: {
      label: "withdraw()",
      ...probe,
      call: "withdraw(uint256,address,address)",
      arguments: ["1000000", chain.depositor, chain.depositor],
    },
    stillWorks: ["withdraw()"],
    acknowledgements: 0,
    ...change,
  };
  return {
    hash: "9f3a".repeat(16),
    ...ResponsePlan.parse({
      version: 1,
      organisation: "Example",
      reviewed: "2026-11-01",
      channels: { alerts: {} },
      people: Object.fromEntries(sandboxPeople.map(({ key, name, slackId }) => [key, { name, slack: slackId }])),
      onCall: ["noor"],
      chains: { 31337: { name: "Sandbox", secondsPerBlock: 2 } },
      safes: { "ops-pause": { chain: 31337, address: chain.safe, ...safe } },
      interventions: {
        "pause-vault": vault,
        ...Object.fromEntries(Object.entries(also).map(([key, other]) => [key, { ...vault, ...other }])),
      },
    }),
  };
}

/** A story on the real chain, behind any number of RPC addresses. */
const REFUSALS_MAX = 5;

/** An execution to its end: where the world refuses for now, once more, as the outbox does. */
export async function persist(drive: (life: { failures: number }) => Promise<void>): Promise<void> {
  for (let failures = 0; ; failures += 1) {
    try {
      return await drive({ failures });
    } catch (error) {
      if (!(error instanceof RetryableError) || failures >= REFUSALS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

export function openChainStory(
  chain: SandboxChain,
  options: {
    rpcUrls?: string[];
    change?: object;
    databaseUrl?: string;
    pollIntervalMs?: number;
    queue?: QueuePort;
    now?: () => number;
    /** What the plan says of the Safe beside its address, and interventions beside the first, as changes of it. */
    safe?: object;
    also?: Record<string, object>;
    /** The second executor, the private relay, the cap. */
    submission?: Pick<ChainOptions, "hedgePrivateKey" | "privateRpcUrls" | "maxFeePerGasMax">;
  } = {},
) {
  const plan = chainPlan(chain, options.change, options);
  const port = createChain({
    plan: () => plan,
    rpcUrls: { 31337: options.rpcUrls ?? [chain.rpcUrl] },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: options.pollIntervalMs ?? 40,
    ...options.submission,
    onSignatures: (id, news) => noteChainSignatures(story.app, id, news),
    hearer: hearChain(() => story.app),
    queue: options.queue,
    now: options.now,
  });
  const story = openStory({ plan, chain: port, databaseUrl: options.databaseUrl, realTime: true });
  const stop = new AbortController();
  const target = { kind: "execute", incident: "INC-0001", proposal: "P-0001" } as const;
  const drive = ({ failures = 0 } = {}) => driveExecution(story.app, target, { stop: stop.signal, failures });
  return {
    ...story,
    port,
    pause: async () => {
      const [pause] = (await story.incident()).pauses;
      if (pause === undefined) throw new Error("Nothing is proposed.");
      return pause;
    },
    propose: async () => {
      await story.type("U0NOOR", "incident declare critical Vault is draining");
      return (await story.type("U0NOOR", "pause propose pause-vault")).answer;
    },
    sign: async (...people: string[]) => {
      const { facts } = (await story.incident()).pauses[0]!;
      for (const person of people) {
        const { domain, types, primaryType, message } = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
        const signature: Hex = await chain.wallet.signTypedData(`U0${person.toUpperCase()}`, {
          domain,
          types,
          primaryType,
          message: message as unknown as Record<string, unknown>,
        });
        await story.type("U0NOOR", `pause confirm P-0001 ${signature}`);
      }
    },
    /** One life of it. `failures` is how often it has failed before. */
    drive,
    /** To its end: where the world refuses for now, again, as the outbox does. */
    follow: () => persist(drive),
    /** Ends this life's drive; another story on the same database is the next life. */
    halt: () => stop.abort(),
    close: () => {
      stop.abort();
      port.close();
      story.store.close();
    },
  };
}
