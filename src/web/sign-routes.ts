import { Hono } from "hono";
import { z } from "zod";
import type { ProposalId } from "../core/ids.ts";
import { pauseCardRows } from "../core/pause-card.ts";
import type { Pause } from "../core/pause-state.ts";
import { canonicalSignature, recoverOwner, Signature } from "../core/safe-tx.ts";
import { PageError } from "./page-error.ts";
import { createRateLimit } from "./rate-limit.ts";
import { signPage } from "./sign-page.ts";
import { signState } from "./sign-state.ts";
import { pauseTypedData } from "./typed-data.ts";
import type { WebApp } from "./web-app.ts";

export const SignatureBody = z.object({ signature: Signature });

/** The signing page, the state that it polls, and the door for signatures. Anyone with the link may bring one. */
export function signRoutes(app: WebApp, root: () => string): Hono {
  const routes = new Hono();
  // A whole room polls one link every two seconds; signatures come by hand.
  const reads = createRateLimit({ burst: 120, perSecond: 40, now: app.now });
  const writes = createRateLimit({ burst: 12, perSecond: 1, now: app.now });

  async function find(token: string, limit = reads): Promise<{ proposal: ProposalId; pause: Pause }> {
    const proposal = app.links.readSign(token);
    if (proposal === undefined) throw notOurs();
    refuseHaste(limit.wait(proposal));
    const pause = await app.pause(proposal);
    if (pause === undefined) throw notOurs();
    return { proposal, pause };
  }

  routes.get("/sign/:token", async (c) => {
    const token = c.req.param("token");
    const { proposal, pause } = await find(token);
    const phrase = app.links.phrase(proposal);
    const incidentTitle = await app.incidentTitle(pause.incident);
    const state = await signState(pause, app.ownerName);
    const rows = pauseCardRows(pause, { phrase });
    return c.html(signPage({ root: root(), token, pause, rows, state, phrase, incidentTitle }));
  });

  routes.get("/api/sign/:token", async (c) => {
    const { pause } = await find(c.req.param("token"));
    return c.json(await signState(pause, app.ownerName));
  });

  routes.get("/api/sign/:token/typed-data.json", async (c) => {
    const { pause } = await find(c.req.param("token"));
    return c.json(pauseTypedData(pause));
  });

  routes.post("/api/sign/:token", async (c) => {
    const { proposal, pause: before } = await find(c.req.param("token"), writes);
    const { signature } = SignatureBody.parse(await readJson(c.req));
    const pause = await app.confirm({ proposal, signature, via: "page" });
    const state = await signState(pause, app.ownerName);
    const owner = await recoverOwner(before.facts.safeTxHash, canonicalSignature(signature));
    return c.json({ owner, counted: `Counted: ${state.signatures.have} of ${state.signatures.need}`, state });
  });

  return routes;
}

/** Throws `PageError` 429 unless `seconds` is 0. */
export function refuseHaste(seconds: number): void {
  if (seconds === 0) return;
  throw new PageError(429, "too_many", "This link is being used too often.", `Try again in ${seconds} s.`, seconds);
}

/** Throws `PageError` 400 when the body is not JSON. */
export async function readJson(request: { json(): Promise<unknown> }): Promise<unknown> {
  try {
    return await request.json();
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new PageError(400, "malformed_input", "This is not JSON.", 'Send {"signature": "0x…"}.');
    }
    throw error;
  }
}

function notOurs(): PageError {
  return new PageError(
    404,
    "unknown_link",
    "This is not a signing link that Allstop made, or it was copied in part.",
    "Open it from the proposal's card in the incident's room. Do not sign anything on a page that sent you here.",
  );
}
