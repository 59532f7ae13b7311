import type { Decision } from "./ports.ts";

/** No event and nothing owed: what was asked for is already so. */
export const nothing: Decision = { events: [], effects: [] };
