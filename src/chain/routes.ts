import type { Network } from "./network.ts";
import type { Provider } from "./rpc.ts";

/** One way by which bytes leave for the chain. */
export interface ChainRoute {
  provider: Provider;
  private: boolean;
}

/**
 * The routes of one sending: the private relay alone where it is asked for and configured, else the relay and every
 * provider. A relay is never left out: what all the world reads, a builder may read as well.
 */
export function routesOf({ providers, privateRelay }: Network, only?: "private"): ChainRoute[] {
  const relay = privateRelay === undefined ? [] : [{ provider: privateRelay, private: true }];
  if (only === "private" && relay.length > 0) return relay;
  return [...relay, ...providers.map((provider) => ({ provider, private: false }))];
}
