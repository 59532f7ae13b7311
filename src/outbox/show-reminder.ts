import type { Effect } from "../core/effects.ts";
import type { ChatDeps } from "./chat-effects.ts";

export async function showReminder(
  _deps: ChatDeps,
  _effect: Extract<Effect, { kind: "show_reminder" }>,
): Promise<void> {}
