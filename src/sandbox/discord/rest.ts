import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { DiscordError, fail } from "./errors.ts";
import type { FaultBook } from "./faults.ts";
import { routes } from "./routes.ts";
import type { Scene } from "./scene.ts";
import type { Incoming } from "./writing.ts";

export interface JournalEntry {
  method: string;
  /** The path's template: `POST /channels/:channel/messages`. */
  route: string;
  path: string;
  body: unknown;
  at: number;
  /** `performance.now()` when the answer went out. */
  endedAt?: number;
  status?: number;
  code?: number;
}

export interface Problem {
  route: string;
  message: string;
  errors: unknown;
  body: unknown;
}

export interface RestOptions {
  scene: Scene;
  faults: FaultBook;
  journal: JournalEntry[];
  problems: Problem[];
  takesToken: (token: string) => boolean;
}

const JOURNAL_LENGTH_MAX = 4_000;

/** Answers one request of the bot: who asks, what is wrong on purpose, then the route itself. */
export async function answerRest(
  options: RestOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? "/", "http://localhost");
  const path = url.pathname.replace(/^\/api(\/v\d+)?/, "");
  const method = request.method ?? "GET";
  const found = match(method, path);
  const incoming = await readBody(request);
  const entry: JournalEntry = {
    method,
    route: found?.name ?? `${method} ${path}`,
    path,
    body: incoming.json,
    at: performance.now(),
  };
  remember(options.journal, entry);
  const fault = options.faults.take(entry.route, incoming.json);
  if (options.scene.delayMs > 0) await sleep(options.scene.delayMs);
  if (fault?.kind === "hang") return options.faults.hold(() => response.destroy());
  if (fault?.kind === "reset") return void response.destroy();
  let answer: { status: number; body?: unknown; headers?: Record<string, string> };
  if (fault !== undefined && fault.kind !== "reply_lost") answer = options.faults.answerOf(fault);
  else answer = run(options, entry, found, request, url, incoming);
  entry.status = answer.status;
  entry.endedAt = performance.now();
  options.scene.world.emit({ type: "traffic" });
  if (fault?.kind === "reply_lost") return void response.destroy();
  send(response, answer);
}

function run(
  { scene, problems, takesToken }: RestOptions,
  entry: JournalEntry,
  found: ReturnType<typeof match>,
  request: IncomingMessage,
  url: URL,
  incoming: Incoming,
): { status: number; body?: unknown; headers?: Record<string, string> } {
  try {
    if (found === undefined) throw fail.notFound();
    if (found.auth && !takesToken((request.headers.authorization ?? "").replace(/^Bot /, "")))
      throw fail.unauthorized();
    const body = found.run({ scene, params: found.params, query: url.searchParams, incoming });
    return body === undefined ? { status: 204 } : { status: 200, body };
  } catch (error) {
    if (!(error instanceof DiscordError)) throw error;
    entry.code = error.code;
    if (error.malformed) {
      problems.push({ route: entry.route, message: error.message, errors: error.errors, body: incoming.json });
    }
    const headers = error.retryAfterMs === undefined ? undefined : limitHeaders(error.retryAfterMs);
    return { status: error.status, body: error.body(), ...(headers && { headers }) };
  }
}

export function limitHeaders(retryAfterMs: number): Record<string, string> {
  const seconds = (retryAfterMs / 1000).toString();
  return {
    "retry-after": seconds,
    "x-ratelimit-limit": "1",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset-after": seconds,
    "x-ratelimit-bucket": "sandbox",
    "x-ratelimit-scope": "user",
  };
}

function send(
  response: ServerResponse,
  { status, body, headers = {} }: { status: number; body?: unknown; headers?: Record<string, string> },
): void {
  if (body === undefined) response.writeHead(status, headers).end();
  else response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}

function match(method: string, path: string) {
  const parts = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  for (const route of routes) {
    if (route.method !== method || route.parts.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const fits = route.parts.every((part, index) => {
      const given = parts[index] ?? "";
      if (!part.startsWith(":")) return part === given;
      params[part.slice(1)] = given;
      return true;
    });
    if (fits) return { ...route, params };
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length === 0) return { json: undefined, files: [] };
  const type = request.headers["content-type"] ?? "";
  if (!type.startsWith("multipart/form-data")) return { json: JSON.parse(bytes.toString("utf8")), files: [] };
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData();
  const files: Incoming["files"] = [];
  for (const [name, value] of form) {
    const index = /^files\[(\d+)\]$/.exec(name)?.[1];
    if (typeof value !== "string" && index !== undefined)
      files.push({ name: value.name, bytes: Buffer.from(await value.arrayBuffer()), index: Number(index) });
  }
  const json = form.get("payload_json");
  return { json: typeof json === "string" ? JSON.parse(json) : {}, files };
}

function remember<T>(list: T[], entry: T): void {
  list.push(entry);
  if (list.length > JOURNAL_LENGTH_MAX) list.shift();
}
