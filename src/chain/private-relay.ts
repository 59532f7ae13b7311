import { createProvider, type Provider } from "./rpc.ts";

/**
 * Opens a relay that hands transactions to block builders and to nobody else, so that an attacker does not read of a
 * pause before it is mined. It is only ever sent to: what it says about the chain is one builder's word, so it is no
 * member of any quorum. It takes `eth_sendRawTransaction`, as Flashbots Protect, MEV Blocker and a chain's own sequencer do.
 */
export function openPrivateRelay(url: string): Provider {
  return createProvider(url, new URL(url).host);
}
