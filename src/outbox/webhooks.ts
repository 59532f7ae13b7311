import type { App } from "../core/ports.ts";
import type { Deliver } from "./pump.ts";

/** What is told to a pager outside. */
export function createWebhookDelivery(_app: App): Deliver {
  return async ({ effect }) => {
    if (effect.kind !== "page_out") throw new Error(`${effect.kind} is not told to a pager.`);
  };
}
