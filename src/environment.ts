import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

/** The process's environment, with what `.env` in a directory adds. What is set in the process itself wins. */
export function readEnvironment(env: NodeJS.ProcessEnv, dir: string): NodeJS.ProcessEnv {
  const file = join(dir, ".env");
  return existsSync(file) ? { ...parseEnv(readFileSync(file, "utf8")), ...env } : env;
}
