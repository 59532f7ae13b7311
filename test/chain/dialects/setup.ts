import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { Hex } from "../../../src/core/ids.ts";
import { type SandboxChain, startTestChain } from "../../../src/sandbox/chain/index.ts";
import { openDialects, type PlannedFields } from "./world.ts";

/** One chain for a file of stories, the same again for each of them. */
export function dialectStories() {
  let chain: SandboxChain | undefined;
  let snapshot: Hex;
  const closers: (() => void)[] = [];

  beforeAll(async () => {
    chain = await startTestChain();
  });
  afterAll(() => chain?.close());
  beforeEach(async () => {
    snapshot = await started().snapshot();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) close();
    await started().revert(snapshot);
  });

  function started(): SandboxChain {
    if (chain === undefined) throw new Error("The chain has not been started.");
    return chain;
  }

  return {
    chain: started,
    open(interventions: Record<string, PlannedFields>, options: { urls?: string[] } = {}) {
      const story = openDialects(started(), interventions, options);
      closers.push(story.close);
      return story;
    },
    /** Time goes by, and a block comes. */
    async pass(seconds: number) {
      await started().client.increaseTime({ seconds });
      await started().mine();
    },
  };
}
