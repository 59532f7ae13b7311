/**
 * The sandbox's one address: the chat page, the workspace behind it, the sandbox wallet, and the bot's own web pages.
 * Listens on loopback only and answers nobody else (`guard.ts`).
 */
import { serve } from "@hono/node-server";
import { Hono, type MiddlewareHandler } from "hono";
import type { WorkspaceClient } from "../slack/client-api.ts";
import { botProxy } from "./bot-proxy.ts";
import { clientRoutes } from "./client-routes.ts";
import { startEventFeed } from "./event-feed.ts";
import { sameMachineOnly } from "./guard.ts";
import { DEFAULT_START_AS, defaultSteps, type SandboxInfo } from "./info.ts";
import { buildPage, type PageBundle } from "./page-bundle.ts";
import type { SandboxWallet } from "./sandbox-wallet.ts";
import { walletRoutes } from "./wallet-routes.ts";

export type { SandboxInfo, StoryStep } from "./info.ts";
export type { SandboxWallet } from "./sandbox-wallet.ts";

export interface SandboxUiOptions {
  /** 0 takes any free port. */
  port: number;
  workspace: WorkspaceClient;
  wallet?: SandboxWallet;
  /** The bot's web server, and which paths are its own. A path that ends in `/` stands for all below it. */
  proxy?: { origin: string; paths?: string[] };
  info?: SandboxInfo;
}

const BOT_PATHS = ["/sign/", "/link/", "/ladder/", "/assets/", "/api/"];

/**
 * Builds the page and serves everything at `url`, such as `http://127.0.0.1:3000`. `close` ends open connections too.
 * Throws when the port is taken, or when the development dependencies that build the page are not installed.
 */
export async function startSandboxUi(options: SandboxUiOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { workspace, wallet, proxy, info = {} } = options;
  const startAs = info.startAs ?? DEFAULT_START_AS;
  const bundle = await buildPage();
  const people = workspace.state(startAs).people.filter((person) => !person.isBot);
  const feed = startEventFeed(
    workspace,
    people.map((person) => person.id),
  );

  const app = new Hono();
  app.use(sameMachineOnly(["/client/", "/sandbox/"]));
  app.onError((error, c) => {
    console.error(error);
    return c.json({ ok: false, error: error.message }, 500);
  });
  for (const path of proxy?.paths ?? BOT_PATHS) {
    if (proxy) app.all(path.endsWith("/") ? `${path}*` : path, botProxy(proxy.origin));
  }
  // After the proxied paths: the bot's pages carry their own, stricter headers.
  app.use(pageHeaders);
  app.route("/client", clientRoutes(workspace, feed, new Set(people.map((person) => person.id))));
  app.route(
    "/sandbox/wallet",
    walletRoutes(wallet, (id) => people.find((person) => person.id === id)?.name),
  );
  app.get("/sandbox/info", (c) =>
    c.json({ startAs, steps: info.steps ?? defaultSteps(startAs), facts: info.facts ?? [] }),
  );
  servePage(app, bundle);

  const server = await listen(app, options.port);
  return {
    url: server.url,
    async close() {
      feed.close();
      await server.close();
    },
  };
}

/** Permalinks, as `chat.getPermalink` writes them, lead to the message on this page. */
function servePage(app: Hono, bundle: PageBundle): void {
  app.get("/", (c) => c.html(PAGE));
  app.get("/archives/:channel/:message?", (c) => {
    const { channel, message = "" } = c.req.param();
    const ts = message.replace(/^p(\d+)(\d{6})$/, "$1.$2");
    const thread = c.req.query("thread_ts");
    return c.redirect(`/#/${channel}${thread ? `/thread/${thread}` : ""}${ts ? `${thread ? "/" : "/at/"}${ts}` : ""}`);
  });
  app.get("/sandbox/page.js", (c) => c.body(bundle.pageScript, 200, { "content-type": "text/javascript" }));
  app.get("/sandbox/page.css", (c) => c.body(bundle.pageStyle, 200, { "content-type": "text/css" }));
  app.get("/sandbox/wallet.js", (c) => c.body(bundle.walletScript, 200, { "content-type": "text/javascript" }));
  app.get("/favicon.ico", (c) => c.body(ICON, 200, { "content-type": "image/svg+xml" }));
}

/** Image blocks may point anywhere, as in Slack; everything else is this origin's. */
const PAGE_HEADERS: Record<string, string> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data: https:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

/** An answer that brings a header of its own, such as a file's stricter policy, keeps it. */
const pageHeaders: MiddlewareHandler = async (c, next) => {
  await next();
  for (const [name, value] of Object.entries(PAGE_HEADERS)) {
    if (!c.res.headers.has(name)) c.res.headers.set(name, value);
  }
};

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#d6452b" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z"/><path fill="none" stroke="#fff" stroke-width="3.4" stroke-linecap="round" d="M12.5 10.5v11m7-11v11"/></svg>`;

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="light dark">
<title>Allstop sandbox</title>
<link rel="icon" href="/favicon.ico" type="image/svg+xml">
<link rel="stylesheet" href="/sandbox/page.css">
<script type="module" src="/sandbox/page.js"></script>
</head>
<body><div id="app"></div><noscript>This page is a chat client and needs JavaScript.</noscript></body>
</html>
`;

function listen(app: Hono, port: number): Promise<{ url: string; close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, (address) => {
      server.off("error", reject);
      resolve({ url: `http://127.0.0.1:${address.port}`, close });
    });
    server.once("error", reject);
    async function close(): Promise<void> {
      await new Promise<void>((done) => {
        server.close(() => done());
        // Event streams never end by themselves.
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    }
  });
}
