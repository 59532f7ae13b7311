import { Pool } from "undici";
import { z } from "zod";

/**
 * One JSON-RPC provider over keep-alive sockets. A sender of our own, because the way of an execution's bytes to the
 * wire is measured: a warm pool answers in a fifth of the time of `fetch`, and nothing is estimated or asked behind
 * our back.
 */
export interface Provider {
  /** Host and port only. Paths and queries of RPC addresses hold API keys, which no card or log may show. */
  name: string;
  /** Requests made in one turn of the event loop travel as one batch. Throws `RpcRefusal` or `RpcUnavailable`. */
  request(method: string, params: unknown[]): Promise<unknown>;
  /** One request, alone and at once. Never waits for others to join it. */
  requestNow(method: string, params: unknown[], timeoutMs: number): Promise<unknown>;
  /** Breaks off what is under way: whoever waits for it is told that the provider is gone. */
  close(): void;
}

/** The provider answered, with a JSON-RPC error. */
export class RpcRefusal extends Error {
  readonly code: number;
  readonly data: unknown;
  constructor(provider: string, error: { code: number; message: string; data?: unknown }) {
    super(error.message === "" ? `${provider} refused with code ${error.code}.` : error.message);
    this.name = "RpcRefusal";
    this.code = error.code;
    this.data = error.data;
  }
}

