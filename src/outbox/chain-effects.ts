import { RetryableError } from "../core/errors.ts";
import { findPause } from "../core/incident.ts";
import { noteOpening } from "../core/ladder-open.ts";
import { isOpen } from "../core/pause-state.ts";
import type { App } from "../core/ports.ts";
import { getIncident } from "../core/record-incident.ts";
import { settleNested } from "../core/signature-nested.ts";
import { driveExecution } from "./execution.ts";
import type { Deliver } from "./pump.ts";

/** The chain's lane: arming a proposal, and carrying an execution to its end. Nothing else causes a broadcast. */
export function createChainDelivery(app: App): Deliver {
  return async ({ effect, attempts }, stop) => {
    switch (effect.kind) {
      case "arm": {
        const pause = findPause(await getIncident(app, effect.incident), effect.proposal);
        if (isOpen(pause)) await app.chain.arm(pause);
        return;
      }
      case "execute":
        await driveExecution(app, effect, { stop, failures: attempts });
        if (stop.aborted) throw new RetryableError("Stopped before the end; it goes on at the next start.");
        return;
      case "settle_nested":
        return settleNested(app, effect);
      case "note_opening":
        return noteOpening(app, effect);
      default:
        throw new Error(`${effect.kind} is owed to the chat, not to the chain.`);
    }
  };
}
