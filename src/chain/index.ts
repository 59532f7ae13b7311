import { privateKeyToAccount } from "viem/accounts";
import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import { type Pause, sameAddress } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { ChainPort, SafeState } from "../core/ports.ts";
import { type Armed, gather, signExecution } from "./armed.ts";
import { dialects } from "./dialects/index.ts";
import { broadcast, finality, lookUp, verify } from "./inclusion.ts";
import { preparePause } from "./prepare.ts";
import { agree, askAll, openProviders, type Provider } from "./rpc.ts";
import { readSafe } from "./safe.ts";

const POLL_MS = { least: 400, most: 4_000 };

export interface ChainOptions {
  plan: () => LoadedPlan;
  /** Providers of each chain, by chain id. */
  rpcUrls: Record<number, string[]>;
  /** A gas-only key. Without one, pauses are prepared and signed for, and can't be sent. */
  executorPrivateKey?: Hex;
  /** How often the head is asked for; a third of the chain's block time if left out. */
  pollIntervalMs?: number;
  /** The Safe of an armed proposal is not as it was. */
  onSafeChanged?: (proposal: string, safe: SafeState) => void;
  log?: { warn(fields: object, message: string): void };
}

/** The chain side of Allstop, over viem. Reads need agreement; sending needs nobody's. */
export function createChain(options: ChainOptions): ChainPort & { close(): void; executor: Address | undefined } {
  const { plan, rpcUrls } = options;
  const account = options.executorPrivateKey && privateKeyToAccount(options.executorPrivateKey);
  const chains = new Map<number, Provider[]>();
  const armed = new Map<string, { pause: Pause; state: Armed }>();
  const timers = new Map<number, NodeJS.Timeout>();
  let closed = false;

  const providersOf = (chainId: number): Provider[] => {
    const known = chains.get(chainId) ?? openProviders(rpcUrls[chainId] ?? []);
    chains.set(chainId, known);
    return known;
  };
  const intervalOf = (chainId: number) => {
    const seconds = plan().chains[String(chainId)]?.secondsPerBlock ?? 12;
    return options.pollIntervalMs ?? Math.min(POLL_MS.most, Math.max(POLL_MS.least, (seconds * 1000) / 3));
  };
  const interventionOf = (key: string) => {
    const intervention = plan().interventions[key];
    const safe = intervention && plan().safes[intervention.safe];
    if (intervention === undefined || safe === undefined) {
      throw new UserError(
        "unknown_intervention",
        `The response plan has no intervention "${key}" any more.`,
        "Check the plan.",
      );
    }
    return { intervention, chainId: safe.chain };
  };
  const mustExecute = () => {
    if (account !== undefined) return account;
    throw new UserError("no_executor", "There is no executor key to pay the gas.", "Set EXECUTOR_PRIVATE_KEY.");
  };

  /** Keeps what is armed on a chain fresh, head by head, and the sockets warm. */
  function watch(chainId: number): void {
    if (timers.has(chainId) || closed) return;
    const beat = async () => {
      for (const [id, entry] of armed) {
        if (entry.pause.facts.chain.id !== chainId) continue;
        await refresh(id, entry).catch((err: unknown) =>
          options.log?.warn({ err, proposal: id }, "What is armed could not be refreshed"),
        );
      }
      timers.delete(chainId);
      if ([...armed.values()].some(({ pause }) => pause.facts.chain.id === chainId)) watch(chainId);
    };
    const timer = setTimeout(() => void beat(), intervalOf(chainId));
    timer.unref();
    timers.set(chainId, timer);
  }

  async function refresh(id: string, entry: { pause: Pause; state: Armed }): Promise<void> {
    const before = entry.state.safe;
    entry.state = await gather(
      entry.pause,
      providersOf(entry.pause.facts.chain.id),
      mustExecute().address,
      entry.state,
    );
    const { safe } = entry.state;
    const moved =
      safe.nonce !== before.nonce || safe.threshold !== before.threshold || safe.owners.join() !== before.owners.join();
    if (moved && armed.has(id)) options.onSafeChanged?.(id, safe);
  }

  return {
    executor: account?.address,
    async readSafe(key) {
      const safe = plan().safes[key];
      if (safe === undefined)
        throw new UserError("unknown_safe", `The response plan has no Safe "${key}".`, "Check the plan.");
      return readSafe({ id: safe.chain, providers: providersOf(safe.chain) }, safe.address);
    },
    lastSafe(chainId, safe) {
      const entry = [...armed.values()].find(
        ({ pause }) => pause.facts.chain.id === chainId && sameAddress(pause.facts.safe.address, safe),
      );
      return entry?.state.safe;
    },
    async prepare(key) {
      const { chainId } = interventionOf(key);
      return preparePause(plan(), key, providersOf(chainId), account?.address);
    },
    async isPaused(key) {
      const { intervention, chainId } = interventionOf(key);
      const dialect = dialects[intervention.dialect];
      const providers = providersOf(chainId);
      const answers = await askAll(providers, (provider) => dialect.isPaused(provider, intervention.target));
      const { value } = agree(providers.length, answers, String);
      return { paused: value, detail: dialect.stateWords(value) };
    },
    async arm(pause) {
      const chainId = pause.facts.chain.id;
      const state = await gather(pause, providersOf(chainId), mustExecute().address);
      const { safe } = state;
      armed.set(pause.id, { pause, state });
      // It may have changed while the bot was away.
      const { owners, threshold, nonce } = pause.safe;
      if (safe.threshold !== threshold || safe.nonce.toString() !== nonce || safe.owners.join() !== owners.join()) {
        options.onSafeChanged?.(pause.id, safe);
      }
      watch(chainId);
    },
    disarm(proposal) {
      armed.delete(proposal);
    },
    async sign(pause) {
      const signer = mustExecute();
      const ready =
        armed.get(pause.id)?.state ?? (await gather(pause, providersOf(pause.facts.chain.id), signer.address));
      return signExecution(pause, ready, signer);
    },
    broadcast: (chainId, raw) => broadcast(providersOf(chainId), raw),
    lookUp: (pause) => lookUp(pause, providersOf(pause.facts.chain.id)),
    verify(pause, at) {
      const { intervention } = interventionOf(pause.facts.intervention);
      return verify(pause, at, {
        providers: providersOf(pause.facts.chain.id),
        dialect: dialects[intervention.dialect],
        probes: { effect: intervention.effectProbe, exit: intervention.exitProbe },
      });
    },
    finality: (chainId, block) => finality(providersOf(chainId), block),
    async nextHead(chainId) {
      await new Promise((resolve) => setTimeout(resolve, intervalOf(chainId)));
    },
    close() {
      closed = true;
      for (const timer of timers.values()) clearTimeout(timer);
      armed.clear();
    },
  };
}
