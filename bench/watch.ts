import { setTimeout as sleep } from "node:timers/promises";
import { createChain } from "../src/chain/index.ts";
import { beginPause, type Pause } from "../src/core/pause-state.ts";
import { type SandboxChain, startTestChain } from "../src/sandbox/chain/index.ts";
import { chainPlan } from "../test/chain/world.ts";
import { type Bench, type Figure, median, monotonicMs, plain, watched } from "./measure.ts";
import { type Provider, startProvider } from "./provider.ts";

const PROPOSALS = 20;
const HEADS = { full: 30, tiny: 2 };
const POLL_MS = 20;

/**
 * What each block costs while twenty proposals are open on twenty Safes: HTTP requests to one of two providers after the
 * poll that found the block, and the time from that request until everything is known. The floor is the same for one.
 */
export const watching: Bench = {
  name: "watching",
  figures: ["watch-20-proposals-requests", "watch-20-proposals-requests-worst", "watch-20-proposals"],
  async run(size) {
    const chain = await startTestChain();
    const providers = [await startProvider(chain.rpcUrl), await startProvider(chain.rpcUrl)];
    try {
      const one = await measure(chain, providers, [chain.safe], HEADS[size]);
      const safes = [chain.safe];
      for (let n = 1n; n < PROPOSALS; n += 1n) {
        safes.push(await chain.createSafe({ owners: chain.owners, threshold: chain.threshold, saltNonce: n }));
      }
      const twenty = await measure(chain, providers, safes, HEADS[size]);
      return figuresOf(one, twenty);
    } finally {
      for (const provider of providers) await provider.close();
      await chain.close();
    }
  },
};

interface PerHead {
  requests: number;
  ms: number;
}

interface Usual extends PerHead {
  worst: number;
}

function figuresOf(one: Usual, twenty: Usual): Figure[] {
  return [
    plain("watch-20-proposals-requests", twenty.requests, "per head", 1),
    // Every 25 blocks gas is estimated anew and every approval is read, in the same batch or in one more.
    plain("watch-20-proposals-requests-worst", twenty.worst, "per head", 2),
    watched("watch-20-proposals", twenty.ms, "ms", one.ms),
  ];
}

async function measure(
  chain: SandboxChain,
  providers: Provider[],
  safes: `0x${string}`[],
  heads: number,
): Promise<Usual> {
  const port = createChain({
    plan: () => chainPlan(chain),
    rpcUrls: { [chain.chainId]: providers.map(({ url }) => url) },
    executorPrivateKey: chain.executor.privateKey,
    pollIntervalMs: POLL_MS,
  });
  try {
    const prepared = await port.prepare("pause-vault");
    for (const [index, address] of safes.entries()) await port.arm(proposalOn(prepared, address, index));
    const samples: PerHead[] = [];
    for (let head = 0; head < heads; head += 1)
      samples.push(await oneHead(chain, port, providers, safes.at(-1) ?? "0x"));
    const requests = samples.map((sample) => sample.requests);
    return { requests: median(requests), worst: Math.max(...requests), ms: median(samples.map(({ ms }) => ms)) };
  } finally {
    port.close();
  }
}

/** The same call on another Safe: whether it could run is not what is measured. */
function proposalOn(
  prepared: Awaited<ReturnType<ReturnType<typeof createChain>["prepare"]>>,
  address: `0x${string}`,
  index: number,
): Pause {
  return beginPause(
    "INC-0001",
    { by: "allstop", at: "2026-11-21T03:00:00.000Z" },
    {
      ...prepared,
      kind: "pause.proposed",
      proposal: `P-${String(index + 1).padStart(4, "0")}`,
      planHash: "9f3a",
      acknowledgementsRequired: 0,
      execute: "by-press",
      stillWorks: ["withdraw()"],
      safe: { ...prepared.safe, address },
    },
  );
}

async function oneHead(
  chain: SandboxChain,
  port: ReturnType<typeof createChain>,
  [provider, ...others]: Provider[],
  last: `0x${string}`,
): Promise<PerHead> {
  if (provider === undefined) throw new Error("There is no provider.");
  const before = port.lastSafe(chain.chainId, last)?.block.number ?? 0n;
  for (const one of [provider, ...others]) await one.order({ reset: true });
  await chain.mine();
  while ((port.lastSafe(chain.chainId, last)?.block.number ?? 0n) <= before) await sleep(0);
  const known = monotonicMs();
  // What else this head sets off would be on its way by now.
  await sleep(2 * POLL_MS);
  const requests = await provider.order();
  // A batch is read at one moment. The polls are those that ask for the chain's id.
  const polls = new Set(requests.filter(({ method }) => method === "eth_chainId").map(({ at }) => at));
  const reads = [...new Set(requests.map(({ at }) => at))].filter((at) => !polls.has(at));
  return { requests: reads.length, ms: known - Math.min(...reads) };
}
