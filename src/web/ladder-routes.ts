import { Hono } from "hono";
import type { RungSet } from "../core/ladder-state.ts";
import { ladderPage } from "./ladder-page.ts";
import { ladderView } from "./ladder-view.ts";
import { PageError } from "./page-error.ts";
import { createRateLimit } from "./rate-limit.ts";
import { readJson, refuseHaste, SignatureBody } from "./sign-routes.ts";
import { rungTypedData } from "./typed-data.ts";
import type { WebApp } from "./web-app.ts";

/** The page of rungs, what it polls, and the door for signatures made ahead of time. Anyone with the link may bring one. */
export function ladderRoutes(app: WebApp, root: () => string): Hono {
  const routes = new Hono();
  const reads = createRateLimit({ burst: 120, perSecond: 40, now: app.now });
  // Several owners hand in a whole ladder each, at the pace of a wallet or of one paste.
  const writes = createRateLimit({ burst: 60, perSecond: 4, now: app.now });

  async function find(token: string, limit = reads): Promise<RungSet> {
    const seq = app.links.readLadder(token);
    if (seq === undefined) throw notOurs();
    refuseHaste(limit.wait(`ladder/${seq}`));
    const set = await app.ladder?.set(seq);
    if (set === undefined) throw over();
    return set;
  }

  routes.get("/ladder/:token", async (c) => {
    const token = c.req.param("token");
    const set = await find(token);
    const view = await ladderView(set, app.ownerName);
    return c.html(ladderPage({ root: root(), token, set, view, phrase: app.links.phrase(`ladder/${set.seq}`) }));
  });

  routes.get("/api/ladder/:token", async (c) => {
    return c.json(await ladderView(await find(c.req.param("token")), app.ownerName));
  });

  routes.get("/api/ladder/:token/typed-data/:file", async (c) => {
    const set = await find(c.req.param("token"));
    const rung = set.rungs.find(({ nonce }) => `${nonce}.json` === c.req.param("file"));
    if (rung === undefined) throw over();
    return c.json(rungTypedData(set, rung));
  });

  routes.post("/api/ladder/:token", async (c) => {
    const before = await find(c.req.param("token"), writes);
    const { signature } = SignatureBody.parse(await readJson(c.req));
    if (app.ladder === undefined) throw over();
    const { intervention } = before;
    const { owner, nonce, set } = await app.ladder.sign({ intervention, signature, via: "page" });
    const view = await ladderView(set, app.ownerName);
    const count = view.rungs.find((rung) => rung.nonce === nonce)?.count ?? "";
    return c.json({ owner, nonce, counted: `Nonce ${nonce}: ${count}`, state: view });
  });

  return routes;
}

function notOurs(): PageError {
  return new PageError(
    404,
    "unknown_link",
    "This is not a link that Allstop made, or it was copied in part.",
    "Ask for it again in chat with /ladder status. Do not sign anything on a page that sent you here.",
  );
}

function over(): PageError {
  return new PageError(
    410,
    "ladder_over",
    "These rungs were laid anew, used up or burned since this link was made.",
    "Open the newest one: /ladder status in chat has it.",
  );
}
