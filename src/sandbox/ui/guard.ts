/**
 * Who may talk to the sandbox: pages of this very address, on this very machine. Loopback alone is not enough, because
 * any website can point its own name at 127.0.0.1 (DNS rebinding) or post a form to it (request forgery).
 */
import type { MiddlewareHandler } from "hono";

const LOOPBACK_NAMES = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Refuses a request whose Host is not a loopback name, and a write that another site started. Routes under
 * `ownPrefixes` must carry an Origin, as every browser sends one with a write; the bot's own pages may be written to
 * without one, by its own clients and tests, since the bot guards itself.
 */
export function sameMachineOnly(ownPrefixes: string[]): MiddlewareHandler {
  return async (c, next) => {
    const host = c.req.header("host") ?? "";
    if (!isLoopback(host)) {
      return c.json(
        { error: `The sandbox does not answer to "${host}".`, hint: "Open it at its 127.0.0.1 address." },
        403,
      );
    }
    if (c.req.method === "GET" || c.req.method === "HEAD") return next();

    const origin = c.req.header("origin");
    const isOwn = ownPrefixes.some((prefix) => c.req.path.startsWith(prefix));
    if (origin === undefined ? isOwn : origin !== `http://${host}`) {
      return c.json(
        { error: "This request was started by another site.", hint: "Act on the sandbox's own page." },
        403,
      );
    }
    return next();
  };
}

function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.replace(/:\d+$/, "").toLowerCase());
}
