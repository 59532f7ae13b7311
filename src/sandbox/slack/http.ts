import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Fields, isFields, textOf } from "./json.ts";

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Arguments of a Web API request, from the query and from a form or JSON body; and its token. */
export function parseArgs(request: IncomingMessage, body: Buffer): { args: Fields; token: string } {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  const { token: inBody, ...args } = { ...Object.fromEntries(query), ...parseBody(request, body) };
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  // JSON bodies say null for what a form leaves out.
  const given = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== null));
  return { args: given, token: bearer ?? textOf(inBody) ?? "" };
}

export function parseBody(request: IncomingMessage, body: Buffer): Fields {
  if (body.length === 0) return {};
  if (request.headers["content-type"]?.includes("json")) {
    const parsed = parseJson(body.toString());
    return isFields(parsed) ? parsed : {};
  }
  return Object.fromEntries(new URLSearchParams(body.toString()));
}

/** Undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: Fields,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "x-slack-req-id": randomBytes(16).toString("hex"),
    ...headers,
  });
  response.end(JSON.stringify(body));
}

export function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
  response.end(text);
}

/** The network fails: no answer, no goodbye. */
export function breakConnection(response: ServerResponse): void {
  response.socket?.resetAndDestroy();
}
