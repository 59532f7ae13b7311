import { existsSync } from "node:fs";
import { type LadderConfig, ladderKeys } from "../ladder-settings.ts";
import { openReadOnly, type Store } from "../storage/database.ts";
import { hasLadder, openLadderStore } from "../storage/ladder.ts";
import { type Finding, findingsIn } from "./finding.ts";

const { ok, warning } = findingsIn("database");

/**
 * Whether the pauses that were signed ahead of time open under the keys at hand. A wrong key loses nothing, and would be
 * found out in an incident. Changes nothing; says nothing of a database that is not there, or is an older one.
 */
export function checkLadder(databaseUrl: string, config: LadderConfig): Finding[] {
  if (!existsSync(databaseUrl.replace(/^file:/, ""))) return [];
  const store = openAsItIs(databaseUrl);
  if (store === undefined) return [];
  try {
    if (!hasLadder(store)) return [];
    const { key, previous } = ladderKeys(config);
    const now = openLadderStore(store, { ...(key && { key }) }, Date.now);
    const before = openLadderStore(store, { ...(previous && { key: previous }) }, Date.now);
    const { signatures, unreadable } = now.read();
    const old = before.read().signatures.length;
    return [
      finding({ isOn: now.hasKey, readable: signatures.length + old, all: signatures.length + unreadable.length }),
    ];
  } finally {
    store.close();
  }
}

/** Undefined for a file that holds no timeline: what is wrong with it is the database's own finding. */
function openAsItIs(databaseUrl: string): Store | undefined {
  try {
    return openReadOnly(databaseUrl);
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function finding({ isOn, readable, all }: { isOn: boolean; readable: number; all: number }): Finding {
  const lost = all - readable;
  if (lost > 0) {
    return warning(
      "ladder",
      `${lost} of ${all} signatures made ahead of time can't be read${isOn ? " under this LADDER_KEY" : ": LADDER_KEY is not set"}.`,
      "Set LADDER_KEY to the key that they were sealed under, or put that one into LADDER_KEY_PREVIOUS. Else collect them anew.",
    );
  }
  if (!isOn) return ok("ladder", "LADDER_KEY is not set: nothing is signed ahead of time.");
  return ok(
    "ladder",
    all === 0 ? "Nothing is signed ahead of time." : `All ${all} signatures made ahead of time open.`,
  );
}
