import { privateKeyToAccount } from "viem/accounts";
import type { Hex } from "../src/core/ids.ts";
import { confirmPause } from "../src/core/pause.ts";
import { safeTypedData } from "../src/core/safe-tx.ts";
import { type SandboxChain, startRpcProxy, startTestChain } from "../src/sandbox/chain/index.ts";
import { openChainStory } from "../test/chain/world.ts";
import { atMost, type Bench, type Figure, median, plain } from "./measure.ts";

const ROUNDS = 15;
const SIGNERS = ["U0ANA", "U0CHIDI", "U0EMIL"];

/**
 * The last signature, handed in, to the raw transaction at the provider: ours with the signature verified and the bytes
 * on disk first, against a transaction that is signed and sent with nothing else to do.
 */
export const submission: Bench = {
  name: "submission",
  async run() {
    const chain = await startTestChain();
    const figures: Figure[] = [];
    try {
      for (const delayMs of [0, 50]) figures.push(...(await measure(chain, delayMs)));
    } finally {
      await chain.close();
    }
    return figures;
  },
};

async function measure(chain: SandboxChain, delayMs: number): Promise<Figure[]> {
  const proxy = await startRpcProxy({ target: chain.rpcUrl });
  const ours: number[] = [];
  const floor: number[] = [];
  let calls = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const snapshot = await chain.snapshot();
    proxy.setDelay(0);
    const story = openChainStory(chain, {
      rpcUrls: [proxy.url],
      change: { execute: "when-ready" },
      pollIntervalMs: 60_000,
    });
    const answer = await story.propose();
    if (!answer?.view?.title.includes("proposed")) throw new Error(JSON.stringify(answer));
    await story.port.arm(await story.pause());
    const { facts } = await story.pause();
    const typed = safeTypedData(facts.chain.id, facts.safe.address, facts.safeTx);
    const signatures: Hex[] = [];
    for (const signer of SIGNERS) signatures.push(await chain.wallet.signTypedData(signer, typed as never));
    const [first, second, last] = signatures;
    if (first === undefined || second === undefined || last === undefined)
      throw new Error("Three signatures are needed.");
    const hand = (signature: Hex) =>
      confirmPause(story.app, { by: "allstop" }, { proposal: facts.proposal, signature, via: "page" });
    await hand(first);
    await hand(second);
    proxy.setDelay(delayMs);
    proxy.reset();
    const sent = arrival(proxy);
    const began = performance.now();
    await hand(last);
    void story.drive().catch(() => undefined);
    await sent;
    ours.push(performance.now() - began);
    const methods = proxy.requests.map(({ method }) => method);
    calls = Math.max(calls, methods.indexOf("eth_sendRawTransaction") + 1);
    proxy.setDelay(delayMs);
    const isPaused = () =>
      chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" });
    while (!(await isPaused())) await new Promise((resolve) => setTimeout(resolve, 5));
    story.close();
    floor.push(await bareSend(chain, proxy));
    proxy.setDelay(0);
    await chain.revert(snapshot);
  }
  await proxy.close();
  const name = `last-signature-to-send-${delayMs}ms`;
  return [
    plain(`${name}-rpcs`, calls, "calls", 1),
    atMost(name, median(ours.slice(3)), "ms", median(floor.slice(3)), 1.5),
  ];
}

/** Everything is known beforehand: sign, send. */
async function bareSend(chain: SandboxChain, proxy: Awaited<ReturnType<typeof startRpcProxy>>): Promise<number> {
  const account = privateKeyToAccount(chain.executor.privateKey);
  proxy.reset();
  const sent = arrival(proxy);
  const began = performance.now();
  const raw = await account.signTransaction({
    type: "eip1559",
    chainId: chain.chainId,
    to: chain.vault,
    nonce: 0,
    gas: 300_000n,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 10n ** 9n,
  });
  void fetch(proxy.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_sendRawTransaction", params: [raw] }),
  }).catch(() => undefined);
  await sent;
  return performance.now() - began;
}

/** When the raw transaction reaches the provider; asked for at every turn of the loop. */
async function arrival(proxy: Awaited<ReturnType<typeof startRpcProxy>>): Promise<void> {
  while (!proxy.requests.some(({ method }) => method === "eth_sendRawTransaction")) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
