import type { Effect } from "../core/effects.ts";
import type { ChatDeps } from "./chat-effects.ts";

export async function showPage(_deps: ChatDeps, _effect: Extract<Effect, { kind: "show_page" }>): Promise<void> {}
