import { lookAtStep } from "../core/playbook-check.ts";
import type { App } from "../core/ports.ts";
import { linkRisk } from "../core/risk.ts";
import { fireTimer } from "../core/timers.ts";
import type { Deliver } from "./pump.ts";

/** What the bot does by itself in time, and looks up by itself. It needs neither a chat nor the chain's lane. */
export function createTimerDelivery(app: App): Deliver {
  return async ({ effect }) => {
    switch (effect.kind) {
      case "timer":
        return fireTimer(app, effect);
      case "check_step":
        return lookAtStep(app, effect);
      case "link_risk":
        return linkRisk(app, effect);
      default:
        throw new Error(`${effect.kind} is no timer.`);
    }
  };
}
