import { afterAll, afterEach, beforeAll } from "vitest";
import { type SandboxChain, startTestChain } from "../../src/sandbox/chain/index.ts";
import { openWorld, type World, type WorldOptions } from "./world.ts";

/** One chain for all stories of a file, and a world of its own for each. A world that ends unwell fails its story. */
export function useStage() {
  const stage = {} as { chain: SandboxChain; world: World };
  beforeAll(async () => {
    stage.chain = await startTestChain();
  });
  afterAll(() => stage.chain.close());
  afterEach(async () => {
    stage.world.expectHealthy();
    await stage.world.close();
  });
  return {
    get chain() {
      return stage.chain;
    },
    get world() {
      return stage.world;
    },
    async open(options?: WorldOptions) {
      stage.world = await openWorld(stage.chain, options);
      return stage.world.people;
    },
  };
}
