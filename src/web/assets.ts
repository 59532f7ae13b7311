import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { packageRoot } from "../root.ts";

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface Asset {
  type: string;
  text: string;
}

/** The pages' own files by name, read once. A request can only ask for a name in this table: there are no paths. */
export function loadAssets(): Map<string, Asset> {
  const folder = join(packageRoot, "src", "web", "public");
  const assets = new Map<string, Asset>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[extname(name)];
    if (type !== undefined) assets.set(name, { type, text: readFileSync(join(folder, name), "utf8") });
  }
  return assets;
}
