import type { Address, Hex, ProposalId } from "../core/ids.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { ChainPort, SafeState } from "../core/ports.ts";
import { type Armory, createArmory } from "./arm.ts";
import { broadcastRaw } from "./broadcast.ts";
import { mustExecute, openExecutor } from "./executor.ts";
import { FEE_CAP_DEFAULT } from "./fees.ts";
import { finalityOf } from "./finality.ts";
import { lookUpPause } from "./look-up.ts";
import { type ChainLog, createNetworks } from "./network.ts";
import { readPauseFlag } from "./pause-flag.ts";
import { findIntervention, findSafe } from "./plan-lookup.ts";
import { preparePause } from "./prepare.ts";
import { pinHead } from "./quorum.ts";
import { readSafe } from "./read-safe.ts";
import { verifyPause } from "./verify.ts";
import { type ChainWatch, pollIntervalOf, watchChain } from "./watch.ts";

export interface ChainOptions {
  /** Read anew for every act, so that a reloaded plan counts at once. */
  plan: () => LoadedPlan;
  /** Addresses of each chain's RPC providers, by chain id. Two or more are wanted: then two must agree. */
  rpcUrls: Record<number, string[]>;
  executorPrivateKey?: Hex;
  /** Default: a third of the chain's seconds per block, between 500 and 4,000. */
  pollIntervalMs?: number;
  /** The most that an execution may pay per gas, in wei. Default 5,000 gwei. */
  maxFeePerGasMax?: bigint;
  /** An armed proposal's Safe has other owners, another threshold or another nonce. */
  onSafeChanged?: (proposal: ProposalId, safe: SafeState) => void;
  log?: ChainLog;
}

export interface Chain extends ChainPort {
  /** The account that pays for gas, if there is one. */
  executor: Address | undefined;
  /** Stops watching and closes the sockets. Nothing may be asked afterwards. */
  close(): void;
}

/** The chain side behind core's port. Asks nothing of any chain until it is used. */
export function createChain(options: ChainOptions): Chain {
  const { plan, onSafeChanged, maxFeePerGasMax = FEE_CAP_DEFAULT } = options;
  const executor = openExecutor(options.executorPrivateKey);
  const networks = createNetworks(plan, options.rpcUrls, options.log);
  const armories = new Map<number, { armory: Armory; watch: ChainWatch }>();
  const armedOn = new Map<ProposalId, number>();

  function on(chainId: number) {
    const known = armories.get(chainId);
    if (known !== undefined) return known;
    const network = networks.of(chainId);
    const pollIntervalMs = options.pollIntervalMs ?? pollIntervalOf(network.secondsPerBlock);
    const watch = watchChain({
      network,
      executor: executor?.address,
      pollIntervalMs,
      onSnapshot: (snapshot) => armory.notice(snapshot),
    });
    const armory: Armory = createArmory({ network, executor, watch, maxFeePerGasMax, onSafeChanged });
    armories.set(chainId, { armory, watch });
    return { armory, watch };
  }

  return {
    executor: executor?.address,
    async readSafe(safeKey) {
      const { chainId, address } = findSafe(plan(), safeKey);
      return readSafe(networks.of(chainId), address);
    },
    lastSafe: (chainId, safe) => armories.get(chainId)?.watch.snapshot()?.safes.get(safe.toLowerCase()),
    async prepare(interventionKey) {
      const context = { plan: plan(), networkOf: networks.of, executor: mustExecute(executor) };
      return preparePause(context, interventionKey);
    },
    async isPaused(interventionKey) {
      const { chainId, dialect, target } = findIntervention(plan(), interventionKey);
      const network = networks.of(chainId);
      const head = await pinHead(network);
      const { value, agreed } = await readPauseFlag(network, dialect, target, head);
      const where = `at block ${head.number} on ${agreed.length} of ${network.providers.length} RPC providers`;
      return { paused: value, detail: `${dialect.state.label} is ${value} ${where}.` };
    },
    async arm(pause) {
      const chainId = pause.facts.chain.id;
      armedOn.set(pause.id, chainId);
      await on(chainId).armory.arm(pause);
    },
    disarm(proposal) {
      const chainId = armedOn.get(proposal);
      if (chainId === undefined) return;
      armedOn.delete(proposal);
      armories.get(chainId)?.armory.disarm(proposal);
    },
    sign(pause, attempt) {
      const chainId = pause.facts.chain.id;
      armedOn.set(pause.id, chainId);
      return on(chainId).armory.sign(pause, attempt);
    },
    broadcast: (chainId, raw) => broadcastRaw(networks.of(chainId), raw),
    lookUp: async (pause) => lookUpPause(networks.of(pause.facts.chain.id), pause),
    verify: async (pause, at) => verifyPause(networks.of(pause.facts.chain.id), plan(), pause, at),
    finality: async (chainId, block) => finalityOf(networks.of(chainId), block),
    nextHead: async (chainId) => on(chainId).watch.nextHead(),
    close() {
      for (const { watch } of armories.values()) watch.close();
      networks.close();
    },
  };
}
