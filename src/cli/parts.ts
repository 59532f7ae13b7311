import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** What the sandbox needs beyond the bot. All of it is a development dependency: a production bot carries no sandbox. */
const PARTS = {
  "@foundry-rs/anvil": "the local chain",
  ajv: "the check of what the bot sends",
  vite: "the builder of the page",
  preact: "the page",
} as const;

/** Throws with what is missing when the development dependencies are not installed. `what` is what lacks them. */
export function needSandboxParts(what: "sandbox" | "rehearsal"): void {
  const missing = Object.entries(PARTS).filter(([name]) => !isInstalled(name));
  if (missing.length === 0) return;
  throw new Error(
    [
      `The ${what} lacks ${missing.map(([name, use]) => `${name} (${use})`).join(", ")}.`,
      "These are development dependencies. Run `npm ci` for the sandbox, or configure production: see .env.example.",
    ].join("\n"),
  );
}

function isInstalled(name: string): boolean {
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name)));
}