/** No usable answer: the request may or may not have been acted on. */
export class RpcUnavailable extends Error {
  /** True when the connection broke before any answer came, so that asking again at once may help. */
  readonly broken: boolean;
  /** True when the provider says that we ask too often: it has not acted, and will shortly. */
  readonly limited: boolean;
  /** True when the provider does not have the block that was asked about. */
  readonly missingBlock: boolean;
  constructor(
    message: string,
    options: { broken?: boolean; limited?: boolean; missingBlock?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = "RpcUnavailable";
    this.broken = options.broken ?? false;
    this.limited = options.limited ?? false;
    this.missingBlock = options.missingBlock ?? false;
  }
}

const READ_TIMEOUT_MS = 5_000;
/** Enough to read twenty Safes at one head. Who takes fewer at once says so, and gets fewer from then on. */
const BATCH_LENGTH_MAX = 200;
const BATCH_LENGTH_MODEST = 50;
const SOCKETS_PER_PROVIDER = 8;
const KEEP_ALIVE_MS = 60_000;

export function createProvider(url: string, name: string): Provider {
  const wire = openWire(url, name);
  let queue: Pending[] = [];
  let takesBatches = true;
  let batchLengthMax = BATCH_LENGTH_MAX;

  function flush(): void {
    const pending = queue;
    queue = [];
    if (!takesBatches) {
      for (const one of pending) void sendAlone(one);
      return;
    }
    sendInBatches(pending);
  }

  function sendInBatches(pending: Pending[]): void {
    const length = batchLengthMax;
    for (let from = 0; from < pending.length; from += length) {
      void sendTogether(pending.slice(from, from + length));
    }
  }

  async function sendTogether(batch: Pending[]): Promise<void> {
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return sendAlone(only);
    const calls = batch.map(({ method, params }, id) => ({ jsonrpc: "2.0", id, method, params }));
    try {
      const answer = await twice(() => wire.post(JSON.stringify(calls), READ_TIMEOUT_MS));
      const parsed = z.array(Answer).safeParse(answer);
      if (!parsed.success) mustNotBeLimited(name, Answer.safeParse(answer).data);
      if (!parsed.success && batch.length > BATCH_LENGTH_MODEST) {
        batchLengthMax = BATCH_LENGTH_MODEST;
        return sendInBatches(batch);
      }
      if (!parsed.success) {
        // Some providers take no batches: from now on each request of this one travels alone.
        takesBatches = false;
        await Promise.all(batch.map(sendAlone));
        return;
      }
      const byId = new Map(parsed.data.map((one) => [one.id, one]));
      for (const [id, pending] of batch.entries()) settle(pending, byId.get(id));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async function sendAlone({ method, params, resolve, reject }: Pending): Promise<void> {
    try {
      resolve(await twice(() => ask(method, params, READ_TIMEOUT_MS)));
    } catch (error) {
      reject(error);
    }
  }

  async function ask(method: string, params: unknown[], timeoutMs: number): Promise<unknown> {
    const answer = Answer.safeParse(
      await wire.post(JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), timeoutMs),
    );
    if (!answer.success) throw new RpcUnavailable(`${name} answered with something that is not JSON-RPC.`);
    return resultOf(name, answer.data);
  }

  function settle({ resolve, reject }: Pending, answer: Answer | undefined): void {
    try {
      if (answer === undefined) throw new RpcUnavailable(`${name} left a request of a batch unanswered.`);
      resolve(resultOf(name, answer));
    } catch (error) {
      reject(error);
    }
  }

  return {
    name,
    request: (method, params) =>
      new Promise((resolve, reject) => {
        queue.push({ method, params, resolve, reject });
        if (queue.length === 1) setImmediate(flush);
      }),
    requestNow: ask,
    close: wire.close,
  };
}

interface Pending {
  method: string;
  params: unknown[];
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

const Answer = z.object({
  id: z.unknown(),
  result: z.unknown().optional(),
  error: z.object({ code: z.number().catch(0), message: z.string().catch(""), data: z.unknown().optional() }).nullish(),
});
type Answer = z.output<typeof Answer>;

function resultOf(name: string, answer: Answer): unknown {
  if (answer.error === null || answer.error === undefined) return answer.result;
  mustNotBeLimited(name, answer);
  throw new RpcRefusal(name, answer.error);
}

/** Rate limits come as errors too; they say nothing about the request, nor about whether a batch may be sent. */
function mustNotBeLimited(name: string, answer: Answer | undefined): void {
  if (!answer?.error) return;
  const { code, message } = answer.error;
  if (code !== -32005 && !/rate limit|too many requests/i.test(message)) return;
  throw new RpcUnavailable(`${name} is rate limiting us: ${message}`, { limited: true });
}

/** A kept-alive socket may have been closed under us; reading twice does no harm. */
async function twice(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RpcUnavailable && error.broken) return ask();
    throw error;
  }
}

function openWire(url: string, name: string) {
  const { origin, pathname, search, username, password } = new URL(url);
  const pool = new Pool(origin, {
    connections: SOCKETS_PER_PROVIDER,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connect: { timeout: READ_TIMEOUT_MS },
  });
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (username !== "") {
    const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.authorization = `Basic ${Buffer.from(login).toString("base64")}`;
  }
  const path = pathname + search;
  return {
    async post(body: string, timeoutMs: number): Promise<unknown> {
      const { statusCode, text } = await exchange(body, timeoutMs);
      if (statusCode === 429) throw new RpcUnavailable(`${name} is rate limiting us (429).`, { limited: true });
      let answer: unknown;
      try {
        answer = JSON.parse(text);
      } catch {
        throw new RpcUnavailable(`${name} answered ${statusCode}, which is not JSON.`);
      }
      // Many nodes give JSON-RPC errors the status 400 or 500: what counts is whether an answer came.
      if (statusCode < 300 || Answer.safeParse(answer).data?.error) return answer;
      throw new RpcUnavailable(`${name} answered ${statusCode}.`);
    },
    close(): void {
      // Destroying a pool fails for nothing that is ours to mend.
      void pool.destroy();
    },
  };

  async function exchange(body: string, timeoutMs: number): Promise<{ statusCode: number; text: string }> {
    // One timer for all of it: undici's own are coarse, and restart with every byte that trickles in.
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), timeoutMs);
    try {
      const response = await pool.request({ path, method: "POST", headers, body, signal: abort.signal });
      return { statusCode: response.statusCode, text: await response.body.text() };
    } catch (cause) {
      if (abort.signal.aborted) throw new RpcUnavailable(`${name} did not answer within ${timeoutMs} ms.`, { cause });
      throw new RpcUnavailable(`${name} cannot be reached (${codeOf(cause)}).`, { broken: true, cause });
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The error's code alone: its message may hold the address, and the address an API key. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "connection failed";
}
