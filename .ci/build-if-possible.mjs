// Compiles src/ and commands/ into dist/ where the compiler is installed. After `npm prune --omit=dev` it is not, and what
// was compiled at install is run as it is. With `--needed` it is an error to have neither.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

if (existsSync("node_modules/typescript")) {
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
} else if (process.argv.includes("--needed") && !existsSync("dist/src/cli.js")) {
  console.error(
    "Allstop is not compiled, and the compiler is not installed.\nRun `npm ci`, then `npm prune --omit=dev`.",
  );
  process.exit(1);
}
