import { join } from "node:path";
import { packageRoot } from "../src/root.ts";

/**
 * What Node runs as `allstop`. `npm test` has just compiled it, and compiled it starts in half the time; whoever runs one
 * file by hand may not have, and gets the sources.
 */
export const program: readonly string[] =
  process.env.npm_lifecycle_event === "test"
    ? [join(packageRoot, "dist/src/cli.js")]
    : ["--import", import.meta.resolve("tsx"), join(packageRoot, "src/cli.ts")];
