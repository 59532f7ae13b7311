import type { Doubt } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { openPrivateRelay } from "./private-relay.ts";
import { createProvider, type Provider } from "./rpc.ts";

/** Takes what operators should see: which provider lied, lagged or was down. A pino logger fits. */
export interface ChainLog {
  warn(facts: Record<string, unknown>, message: string): void;
}

/** A chain as we reach it. */
export interface Network {
  chainId: number;
  name: string;
  secondsPerBlock: number;
  providers: Provider[];
  /** Takes transactions and passes them to block builders alone. Never asked about the chain. */
  privateRelay: Provider | undefined;
  /** How many providers must say the same before we believe it: two, or the only one. */
  quorum: number;
  log: ChainLog | undefined;
  /** Hears of providers that say otherwise than a quorum, and of those that are behind. */
  doubt?: (doubt: Doubt) => void;
}

export interface Networks {
  /** Throws `UserError` `unknown_chain` or `no_rpc`. */
  of(chainId: number): Network;
  close(): void;
}

/** Opens each chain's providers when it is first asked for. */
export function createNetworks(
  plan: () => LoadedPlan,
  rpcUrls: Record<number, string[]>,
  log: ChainLog | undefined,
  privateRpcUrls: Record<number, string> = {},
  doubt?: (doubt: Doubt) => void,
): Networks {
  const open = new Map<number, Provider[]>();
  const relays = new Map<number, Provider>();
  return {
    of(chainId) {
      const chain = plan().chains[String(chainId)];
      if (chain === undefined) {
        throw new UserError(
          "unknown_chain",
          `Chain ${chainId} is not in the response plan.`,
          "Add it under chains in the response plan.",
          { chainId },
        );
      }
      const urls = rpcUrls[chainId] ?? [];
      if (urls.length === 0) {
        throw new UserError(
          "no_rpc",
          `No RPC provider is configured for ${chain.name} (chain ${chainId}).`,
          `Set RPC_URLS_${chainId} to two or more addresses, separated by commas, and restart.`,
          { chainId },
        );
      }
      const providers = open.get(chainId) ?? openProviders(urls);
      open.set(chainId, providers);
      const privateUrl = privateRpcUrls[chainId];
      const privateRelay = relays.get(chainId) ?? (privateUrl === undefined ? undefined : openPrivateRelay(privateUrl));
      if (privateRelay !== undefined) relays.set(chainId, privateRelay);
      const quorum = Math.min(2, providers.length);
      const { name, secondsPerBlock } = chain;
      return { chainId, name, secondsPerBlock, providers, privateRelay, quorum, log, doubt };
    },
    close() {
      for (const provider of [...open.values(), [...relays.values()]].flat()) provider.close();
    },
  };
}

/** Two addresses at one host are told apart by a number. */
function openProviders(urls: string[]): Provider[] {
  const seen = new Map<string, number>();
  return urls.map((url) => {
    const { host } = new URL(url);
    const count = (seen.get(host) ?? 0) + 1;
    seen.set(host, count);
    return createProvider(url, count === 1 ? host : `${host}#${count}`);
  });
}
