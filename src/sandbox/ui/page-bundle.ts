/**
 * Builds the page and the wallet script in memory when the sandbox starts. Vite is a development dependency on purpose:
 * a production bot carries no sandbox.
 */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InlineConfig, Rollup } from "vite";

export interface PageBundle {
  pageScript: string;
  pageStyle: string;
  walletScript: string;
}

let built: Promise<PageBundle> | undefined;

/** Takes about a second the first time, nothing after. Throws when the development dependencies are not installed. */
export function buildPage(): Promise<PageBundle> {
  built ??= bundle();
  return built;
}

async function bundle(): Promise<PageBundle> {
  const vite = await import("vite").catch((error: unknown) => {
    throw new Error("The sandbox needs the development dependencies.\nRun npm ci without --omit=dev.", {
      cause: error,
    });
  });
  const root = pageSources();
  const build = async (config: InlineConfig) => filesOf(await vite.build(config));
  const page = await build(configFor(root, "main.tsx", "es"));
  const wallet = await build(configFor(root, "wallet/main.ts", "iife"));
  return { pageScript: scriptOf(page), pageStyle: styleOf(page), walletScript: scriptOf(wallet) };
}

/** The page is built from its sources even where the server runs compiled, from `dist`. */
function pageSources(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, "src/sandbox/ui/page");
    if (existsSync(join(candidate, "main.tsx"))) return candidate;
  }
  throw new Error("The sandbox's page sources are missing.\nRun it from a checkout of the repository.");
}

function configFor(root: string, entry: string, format: "es" | "iife"): InlineConfig {
  return {
    root,
    configFile: false,
    envFile: false,
    publicDir: false,
    logLevel: "silent",
    mode: "production",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: { input: join(root, entry), output: { format, entryFileNames: "[name].js" } },
    },
  };
}

function filesOf(result: Awaited<ReturnType<typeof import("vite").build>>): Rollup.RollupOutput["output"] {
  const first = Array.isArray(result) ? result[0] : result;
  if (!first || !("output" in first)) throw new Error("Vite built nothing for the sandbox's page.");
  return first.output;
}

function scriptOf(files: Rollup.RollupOutput["output"]): string {
  return files[0].code;
}

function styleOf(files: Rollup.RollupOutput["output"]): string {
  const style = files.find((file) => file.fileName.endsWith(".css"));
  if (style?.type !== "asset") throw new Error("Vite built no style sheet for the sandbox's page.");
  return style.source.toString();
}
