import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { z } from "zod";
import { type Address, Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-shapes.ts";

const WAIT_MS_MAX = 30_000;

/**
 * The safeTxHash of each transaction, in their order, as Safe's own protocol-kit computes it.
 *
 * It runs in a worker thread that lives for one answer. Importing protocol-kit takes 0.3 to 0.6 s of pure computing and
 * 50 to 70 MB: in the main thread nobody's click would be acknowledged meanwhile, just when an incident begins; and the
 * memory comes back when the thread ends. Its pure helper is all that is used, never its executor.
 */
export function kitSafeTxHashes(chainId: number, safe: Address, version: string, txs: SafeTx[]): Promise<Hex[]> {
  // Resolved here, because code given as text resolves from the working directory.
  const kit = createRequire(import.meta.url).resolve("@safe-global/protocol-kit");
  const worker = new Worker(source, {
    eval: true,
    workerData: { kit, chainId, safe, version, txs: txs.map((tx) => ({ ...tx, nonce: Number(tx.nonce) })) },
    // Loaders of the main thread, such as a test runner's, have no business there.
    execArgv: [],
  });
  return new Promise<Hex[]>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("protocol-kit did not answer.")), WAIT_MS_MAX);
    worker.once("message", (answer) => {
      const parsed = Answer.safeParse(answer);
      if (parsed.success) resolve(parsed.data.hashes);
      else reject(parsed.error);
    });
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new Error(`protocol-kit ended with status ${code} and without an answer.`)));
    worker.once("exit", () => clearTimeout(timer));
  }).finally(() => worker.terminate());
}

const Answer = z.object({ hashes: z.array(Hex) });

/** Plain CommonJS, so that it runs the same from source, from a build and under a test runner. */
const source = `
const { parentPort, workerData } = require("node:worker_threads");
const { calculateSafeTransactionHash } = require(workerData.kit);
const { chainId, safe, version, txs } = workerData;
parentPort.postMessage({ hashes: txs.map((tx) => calculateSafeTransactionHash(safe, tx, version, BigInt(chainId))) });
`;
