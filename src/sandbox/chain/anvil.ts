/** One anvil process: started, waited for, and never left behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export interface AnvilOptions {
  /** 0, the default, takes a free one. */
  port?: number;
  chainId?: number;
  /** Seconds between blocks. Without it (or with 0) every transaction is mined at once, in its own block. */
  blockTimeSeconds?: number;
  /** How many of anvil's own accounts exist, whose keys the whole world knows. None, unless asked. */
  accounts?: number;
  /** Path of a state that `anvil --dump-state` would write: JSON, unpacked. */
  loadState?: string;
  /** The tag `safe` is this many blocks behind `latest`, `finalized` twice as many. */
  slotsInAnEpoch?: number;
  /** Further arguments, as anvil's command line takes them. */
  args?: string[];
}

export interface Anvil {
  rpcUrl: string;
  port: number;
  chainId: number;
  pid: number;
  /** Resolves when the process is gone, however that came; says what it last wrote to stderr. */
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  /** Resolves when the process is gone. May be called twice. */
  close(): Promise<void>;
}

/** The newest hardfork of anvil 1.7.1 that has a name; the contracts are compiled for it. */
const HARDFORK = "osaka";
/**
 * Reads at older blocks fail: a full geth node keeps as many. Without a limit anvil writes old states under the person's
 * home directory; with a high one, a sandbox left open overnight fills the memory.
 */
const STATES_KEPT = 128;
const START_TIMEOUT_MS = 15_000;
const TERM_TIMEOUT_MS = 2_000;
const STDERR_LENGTH_MAX = 4_096;

/**
 * Starts anvil on loopback and resolves when it answers. The native binary is spawned itself: killing the package's
 * wrapper script would orphan it. Whatever becomes of this process, anvil ends with it: by `close()`, by an exit
 * handler, and, on POSIX systems, by a watching shell whose standard input closes when this process is killed.
 * On Windows, anvil outlives a parent that is ended by force.
 *
 * Throws when the binary is not installed, and, with anvil's own words, when it does not start.
 */
export async function startAnvil(options: AnvilOptions = {}): Promise<Anvil> {
  const { chainId = 31337 } = options;
  // In a process group of its own, so that Ctrl-C reaches the bot first and the chain is closed in order.
  const child = spawn(anvilBinary(), anvilArguments(options, chainId), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  const exited = watchExit(child);
  const unguard = guard(child);
  exited.then(unguard);
  const port = await listeningPort(child, exited).catch((error) => {
    child.kill("SIGKILL");
    throw error;
  });
  return {
    rpcUrl: `http://127.0.0.1:${port}`,
    port,
    chainId,
    pid: child.pid!,
    exited,
    async close() {
      child.kill("SIGTERM");
      const force = setTimeout(() => child.kill("SIGKILL"), TERM_TIMEOUT_MS);
      await exited;
      clearTimeout(force);
    },
  };
}

/** Where npm put the native binary for this machine. Throws when the dev dependencies were left out. */
export function anvilBinary(resolve = createRequire(import.meta.url).resolve): string {
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const packageName = `@foundry-rs/anvil-${process.platform}-${arch}`;
  try {
    const folder = dirname(resolve(`${packageName}/package.json`));
    return join(folder, "bin", process.platform === "win32" ? "anvil.exe" : "anvil");
  } catch (cause) {
    const message = `The sandbox needs the dev dependencies: run npm ci without --omit=dev. (${packageName} is missing.)`;
    throw new Error(message, { cause });
  }
}

function anvilArguments(options: AnvilOptions, chainId: number): string[] {
  const { port = 0, blockTimeSeconds = 0, accounts = 0, slotsInAnEpoch, loadState, args = [] } = options;
  const flags: [string, string | number | undefined][] = [
    ["--host", "127.0.0.1"],
    ["--port", port],
    ["--chain-id", chainId],
    ["--hardfork", HARDFORK],
    ["--accounts", accounts],
    ["--prune-history", STATES_KEPT],
    ["--block-time", blockTimeSeconds || undefined],
    ["--slots-in-an-epoch", slotsInAnEpoch],
    ["--load-state", loadState],
  ];
  const given = flags.flatMap(([name, value]) => (value === undefined ? [] : [name, String(value)]));
  // A web page that the person happens to have open has no business with a node that obeys everyone.
  return ["--no-cors", ...given, ...args];
}

function watchExit(child: ChildProcess): Anvil["exited"] {
  let stderr = "";
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-STDERR_LENGTH_MAX);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ code: null, signal: null, stderr: `${error.message}\n${stderr}` }));
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
}

/** Every anvil that runs: all end with this process. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** Sees to it that anvil does not outlive us. Returns what calls that off. */
function guard(child: ChildProcess): () => void {
  running.add(child);
  const watcher = process.platform === "win32" || child.pid === undefined ? undefined : spawnWatcher(child.pid);
  return () => {
    running.delete(child);
    watcher?.kill("SIGKILL");
  };
}

/** A shell that waits for the end of its input, which comes when we are gone, even by SIGKILL. */
function spawnWatcher(pid: number): ChildProcess {
  const script = 'read -r _; kill -KILL "$1"';
  const watcher = spawn("/bin/sh", ["-c", script, "sh", String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Where there is no shell, the exit handler is all there is.
  watcher.on("error", () => undefined);
  watcher.unref();
  // The pipe must stay open without keeping us alive.
  if (watcher.stdin && "unref" in watcher.stdin && typeof watcher.stdin.unref === "function") watcher.stdin.unref();
  return watcher;
}

/** The port that anvil says it listens on: it has bound it by then, so that no other process can come between. */
function listeningPort(child: ChildProcess, exited: Anvil["exited"]): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`anvil did not start within ${START_TIMEOUT_MS} ms.`)),
      START_TIMEOUT_MS,
    );
    let seen = "";
    const read = (chunk: string) => {
      seen += chunk;
      const port = /Listening on 127\.0\.0\.1:(\d+)/.exec(seen)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      // Its log goes nowhere, but must be read: a full pipe would stop it.
      child.stdout!.off("data", read).resume();
      resolve(Number(port));
    };
    child.stdout!.setEncoding("utf8").on("data", read);
    exited.then(({ code, signal, stderr }) => {
      clearTimeout(timer);
      reject(new Error(`anvil ended before it listened (${signal ?? `status ${code}`}).\n${stderr.trim()}`));
    });
  });
}
