/**
 * The bot's own web pages, seen through the sandbox's address, so that one address is all a newcomer opens. Into each
 * HTML page goes the sandbox's wallet script, the way a browser extension would put its own in: the bot contains no
 * sandbox code, and its content-security policy stays as strict as it is, since the script is of the same origin.
 */
import type { IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import type { Context, Handler } from "hono";
import { request } from "undici";

const WALLET_SCRIPT = '<script src="/sandbox/wallet.js"></script>';

/** They describe one connection, not the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"];

/** @param origin where the bot's web server listens, such as `http://127.0.0.1:3001`. */
export function botProxy(origin: string): Handler {
  return async (c) => {
    let answer: Awaited<ReturnType<typeof request>>;
    try {
      answer = await request(targetOf(c, origin), {
        method: c.req.method as "GET",
        headers: requestHeaders(c),
        body: c.req.raw.body ? Readable.fromWeb(c.req.raw.body as Parameters<typeof Readable.fromWeb>[0]) : null,
        signal: c.req.raw.signal,
        headersTimeout: 30_000,
        bodyTimeout: 0,
      });
    } catch (error) {
      return c.text(`Allstop's own pages do not answer at ${origin}: ${(error as Error).message}`, 502);
    }
    const headers = responseHeaders(answer.headers);
    const type = headers.get("content-type") ?? "";
    if (type.startsWith("text/html") && c.req.method !== "HEAD") {
      headers.delete("content-length");
      headers.delete("etag");
      return new Response(withWallet(await answer.body.text()), { status: answer.statusCode, headers });
    }
    const isBodiless = c.req.method === "HEAD" || [204, 205, 304].includes(answer.statusCode);
    if (isBodiless) await answer.body.dump();
    const body = isBodiless ? null : (Readable.toWeb(answer.body) as ReadableStream);
    return new Response(body, { status: answer.statusCode, headers });
  };
}

/** Puts the wallet before `</head>`; a page without a head gets it first. */
export function withWallet(html: string): string {
  const at = html.search(/<\/head\s*>/i);
  return at < 0 ? WALLET_SCRIPT + html : html.slice(0, at) + WALLET_SCRIPT + html.slice(at);
}

function targetOf(c: Context, origin: string): URL {
  const asked = new URL(c.req.url);
  // `as` is the sandbox's own: it tells the wallet script in the page who is acting.
  asked.searchParams.delete("as");
  return new URL(asked.pathname + asked.search, origin);
}

/** Host stays the sandbox's, because that is the address which the bot knows as its public one. */
function requestHeaders(c: Context): Record<string, string> {
  const headers: Record<string, string> = {};
  c.req.raw.headers.forEach((value, name) => {
    if (!HOP_BY_HOP.includes(name) && name !== "expect") headers[name] = value;
  });
  // Plain text, since the wallet script has to be put in.
  headers["accept-encoding"] = "identity";
  return headers;
}

function responseHeaders(from: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(from)) {
    if (value === undefined || HOP_BY_HOP.includes(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) headers.append(name, one);
  }
  return headers;
}
