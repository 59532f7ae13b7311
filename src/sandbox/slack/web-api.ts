import type { IncomingMessage, ServerResponse } from "node:http";
import { SlackError } from "./errors.ts";
import type { Fault, FaultBook } from "./faults.ts";
import { bodyOf, breakConnection, parseArgs, sendJson } from "./http.ts";
import type { Fields } from "./json.ts";
import { METHODS } from "./methods/index.ts";
import type { Call, Method } from "./methods/method.ts";
import type { RateLimit } from "./ratelimit.ts";
import { type JournalEntry, type Problem, remember } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

export interface Tokens {
  bot: string;
  app: string;
  /** Error code that each revoked token is answered with. */
  revoked: Map<string, string>;
}

export interface WebApi {
  workspace: Workspace;
  tokens: Tokens;
  scopes: Set<string>;
  faults: FaultBook;
  rateLimit: RateLimit | undefined;
  journal: JournalEntry[];
  problems: Problem[];
  parts: Pick<Call, "validator" | "sockets" | "triggers" | "uploads">;
}

/** Answers `POST /api/<name>` as Slack does: 200 whatever happens, 429 when there is too much of it. */
export async function answerApi(
  api: WebApi,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { args, token } = parseArgs(request, await bodyOf(request));
  const entry: JournalEntry = { method: name, args, token, status: 200, result: {}, at: api.workspace.clock.now() };
  remember(api.journal, entry);
  const fault = api.faults.take(name, args);
  const early = fault && fault.kind !== "reply_lost" ? faultAnswer(fault) : limitAnswer(api, name, args);
  const answer = early ?? { status: 200, headers: {}, body: await perform(api, name, args, token) };
  entry.result = answer === "broken" || answer === "hanging" ? {} : answer.body;
  if (answer === "hanging") {
    entry.status = "hanging";
    api.faults.hold(() => breakConnection(response));
  } else if (answer === "broken" || fault?.kind === "reply_lost") {
    entry.status = "broken";
    breakConnection(response);
  } else {
    entry.status = answer.status;
    sendJson(response, answer.status, answer.body, { ...scopeHeaders(api, name, token), ...answer.headers });
  }
  api.workspace.emit({ type: "traffic" });
}

type Answer = { status: number; headers: Record<string, string>; body: Fields } | "broken" | "hanging";

function faultAnswer(fault: Fault): Answer {
  switch (fault.kind) {
    case "429":
      return tooMany(fault.retryAfter ?? 1);
    case "500":
      return { status: 500, headers: {}, body: { ok: false, error: "internal_error" } };
    case "error":
      return { status: 200, headers: {}, body: { ok: false, error: fault.error ?? "internal_error" } };
    case "hang":
      return "hanging";
    case "reset":
    case "reply_lost":
      return "broken";
    default:
      return fault.kind satisfies never;
  }
}

function limitAnswer({ rateLimit }: WebApi, name: string, args: Fields): Answer | undefined {
  const method = METHODS.get(name);
  const waitS = method && rateLimit?.(name, method.tier, args);
  return waitS === undefined ? undefined : tooMany(waitS);
}

function tooMany(retryAfterS: number): Answer {
  return { status: 429, headers: { "retry-after": String(retryAfterS) }, body: { ok: false, error: "ratelimited" } };
}

async function perform(api: WebApi, name: string, args: Fields, token: string): Promise<Fields> {
  try {
    const method = METHODS.get(name);
    // Slack looks at the token first, then at the method.
    checkToken(api.tokens, token, method);
    if (!method) throw new SlackError("unknown_method", { req_method: name }, true);
    return { ok: true, ...(await method.run(callOf(api, name, token), args)) };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    noteProblem(api, name, error, args);
    return { ok: false, error: error.code, ...error.extra };
  }
}

/** Keeps what was the bot's own fault; a refusal by circumstance is none. */
export function noteProblem({ problems }: Pick<WebApi, "problems">, method: string, error: SlackError, args: Fields) {
  if (error.isProblem) problems.push({ method, error: error.code, messages: messagesOf(error), args });
}

function messagesOf({ extra }: SlackError): string[] {
  const metadata = extra.response_metadata;
  const messages = typeof metadata === "object" && metadata !== null && "messages" in metadata ? metadata.messages : [];
  return Array.isArray(messages) ? messages.map(String) : [];
}

function checkToken(tokens: Tokens, token: string, method: Method | undefined): void {
  if (token === "") throw new SlackError("not_authed");
  const revoked = tokens.revoked.get(token);
  if (revoked) throw new SlackError(revoked);
  if (token !== tokens.bot && token !== tokens.app) throw new SlackError("invalid_auth");
  const kind = token === tokens.bot ? "bot" : "app";
  if (method && method.token !== "any" && method.token !== kind) throw new SlackError("not_allowed_token_type");
}

function callOf(api: WebApi, name: string, token: string): Call {
  // The app token's only scope is its own; what an app may do is granted to its bot.
  const granted = (scope: string) => token === api.tokens.bot && api.scopes.has(scope);
  return {
    ...api.parts,
    method: name,
    workspace: api.workspace,
    granted,
    need(anyOf) {
      if (anyOf.some(granted)) return;
      throw new SlackError("missing_scope", { needed: anyOf.join(","), provided: [...api.scopes].join(",") });
    },
  };
}

function scopeHeaders(api: WebApi, name: string, token: string): Record<string, string> {
  const accepted = METHODS.get(name)?.scopes.join(",");
  return {
    "x-oauth-scopes": token === api.tokens.app ? "connections:write" : [...api.scopes].join(","),
    ...(accepted && { "x-accepted-oauth-scopes": accepted }),
  };
}
