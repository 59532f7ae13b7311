import { createRequire } from "node:module";
import { Worker } from "node:worker_threads";
import { z } from "zod";

/** What is asked of api-kit: one of its methods, by name. */
export type KitMethod = "getTransaction" | "getMultisigTransactions" | "proposeTransaction";

/** The service answered with an error status, or could not be reached (`status` undefined). */
export class ServiceRefusal extends Error {
  readonly status: number | undefined;
  constructor(message: string, status: number | undefined) {
    super(message);
    this.name = "ServiceRefusal";
    this.status = status;
  }
}

export interface KitWorker {
  /** Throws `ServiceRefusal`. What it resolves with is as the service sent it: to be parsed. */
  call(method: KitMethod, args: unknown[]): Promise<unknown>;
  /** Ends the thread. The next call starts another. */
  close(): void;
}

const ANSWER_MS_MAX = 8_000;
/** Longer than between two polls: the thread stays while a proposal is open, and its memory comes back afterwards. */
const IDLE_MS = 90_000;

/**
 * Safe's api-kit in a thread of its own. It brings protocol-kit along: half a second of computing and some 70 MB, which
 * the main thread must not spend just when an incident begins, and it waits for an answer for ever. The thread is started
 * by the first call, and is ended by `close`, by a call that takes too long, and when nothing was asked for a while.
 */
export function startKitWorker(service: { chainId: number; url: string; apiKey?: string | undefined }): KitWorker {
  let worker: Worker | undefined;
  let calls = 0;
  let idle: NodeJS.Timeout | undefined;
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>();

  function start(): Worker {
    const kit = createRequire(import.meta.url).resolve("@safe-global/api-kit");
    const fresh = new Worker(source, { eval: true, workerData: { kit, ...service }, execArgv: [] });
    // A bot that is to stop must not be kept from it by a service that is slow.
    fresh.unref();
    fresh.on("message", (message: unknown) => {
      const answer = Answer.parse(message);
      const call = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("value" in answer) call?.resolve(answer.value);
      else call?.reject(new ServiceRefusal(answer.error, answer.status));
    });
    fresh.on("error", (error) => end(fresh, error.message));
    fresh.on("exit", () => end(fresh, "Its thread ended."));
    return fresh;
  }

  function end(ended: Worker, why: string): void {
    if (worker !== ended) return;
    worker = undefined;
    void ended.terminate();
    for (const { reject } of waiting.values()) reject(new ServiceRefusal(why, undefined));
    waiting.clear();
  }

  return {
    async call(method, args) {
      clearTimeout(idle);
      worker ??= start();
      const used = worker;
      calls += 1;
      const id = calls;
      const answered = new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
      const timer = setTimeout(() => end(used, `It did not answer within ${ANSWER_MS_MAX / 1000} s.`), ANSWER_MS_MAX);
      used.postMessage({ id, method, args });
      try {
        return await answered;
      } finally {
        clearTimeout(timer);
        clearTimeout(idle);
        if (waiting.size === 0) idle = setTimeout(() => end(used, "Closed."), IDLE_MS).unref();
      }
    },
    close() {
      clearTimeout(idle);
      if (worker !== undefined) end(worker, "Closed.");
    },
  };
}

const Answer = z.union([
  z.object({ id: z.number(), error: z.string(), status: z.number().optional() }),
  z.object({ id: z.number(), value: z.unknown() }),
]);

/** Plain CommonJS, so that it runs the same from source, from a build and under a test runner. */
const source = `
const { parentPort, workerData } = require("node:worker_threads");
const { default: SafeApiKit } = require(workerData.kit);
const { chainId, url, apiKey } = workerData;
let kit;
parentPort.on("message", async ({ id, method, args }) => {
  try {
    kit ??= new SafeApiKit({ chainId: BigInt(chainId), txServiceUrl: url, apiKey });
    parentPort.postMessage({ id, value: await kit[method](...args) });
  } catch (error) {
    const status = typeof error.statusCode === "number" ? error.statusCode : undefined;
    parentPort.postMessage({ id, error: String(error.message ?? error), status });
  }
});
`;
