import type { Hex } from "viem";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";

/**
 * One chain for a file, put back after each of its tests. To be called once, at the top. Returns what is to be closed
 * after the test that opened it, the newest first.
 */
export function useChain(
  onStarted: (chain: SandboxChain) => void,
  start: () => Promise<SandboxChain> = startTestChain,
): (() => void | Promise<void>)[] {
  const closers: (() => void | Promise<void>)[] = [];
  let chain: SandboxChain;
  let snapshot: Hex;
  beforeAll(async () => {
    chain = await start();
    onStarted(chain);
  });
  afterAll(() => chain.close());
  beforeEach(async () => {
    snapshot = await chain.snapshot();
  });
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    await chain.revert(snapshot);
    await chain.setBlockTime(0);
  });
  return closers;
}
