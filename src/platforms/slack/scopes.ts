import { METHOD_SCOPES } from "./methods.ts";

/** Events that we listen to, each with the scope that Slack asks for it. */
export const EVENT_SCOPES = {
  reaction_added: ["reactions:read"],
  reaction_removed: ["reactions:read"],
  app_home_opened: [],
} as const;

/** Bot scopes that the app must be granted. `channels:read` is for `allstop doctor`, which looks at the alerts channel. */
export const requiredScopes: readonly string[] = [
  ...new Set([
    "commands",
    "channels:read",
    ...Object.values(METHOD_SCOPES).flat(),
    ...Object.values(EVENT_SCOPES).flat(),
  ]),
].sort();

/** What the app-level token of Socket Mode must be granted. */
export const requiredAppScopes: readonly string[] = ["connections:write"];
