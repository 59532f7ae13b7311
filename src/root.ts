import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The directory of Allstop's own package.json, whose playbooks and migrations are read. The same from `src/` and from
 * the compiled `dist/src/`, wherever the process was started.
 */
export const packageRoot: string = findRoot(dirname(fileURLToPath(import.meta.url)));

function findRoot(from: string): string {
  const file = join(from, "package.json");
  if (existsSync(file) && /"name"\s*:\s*"allstop"/.test(readFileSync(file, "utf8"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error(`No package.json of allstop lies above ${import.meta.url}: install it again.`);
  return findRoot(parent);
}
