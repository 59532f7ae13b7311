import type { Effect } from "../core/effects.ts";
import type { ChatDeps } from "./chat-effects.ts";

export async function deliverRisks(
  _deps: ChatDeps,
  _effect: Extract<Effect, { kind: "deliver_risks" }>,
): Promise<void> {}
