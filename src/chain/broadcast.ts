import { messageOf } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { RouteOutcome } from "../core/ports.ts";
import type { Network } from "./network.ts";
import { type Provider, RpcRefusal, RpcUnavailable } from "./rpc.ts";

/** A slow provider must not hold up the news from the others for long. Its answer is then unknown. */
const SEND_TIMEOUT_MS = 4_000;
const HAS_IT = /already known|already imported|known transaction|already exists|alreadyknown/i;

/**
 * Sends the same bytes to every provider at once. A refusal is that provider's alone; anything but a clear answer is
 * `unknown`, because a gateway's error can hide a transaction that is on its way. Sending the same bytes twice is safe.
 */
export function broadcastRaw(network: Network, raw: Hex): Promise<RouteOutcome[]> {
  return Promise.all(network.providers.map((provider) => sendTo(provider, raw)));
}

async function sendTo(provider: Provider, raw: Hex): Promise<RouteOutcome> {
  try {
    await provider.requestNow("eth_sendRawTransaction", [raw], SEND_TIMEOUT_MS);
    return { provider: provider.name, outcome: "accepted" };
  } catch (error) {
    // A kept-alive socket that was closed under us looks like this, and costs one more attempt.
    if (error instanceof RpcUnavailable && error.broken) return sendAgain(provider, raw);
    return outcomeOf(provider, error);
  }
}

async function sendAgain(provider: Provider, raw: Hex): Promise<RouteOutcome> {
  try {
    await provider.requestNow("eth_sendRawTransaction", [raw], SEND_TIMEOUT_MS);
    return { provider: provider.name, outcome: "accepted" };
  } catch (error) {
    return outcomeOf(provider, error);
  }
}

function outcomeOf({ name }: Provider, error: unknown): RouteOutcome {
  const detail = messageOf(error);
  if (!(error instanceof RpcRefusal)) return { provider: name, outcome: "unknown", detail };
  return { provider: name, outcome: HAS_IT.test(detail) ? "known" : "refused", detail };
}
