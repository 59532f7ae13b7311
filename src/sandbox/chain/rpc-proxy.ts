/**
 * An RPC provider that counts and misbehaves: in front of a real one, it records each request, delays, drops, refuses,
 * lies, and fails after having sent. It adds well under a millisecond of its own.
 */
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

export interface RpcRequest {
  method: string;
  params: unknown;
  /** `performance.now()` when it was read. */
  at: number;
}

/**
 * What to do to the next `times` requests of a method (all of them, without `times`):
 * `drop` closes the connection, `500` and `429` refuse without asking the target, `502_after_send` asks the target and
 * hides its answer, `delay` answers `delayMs` later, `lie` answers `result` and `error` a JSON-RPC error, neither of
 * them asking the target; `error_after_send` asks it and answers the error all the same, and `twice` asks it twice. With `when`, only requests whose params it likes are counted.
 */
export type RpcFault = { method: string; times?: number; when?: (params: unknown) => boolean } & (
  | { kind: "drop" | "500" | "429" | "502_after_send" | "twice" }
  | { kind: "delay"; delayMs: number }
  | { kind: "lie"; result: unknown }
  | { kind: "error" | "error_after_send"; error: { code: number; message: string; data?: unknown } }
);

export interface RpcProxy {
  url: string;
  /** Every JSON-RPC request so far, each member of a batch by itself. */
  requests: RpcRequest[];
  /** HTTP requests so far: a batch is one. */
  roundTrips(): number;
  faults: {
    /** Returns what takes the fault away again. */
    add(fault: RpcFault): () => void;
  };
  /** What every round trip takes longer, in milliseconds. */
  setDelay(delayMs: number): void;
  /** Forgets the requests, the faults and the delay. */
  reset(): void;
  close(): Promise<void>;
}

/** Listens on loopback, on a free port. `target` is the URL of a real provider, by plain HTTP. */
export async function startRpcProxy(options: { target: string; delayMs?: number }): Promise<RpcProxy> {
  const state: ProxyState = { requests: [], faults: [], delayMs: options.delayMs ?? 0, roundTrips: 0, closed: false };
  const agent = new Agent({ keepAlive: true, noDelay: true });
  const ask = (body: string) => post(agent, options.target, body);
  const server = createServer({ keepAliveTimeout: 60_000, noDelay: true }, (incoming, outgoing) => {
    answer(state, ask, incoming, outgoing).catch((error) => {
      // The target is gone, or what came was no JSON-RPC: said as a provider's gateway would.
      if (!outgoing.headersSent) reply(outgoing, 502, `Bad Gateway: ${error.message}`);
      else outgoing.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The proxy has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests: state.requests,
    roundTrips: () => state.roundTrips,
    faults: { add: (fault) => addFault(state, fault) },
    setDelay(delayMs) {
      state.delayMs = delayMs;
    },
    reset() {
      state.requests.length = 0;
      state.faults.length = 0;
      state.delayMs = 0;
      state.roundTrips = 0;
    },
    async close() {
      state.closed = true;
      agent.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface ProxyState {
  requests: RpcRequest[];
  faults: { fault: RpcFault; left: number }[];
  delayMs: number;
  roundTrips: number;
  closed: boolean;
}

const Call = z.object({ id: z.unknown().optional(), method: z.string(), params: z.unknown().optional() });
type Call = z.output<typeof Call>;
type Ask = (body: string) => Promise<{ status: number; body: string }>;

async function answer(state: ProxyState, ask: Ask, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await readBody(incoming);
  const at = performance.now();
  const parsed: unknown = JSON.parse(body);
  const isBatch = Array.isArray(parsed);
  const calls = isBatch ? z.array(Call).parse(parsed) : [Call.parse(parsed)];
  state.roundTrips += 1;
  for (const { method, params } of calls) state.requests.push({ method, params, at });
  const faults = calls.map(({ method, params }) => takeFault(state, method, params));
  const delayMs = state.delayMs + Math.max(0, ...faults.map((fault) => (fault?.kind === "delay" ? fault.delayMs : 0)));
  if (delayMs > 0) await wait(delayMs);
  // What is still on its way when the proxy is closed gets nowhere.
  if (state.closed) return;
  // One member's broken transport is the whole batch's: they share the connection.
  const broken = faults.find(isTransportFault);
  if (broken) return breakTransport(broken, () => ask(body), incoming, outgoing);
  if (faults.every((fault) => fault === undefined || fault.kind === "delay")) {
    const answered = await ask(body);
    return reply(outgoing, answered.status, answered.body, "application/json");
  }
  const answers = await Promise.all(calls.map((call, index) => answerOne(ask, call, faults[index])));
  reply(outgoing, 200, isBatch ? `[${answers.join(",")}]` : answers.join(), "application/json");
}

type TransportFault = Extract<RpcFault, { kind: "drop" | "500" | "429" | "502_after_send" }>;

/** What the caller is told; nothing when the connection is dropped. */
const REFUSALS = {
  drop: undefined,
  "500": [500, "Internal Server Error"],
  "429": [429, "Too Many Requests"],
  "502_after_send": [502, "Bad Gateway"],
} as const;

function isTransportFault(fault: RpcFault | undefined): fault is TransportFault {
  return fault !== undefined && fault.kind in REFUSALS;
}

async function breakTransport(
  { kind }: TransportFault,
  ask: () => Promise<unknown>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  if (kind === "502_after_send") await ask();
  const refusal = REFUSALS[kind];
  if (refusal) reply(outgoing, refusal[0], refusal[1]);
  else incoming.socket.destroy();
}

/** One member's answer, true or false, as JSON text. */
async function answerOne(ask: Ask, call: Call, fault: RpcFault | undefined): Promise<string> {
  const head = { jsonrpc: "2.0", id: call.id };
  if (fault?.kind === "lie") return JSON.stringify({ ...head, result: fault.result });
  if (fault?.kind === "error") return JSON.stringify({ ...head, error: fault.error });
  const asked = JSON.stringify({ jsonrpc: "2.0", ...call });
  const { body } = await ask(asked);
  if (fault?.kind === "twice") return (await ask(asked)).body;
  return fault?.kind === "error_after_send" ? JSON.stringify({ ...head, error: fault.error }) : body;
}

function addFault(state: ProxyState, fault: RpcFault): () => void {
  const entry = { fault, left: fault.times ?? Number.POSITIVE_INFINITY };
  state.faults.push(entry);
  return () => {
    entry.left = 0;
  };
}

/** The oldest fault that is for this request and not used up. */
function takeFault(state: ProxyState, method: string, params: unknown): RpcFault | undefined {
  const entry = state.faults.find(
    ({ fault, left }) => left > 0 && fault.method === method && (fault.when?.(params) ?? true),
  );
  if (entry) entry.left -= 1;
  return entry?.fault;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function reply(outgoing: ServerResponse, status: number, body: string, contentType = "text/plain"): void {
  outgoing.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) }).end(body);
}

function post(agent: Agent, target: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(target, { method: "POST", agent, headers }, (response) => {
      readBody(response).then((text) => resolve({ status: response.statusCode ?? 502, body: text }), reject);
    });
    sent.once("error", reject).end(body);
  });
}
