import type { ChainPort, SafeState } from "../core/chain-port.ts";
import type { Address, Hex, ProposalId } from "../core/ids.ts";
import type { Pause } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { QueuePort } from "../core/ports.ts";
import { agreeOnHashes } from "./agree-on-hashes.ts";
import { type Armory, createArmory } from "./arm.ts";
import { broadcastRaw } from "./broadcast.ts";
import { mustExecute, openExecutor, openHedge } from "./executor.ts";
import { FEE_CAP_DEFAULT } from "./fees.ts";
import { finalCheck } from "./final-check.ts";
import { finalityOf } from "./finality.ts";
import { lookUpPause } from "./look-up.ts";
import { type ChainLog, createNetworks } from "./network.ts";
import { readPauseState } from "./pause-flag.ts";
import { lookUpCheck } from "./plan-checks.ts";
import { findIntervention, findSafe } from "./plan-lookup.ts";
import { callOf } from "./planned.ts";
import { preparePause } from "./prepare.ts";
import { pinHead } from "./quorum.ts";
import { readSafe } from "./read-safe.ts";
import { proveReadiness } from "./readiness/index.ts";
import { readMark } from "./readiness/mark.ts";
import { rehearseExecution } from "./rehearse-execution.ts";
import { routesOf } from "./routes.ts";
import { askOwnerContract } from "./signatures/contract-signature.ts";
import { createContractOwners } from "./signatures/known-contract-owners.ts";
import { type OnSignatures, type SignatureWatch, watchSignatures } from "./signatures/signature-watch.ts";
import { verifyPause } from "./verify.ts";
import { createVigil, type Hearer, type Vigil } from "./vigil.ts";
import { type ChainWatch, pollIntervalOf, watchChain } from "./watch.ts";

export interface ChainOptions {
  /** Read anew for every act, so that a reloaded plan counts at once. */
  plan: () => LoadedPlan;
  /** Addresses of each chain's RPC providers, by chain id. Two or more are wanted: then two must agree. */
  rpcUrls: Record<number, string[]>;
  executorPrivateKey?: Hex;
  /** Of a second executor, which sends the same execution from an account of its own when the first gets nowhere. */
  hedgePrivateKey?: Hex;
  /** One private relay per chain, by chain id, to which transactions go beside the providers, or before them. */
  privateRpcUrls?: Record<number, string>;
  /** Default: a third of the chain's seconds per block, between 500 and 4,000. */
  pollIntervalMs?: number;
  /** The most that an execution may pay per gas, in wei. Default 5,000 gwei. */
  maxFeePerGasMax?: bigint;
  /** What is seen, head by head, of the Safes of armed proposals and of the providers. */
  hearer?: Hearer;
  /** Told of approvals on the chain, and of contracts' signatures that stand no more. */
  onSignatures?: OnSignatures;
  /** Lists what else is signed for a Safe's nonce; left out, only our own proposals are compared. */
  queue?: QueuePort;
  /** Milliseconds since 1970, for how often the queue is asked. Default: the clock. */
  now?: () => number;
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
  const { plan, hearer = {}, queue, maxFeePerGasMax = FEE_CAP_DEFAULT } = options;
  const executor = openExecutor(options.executorPrivateKey);
  const hedge = openHedge(options.hedgePrivateKey, executor);
  const networks = createNetworks(plan, options.rpcUrls, options.log, options.privateRpcUrls, (doubt) =>
    armories.get(doubt.chainId)?.vigil.doubt(doubt),
  );
  const armories = new Map<number, { armory: Armory; watch: ChainWatch; vigil: Vigil; signatures: SignatureWatch }>();
  const armedOn = new Map<ProposalId, number>();

  const payers = () => [executor, hedge].flatMap((one) => (one === undefined ? [] : [one.address]));

