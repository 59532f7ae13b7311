import { Hono } from "hono";
import { z } from "zod";
import type { Hex, ProposalId } from "../core/ids.ts";
import { throwIfRefused } from "../core/pause.ts";
import { pauseCardRows } from "../core/pause-card.ts";
import type { Pause } from "../core/pause-state.ts";
import { Signature } from "../core/safe-tx.ts";
import { readSignatures } from "../core/signature-file.ts";
import { haveOf } from "../core/signature-hand-in.ts";
import { nestedSafe } from "../core/signature-nested.ts";
import { sayOutcome, sumUp } from "../core/signature-words.ts";
import { contractsFor } from "./nested-state.ts";
import { PageError } from "./page-error.ts";
import { createRateLimit } from "./rate-limit.ts";
import { signPage } from "./sign-page.ts";
import { signState } from "./sign-state.ts";
import { nestedTypedData, pauseTypedData } from "./typed-data.ts";
import type { WebApp } from "./web-app.ts";

export const SignatureBody = z.object({ signature: Signature });

/** A text with any number of signatures in it, as it was pasted or as it stood in a file. */
const SeveralBody = z.object({ signatures: z.string(), from: z.enum(["paste", "file"]) });

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
    const state = await stateOf(pause);
    const rows = pauseCardRows(pause, { phrase });
    return c.html(signPage({ root: root(), token, pause, rows, state, phrase, incidentTitle }));
  });

  routes.get("/api/sign/:token", async (c) => {
    const { pause } = await find(c.req.param("token"));
    return c.json(await stateOf(pause));
  });

  routes.get("/api/sign/:token/typed-data.json", async (c) => {
    const { pause } = await find(c.req.param("token"));
    return c.json(pauseTypedData(pause));
  });

  /** Of a nested Safe that owns the proposal's Safe. */
  routes.get("/api/sign/:token/nested/:owner/typed-data.json", async (c) => {
    const { pause } = await find(c.req.param("token"));
    return c.json(nestedTypedData(pause, nestedSafe(await app.contractOwners(pause), c.req.param("owner"))));
  });

  routes.post("/api/sign/:token", async (c) => {
    const { proposal } = await find(c.req.param("token"), writes);
    const body = await readJson(c.req);
    const several = SeveralBody.safeParse(body);
    if (!several.success) return c.json(await handInOne(proposal, SignatureBody.parse(body).signature));
    const { signatures, from } = several.data;
    const { pause, handedIn } = await app.handIn({ proposal, given: readSignatures(signatures), via: from });
    return c.json({
      handedIn: handedIn.map(({ where, outcome }) => ({ where, state: outcome.kind, text: sayOutcome(outcome) })),
      counted: `${sumUp(handedIn)}. Signatures: ${haveOf(pause)}`,
      state: await stateOf(pause),
    });
  });

  /** Throws `UserError` where it does not count: nothing else was handed in that could. */
  async function handInOne(proposal: ProposalId, signature: Hex) {
    const given = [{ where: "signature 1", read: { kind: "ecdsa" as const, signature } }];
    const { pause, handedIn } = await app.handIn({ proposal, given, via: "page" });
    const outcome = handedIn[0]?.outcome;
    if (outcome === undefined) throw new Error("A signature was handed in, and nothing came of it.");
    throwIfRefused(proposal, outcome);
    const state = await stateOf(pause);
    const isPart = outcome.kind === "part";
    return {
      owner: isPart ? outcome.signer : outcome.owner,
      counted: isPart ? sayOutcome(outcome) : `Counted: ${state.signatures.have} of ${state.signatures.need}`,
      state,
    };
  }

  async function stateOf(pause: Pause) {
    return signState(pause, app.ownerName, await contractsFor(app, pause));
  }

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
