import { existsSync } from "node:fs";
import { join } from "node:path";
import { mode, readDatabaseUrl } from "../config.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { loadPlan } from "../plan.ts";
import { FileMistakes } from "../yaml-file.ts";

export const SANDBOX_FOLDER = join(".allstop", "sandbox");
const SANDBOX_DATABASE = `file:${join(SANDBOX_FOLDER, "allstop.db")}`;

/** The database of the bot that runs here, with these settings: the sandbox's own, with nothing configured. */
export function databaseOfBot(env: NodeJS.ProcessEnv): string {
  return mode(env) === "sandbox" ? readDatabaseUrl(env, SANDBOX_DATABASE) : readDatabaseUrl(env);
}

/** The database to read. Whoever has no settings at hand is taken to mean what lies here: a bot's, else the sandbox's. */
export function databaseToRead(env: NodeJS.ProcessEnv): string {
  const given = readDatabaseUrl(env);
  return existsSync(given.slice("file:".length)) ? given : databaseOfBot(env);
}

/** The plan for people's names, if there is one. One with mistakes keeps nobody from reading the timeline. */
export function planForNames(env: NodeJS.ProcessEnv): LoadedPlan | undefined {
  const path = env.RESPONSE_PLAN?.trim();
  if (!path) return undefined;
  try {
    return loadPlan(path);
  } catch (error) {
    if (!(error instanceof FileMistakes)) throw error;
    console.error(`People's names are those of the timeline alone: the response plan can't be read.\n${error.message}`);
    return undefined;
  }
}