  function on(chainId: number) {
    const known = armories.get(chainId);
    if (known !== undefined) return known;
    const network = networks.of(chainId);
    const pollIntervalMs = options.pollIntervalMs ?? pollIntervalOf(network.secondsPerBlock);
    const watch = watchChain({
      network,
      executor: executor?.address,
      pollIntervalMs,
      onHead: (head) => {
        armory.ahead(head);
        vigil.ahead(head, watch.snapshot());
      },
      onSnapshot: (snapshot) => {
        vigil.notice(snapshot);
        armory.notice(snapshot);
      },
    });
    const signatures = watchSignatures({ network, onSignatures: options.onSignatures });
    const armory: Armory = createArmory({ network, executor, hedge, watch, signatures, maxFeePerGasMax });
    const rehearse = (pause: Pause, safe: SafeState) =>
      rehearseExecution({ plan: plan(), network, executor: mustExecute(executor), pause, safe });
    const vigil = createVigil({ network, hearer, rehearse, queue, now: options.now });
    const fresh = { armory, watch, vigil, signatures };
    armories.set(chainId, fresh);
    return fresh;
  }

  const contractOwners = createContractOwners(networks.of);

  return {
    executor: executor?.address,
    async readSafe(safeKey) {
      const { chainId, address } = findSafe(plan(), safeKey);
      return readSafe(networks.of(chainId), address);
    },
    lastSafe: (chainId, safe) => armories.get(chainId)?.watch.snapshot()?.safes.get(safe.toLowerCase()),
    async prepare(interventionKey, options) {
      const context = { plan: plan(), networkOf: networks.of, executor: mustExecute(executor), hedge };
      return preparePause(context, interventionKey, options);
    },
    planned(interventionKey) {
      const { kind, chainId, safe, to, data } = callOf(plan(), interventionKey);
      return { kind, chainId, safe, to, data };
    },
    async agreeOnHashes(interventionKey, hashed) {
      const { chainId, safe } = callOf(plan(), interventionKey);
      const network = networks.of(chainId);
      await agreeOnHashes(network, await readSafe(network, safe), hashed);
    },
    async isPaused(interventionKey) {
      const planned = findIntervention(plan(), interventionKey);
      const network = networks.of(planned.chainId);
      const head = await pinHead(network);
      const { done, says, agreed } = await readPauseState(network, planned, head);
      const where = `at block ${head.number} on ${agreed.length} of ${network.providers.length} RPC providers`;
      return { paused: done, detail: `${says} ${where}.` };
    },
    lookUpCheck: (check) => lookUpCheck({ plan: plan(), networkOf: networks.of }, check),
    contractOwners,
    async checkContractSignature(pause, given) {
      const network = networks.of(pause.facts.chain.id);
      const verdict = await askOwnerContract(network, pause, given, await pinHead(network));
      if (verdict.ok) armories.get(network.chainId)?.signatures.remember(pause.id, given);
      return verdict;
    },
    async arm(pause) {
      const chainId = pause.facts.chain.id;
      armedOn.set(pause.id, chainId);
      const { armory, vigil } = on(chainId);
      vigil.add(pause);
      await armory.arm(pause);
    },
    disarm(proposal) {
      const chainId = armedOn.get(proposal);
      if (chainId === undefined) return;
      armedOn.delete(proposal);
      armories.get(chainId)?.vigil.drop(proposal);
      armories.get(chainId)?.armory.disarm(proposal);
    },
    routes(chainId) {
      return { executors: payers(), privateRelay: networks.of(chainId).privateRelay?.name };
    },
    async check(pause, signed) {
      const network = networks.of(pause.facts.chain.id);
      const block = armories.get(pause.facts.chain.id)?.watch.snapshot()?.head ?? (await pinHead(network));
      return finalCheck(network, { pause, ...signed }, block);
    },
    sign(pause, attempt, by) {
      const chainId = pause.facts.chain.id;
      armedOn.set(pause.id, chainId);
      return on(chainId).armory.sign(pause, attempt, by);
    },
    broadcast: async (chainId, raw, only) => broadcastRaw(routesOf(networks.of(chainId), only), raw),
    lookUp: async (pause) => lookUpPause(networks.of(pause.facts.chain.id), pause),
    verify: async (pause, at) => verifyPause(networks.of(pause.facts.chain.id), plan(), pause, at),
    finality: async (chainId, block) => finalityOf(networks.of(chainId), block),
    proveReadiness: () =>
      proveReadiness({
        plan: plan(),
        networkOf: networks.of,
        executors: payers(),
        feeCap: maxFeePerGasMax,
        now: new Date(),
      }),
    readinessMark: () => readMark({ plan: plan(), networkOf: networks.of, executors: payers() }),
    nextHead: async (chainId) => on(chainId).watch.nextHead(),
    close() {
      for (const { watch } of armories.values()) watch.close();
      networks.close();
    },
  };
}
