import { type Hex, parseTransaction } from "viem";
import { expect } from "vitest";
import { type Pause, statusOf } from "../../../src/core/pause-state.ts";
import { type RpcProxy, type SandboxChain, startRpcProxy } from "../../../src/sandbox/chain/index.ts";
import { useChain } from "../use-chain.ts";
import { openChainStory } from "../world.ts";

/** Of the second executor, where a story has one. Worth nothing anywhere. */
export const HEDGE_KEY: Hex = `0x${"5e".repeat(32)}`;
export const SEND = "eth_sendRawTransaction";

/**
 * One chain for a file, put back after each test, and stories on it behind providers that misbehave. To be called once,
 * at the top of the file.
 */
export function weather() {
  let chain: SandboxChain;
  const closers = useChain((started) => {
    chain = started;
  });

  const rpcNonce = (address: Hex) => chain.client.getTransactionCount({ address });

  return {
    get chain() {
      return chain;
    },
    closers,
    async providers(count: number): Promise<RpcProxy[]> {
      const proxies = await Promise.all(Array.from({ length: count }, () => startRpcProxy({ target: chain.rpcUrl })));
      for (const proxy of proxies) closers.push(proxy.close);
      return proxies;
    },
    /** A pause that is signed by three owners and asked for; nobody drives it yet. */
    async requested(options: Parameters<typeof openChainStory>[1] = {}, people = ["chidi", "ana", "emil"]) {
      const story = openChainStory(chain, options);
      closers.push(story.close);
      await story.propose();
      await story.sign(...people);
      await story.type("U0NOOR", "pause execute");
      return story;
    },
    /** Blocks come while the work is done. */
    async mining<T>(work: Promise<T>, everyMs = 60): Promise<T> {
      const timer = setInterval(() => void chain.mine(1), everyMs);
      try {
        return await work;
      } finally {
        clearInterval(timer);
      }
    },
    /** Drives it with blocks coming, until it is proven: what follows is only waiting for finality. */
    async untilVerified(story: ReturnType<typeof openChainStory>, everyMs = 60): Promise<void> {
      const timer = setInterval(() => void chain.mine(1), everyMs);
      let failure: unknown;
      story.drive().catch((error: unknown) => {
        failure = error;
      });
      try {
        await expect
          .poll(
            async () => {
              if (failure !== undefined) throw failure;
              const { verified, failed } = await story.pause();
              return verified?.blockHash ?? failed?.why;
            },
            { timeout: 15_000, interval: 20 },
          )
          .toBeTruthy();
      } finally {
        clearInterval(timer);
      }
    },
    isPaused: () => chain.client.readContract({ address: chain.vault, abi: chain.abi.vault, functionName: "paused" }),
    safeNonce: () => chain.client.readContract({ address: chain.safe, abi: chain.abi.safe, functionName: "nonce" }),
    rpcNonce,
    /** The Safe ran our hash once, and the timeline says that it is paused and proven. */
    async expectOneExecution(story: ReturnType<typeof openChainStory>): Promise<Pause> {
      const pause = await story.pause();
      expect(pause.failed).toBeUndefined();
      expect(["verified", "safe", "final"]).toContain(statusOf(pause));
      const logs = await chain.client.getLogs({ address: chain.safe, event: executionSuccess, fromBlock: 0n });
      expect(logs.filter(({ args }) => args.txHash === pause.facts.safeTxHash)).toHaveLength(1);
      return pause;
    },
    /** Everything about the execution that stands on the timeline, in order. */
    async told(story: ReturnType<typeof openChainStory>): Promise<string[]> {
      return (await story.kinds()).filter((kind) => kind.startsWith("pause.") && !collecting.has(kind));
    },
  };
}

const collecting = new Set(["pause.proposed", "pause.confirmed", "pause.execution_requested", "pause.checked"]);

const executionSuccess = {
  type: "event",
  name: "ExecutionSuccess",
  inputs: [
    { name: "txHash", type: "bytes32", indexed: true },
    { name: "payment", type: "uint256", indexed: false },
  ],
} as const;

export const urlsOf = (proxies: RpcProxy[]) => proxies.map(({ url }) => url);
export const hostOf = (proxy: RpcProxy | undefined) => new URL(proxy?.url ?? "").host;

/** How often this provider was handed these bytes. */
export function timesSent(proxy: RpcProxy | undefined, raw: Hex): number {
  return (
    proxy?.requests.filter(({ method, params }) => method === SEND && JSON.stringify(params).includes(raw)).length ?? 0
  );
}

export const calldataOf = (raw: Hex): Hex => parseTransaction(raw).data ?? "0x";

/** Takes the bytes, says that all is well, and lets them fall. */
export function swallow(proxy: RpcProxy | undefined, times?: number): void {
  proxy?.faults.add({ method: SEND, kind: "lie", result: `0x${"ab".repeat(32)}`, ...(times && { times }) });
}
