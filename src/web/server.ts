import { readFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { z } from "zod";
import { packageRoot } from "../root.ts";
import { loadAssets } from "./assets.ts";
import { ladderRoutes } from "./ladder-routes.ts";
import { linkRoutes } from "./link-routes.ts";
import { answerError, PageError, type WebLog } from "./page-error.ts";
import { ownPagesOnly, protect } from "./protect.ts";
import { signRoutes } from "./sign-routes.ts";
import type { WebApp } from "./web-app.ts";

export type { WebLog } from "./page-error.ts";
export type { WebApp } from "./web-app.ts";

/** A file with the signatures of two hundred owners. */
const BODY_BYTES_MAX = 64 * 1024;

export interface WebOptions {
  /** Loopback if left out. */
  host?: string;
  /** 0 takes any free port. */
  port: number;
  app: WebApp;
  log: WebLog;
  /** Other listeners on the same port, by the start of their paths: a platform's webhooks at `/slack/`. */
  others?: { path: string; listener: RequestListener }[];
}

/**
 * Serves the bot's own pages. Resolves when it listens, with where; throws when the port is taken. `close` ends open
 * connections too.
 */
export async function startWeb(options: WebOptions): Promise<{ url: string; close(): Promise<void> }> {
  const { host = "127.0.0.1", port, log, others = [] } = options;
  const pages = getRequestListener(createPages(options).fetch);
  const server = createServer((request, response) => {
    const path = request.url ?? "/";
    const other = others.find((one) => path.startsWith(one.path));
    if (other !== undefined) other.listener(request, response);
    else void pages(request, response);
  });
  server.requestTimeout = 20_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const url = `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
  log.info({ url }, "The pages are served.");
  return {
    url,
    async close() {
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
    },
  };
}

/** All routes, without a listener. */
export function createPages({ app, log }: Pick<WebOptions, "app" | "log">): Hono {
  const publicUrl = () => app.links.publicUrl();
  const root = () => new URL(publicUrl()).pathname.replace(/\/+$/, "");
  const assets = loadAssets();
  const version = packageVersion();
  const pages = new Hono();

  pages.use(protect(publicUrl));
  pages.post("/api/*", ownPagesOnly(publicUrl));
  pages.use(bodyLimit({ maxSize: BODY_BYTES_MAX, onError: tooLarge }));
  pages.get("/health", (c) => c.json({ ok: true, version }));
  pages.get("/assets/:name", (c) => {
    const asset = assets.get(c.req.param("name"));
    if (asset === undefined) return c.notFound();
    return c.body(asset.text, 200, { "content-type": asset.type });
  });
  pages.route("/", signRoutes(app, root));
  pages.route("/", linkRoutes(app, root));
  pages.route("/", ladderRoutes(app, root));
  pages.notFound((c) => answerError(nothingHere(), c, { root: root(), log }));
  pages.onError((error, c) => answerError(error, c, { root: root(), log }));
  return pages;
}

function tooLarge(): never {
  throw new PageError(413, "too_large", "That is more than signatures are.", "Hand in the signatures alone.");
}

function nothingHere(): PageError {
  return new PageError(404, "unknown_page", "There is no such page.", "Open the link from chat again, whole.");
}

function packageVersion(): string {
  const text = readFileSync(join(packageRoot, "package.json"), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
