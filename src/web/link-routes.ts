import { Hono } from "hono";
import { isExpired, type LinkChallenge } from "../core/link-challenge.ts";
import { linkPage } from "./link-page.ts";
import { PageError } from "./page-error.ts";
import { createRateLimit } from "./rate-limit.ts";
import { readJson, refuseHaste, SignatureBody } from "./sign-routes.ts";
import { challengeTypedData } from "./typed-data.ts";
import type { WebApp } from "./web-app.ts";

/** The page on which a person links an owner address. Good for ten minutes. */
export function linkRoutes(app: WebApp, root: () => string): Hono {
  const routes = new Hono();
  const reads = createRateLimit({ burst: 30, perSecond: 5, now: app.now });
  const writes = createRateLimit({ burst: 6, perSecond: 0.5, now: app.now });

  function find(token: string, limit = reads): LinkChallenge {
    const challenge = app.links.readLink(token);
    if (challenge === undefined) {
      throw new PageError(
        404,
        "unknown_link",
        "This is not a link that Allstop made, or it was copied in part.",
        "Ask for a new one in chat with /signer link.",
      );
    }
    if (isExpired(challenge, app.now())) {
      throw new PageError(
        410,
        "link_expired",
        `This link was good until ${challenge.expires.slice(11, 19)} UTC.`,
        "Ask for a new one with /signer link.",
      );
    }
    refuseHaste(limit.wait(challenge.nonce));
    return challenge;
  }

  routes.get("/link/:token", (c) => {
    const token = c.req.param("token");
    return c.html(linkPage({ root: root(), token, challenge: find(token), now: app.now() }));
  });

  routes.get("/api/link/:token/typed-data.json", (c) => c.json(challengeTypedData(find(c.req.param("token")))));

  routes.post("/api/link/:token", async (c) => {
    const challenge = find(c.req.param("token"), writes);
    const { signature } = SignatureBody.parse(await readJson(c.req));
    const { owner } = await app.link({ challenge, signature });
    return c.json({ owner, user: challenge.user, name: challenge.name });
  });

  return routes;
}
