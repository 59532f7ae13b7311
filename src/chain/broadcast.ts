import { setTimeout as wait } from "node:timers/promises";
import type { RouteOutcome } from "../core/chain-port.ts";
import { messageOf } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { ChainRoute } from "./routes.ts";
import { RpcRefusal, RpcUnavailable } from "./rpc.ts";

/** A slow provider must not hold up the news from the others for long. Its answer is then unknown. */
const SEND_TIMEOUT_MS = 4_000;
/** Once one has taken the bytes, the others have so long to say so, too. They are sent to all the same. */
const GRACE_MS = 1_000;
/** A provider that is short of breath is asked again, soon: its limit is per second. The same bytes do no harm. */
const RATE_LIMIT_WAITS_MS = [150, 400, 900];
const HAS_IT = /already known|already imported|known transaction|already exists|alreadyknown/i;

/**
 * Sends the same bytes by every route at once. A refusal is that provider's alone; anything but a clear answer is
 * `unknown`, because a gateway's error can hide a transaction that is on its way. Sending the same bytes twice is safe.
 */
export async function broadcastRaw(routes: ChainRoute[], raw: Hex): Promise<RouteOutcome[]> {
  const outcomes = new Map<ChainRoute, RouteOutcome>();
  await new Promise<void>((resolve) => {
    let grace: NodeJS.Timeout | undefined;
    for (const route of routes) {
      void sendBy(route, raw).then((outcome) => {
        outcomes.set(route, outcome);
        if (outcome.outcome === "accepted") grace ??= setTimeout(resolve, GRACE_MS);
        if (outcomes.size < routes.length) return;
        clearTimeout(grace);
        resolve();
      });
    }
  });
  return routes.map((route) => outcomes.get(route) ?? said(route, "unknown", `No answer within ${GRACE_MS} ms.`));
}

async function sendBy(route: ChainRoute, raw: Hex): Promise<RouteOutcome> {
  const until = performance.now() + SEND_TIMEOUT_MS;
  let brokenOnce = false;
  for (let limited = 0; ; ) {
    try {
      await route.provider.requestNow("eth_sendRawTransaction", [raw], Math.max(1, until - performance.now()));
      return said(route, "accepted");
    } catch (error) {
      const delay = RATE_LIMIT_WAITS_MS[limited];
      // A kept-alive socket that was closed under us looks like this, and costs one more attempt.
      if (error instanceof RpcUnavailable && error.broken && !brokenOnce) {
        brokenOnce = true;
      } else if (error instanceof RpcUnavailable && error.limited && delay !== undefined) {
        limited += 1;
        await wait(delay);
      } else {
        return outcomeOf(route, error);
      }
    }
  }
}

function outcomeOf(route: ChainRoute, error: unknown): RouteOutcome {
  const detail = messageOf(error);
  if (!(error instanceof RpcRefusal)) return said(route, "unknown", detail);
  return said(route, HAS_IT.test(detail) ? "known" : "refused", detail);
}

function said(route: ChainRoute, outcome: RouteOutcome["outcome"], detail?: string): RouteOutcome {
  return {
    provider: route.provider.name,
    ...(route.private && { route: "private" as const }),
    outcome,
    ...(detail !== undefined && { detail }),
  };
}
