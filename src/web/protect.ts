import type { MiddlewareHandler } from "hono";
import { PageError } from "./page-error.ts";

/**
 * Nothing from elsewhere runs, is shown, is asked or frames us. `data:` images are the icons that wallets bring
 * (EIP-6963); no script of a third party is ever needed.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS: Record<string, string> = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  // The address of a signing page is what opens it: it is told to nobody.
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-robots-tag": "noindex, nofollow",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

export function protect(publicUrl: () => string): MiddlewareHandler {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(HEADERS)) c.res.headers.set(name, value);
    if (publicUrl().startsWith("https:")) c.res.headers.set("strict-transport-security", "max-age=31536000");
  };
}

/** A write comes from our own page, as JSON. A browser sends JSON across origins only when we allow it, and we never do. */
export function ownPagesOnly(publicUrl: () => string): MiddlewareHandler {
  return async (c, next) => {
    const origin = c.req.header("origin");
    if (origin !== undefined && origin !== new URL(publicUrl()).origin) {
      throw new PageError(403, "foreign_origin", "This was sent from another site's page.", "Open the link from chat.");
    }
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (type !== "application/json") {
      throw new PageError(415, "json_only", "Only JSON is read here.", "Send content-type: application/json.");
    }
    await next();
  };
}
