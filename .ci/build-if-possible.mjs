// Compiles src/ and commands/ into dist/ where the dev dependencies are installed. After `npm prune --omit=dev` they are not
// (though a compiler without its types may stay behind), and what was compiled at install is run as it is.
// With `--needed` it is an error to have neither.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

if (existsSync("node_modules/vitest")) {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
} else if (process.argv.includes("--needed") && !existsSync("dist/src/cli.js")) {
  console.error(
    "Allstop is not compiled, and the compiler is not installed.\nRun `npm ci`, then `npm prune --omit=dev`.",
  );
  process.exit(1);
}
