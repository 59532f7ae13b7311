/** `/client/*`: the workspace over HTTP, as documented in `../slack/client-api.ts`. */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { ClientEvent, WorkspaceClient } from "../slack/client-api.ts";
import { Acting, EventsQuery, MessagesQuery, mistakes, OptionsQuery } from "./client-schema.ts";
import type { EventFeed, FeedEntry } from "./event-feed.ts";

/** Some proxies and browsers give up on a silent connection after a minute. */
const HEARTBEAT_MS = 20_000;

type Env = { Variables: { as: string } };

/** `people` are the ids that may be acted as; anyone else is unknown here. */
export function clientRoutes(workspace: WorkspaceClient, feed: EventFeed, people: Set<string>): Hono<Env> {
  const app = new Hono<Env>();

  // A file's address is in the messages of many people, and its bytes are the same for all of them.
  app.get("/files/:id/:name", (c) => {
    const file = workspace.file(c.req.param("id"));
    if (!file) return c.json({ error: "There is no such file." }, 404);
    return c.body(new Uint8Array(file.bytes), 200, {
      "content-type": file.mimetype,
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      // A file is somebody's text. It is never a page of this origin.
      "content-security-policy": "sandbox; default-src 'none'",
    });
  });

  app.use(async (c, next) => {
    const as = c.req.query("as") ?? "";
    if (!people.has(as)) return c.json({ error: `There is no person "${as}" in this workspace.` }, 404);
    c.set("as", as);
    return next();
  });

  app.get("/state", (c) => c.json(workspace.state(c.get("as"))));

  app.get("/messages", (c) => {
    const query = MessagesQuery.safeParse(c.req.query());
    if (!query.success) return c.json({ error: mistakes(query.error) }, 400);
    const { channel, thread } = query.data;
    return c.json(workspace.messages(c.get("as"), { channel, threadTs: thread }));
  });

  app.get("/options", async (c) => {
    const query = OptionsQuery.safeParse(c.req.query());
    if (!query.success) return c.json({ error: mistakes(query.error) }, 400);
    return c.json(await workspace.options(c.get("as"), query.data));
  });

  app.post("/act", async (c) => {
    const body: unknown = await c.req.json().catch((error: unknown) => error);
    const act = Acting.safeParse(body);
    if (!act.success) return c.json({ ok: false, error: mistakes(act.error) }, 400);
    return c.json(await workspace.act(c.get("as"), act.data));
  });

  app.get("/events", (c) => {
    const query = EventsQuery.safeParse(c.req.query());
    if (!query.success) return c.json({ error: mistakes(query.error) }, 400);
    const as = c.get("as");
    // The browser's own reconnect repeats the query of the first connection but knows better in this header.
    const lastSeen = Number(c.req.header("last-event-id") ?? query.data.after ?? Number.NaN);
    return streamSSE(c, async (stream) => {
      const send = (entry: FeedEntry) => stream.writeSSE(toWire(entry, as));
      const closed = new Promise<void>((resolve) => stream.onAbort(resolve));
      const unlisten = feed.listen((entry) => {
        if (entry.as === as || callsFor(entry)) void send(entry);
      });
      const heartbeat = setInterval(() => void stream.write(": still here\n\n"), HEARTBEAT_MS);
      const missed = Number.isFinite(lastSeen) ? feed.since(as, lastSeen) : [];
      await stream.writeSSE({ event: "hello", data: JSON.stringify({ seq: feed.seq() }) });
      for (const entry of missed) await send(entry);
      await closed;
      clearInterval(heartbeat);
      unlisten();
    });
  });

  return app;
}

/** The acting person gets the event; about the others the page only learns that something waits for them. */
function toWire(entry: FeedEntry, as: string): { event: string; id?: string; data: string } {
  if (entry.as === as) return { event: "client", id: String(entry.seq), data: JSON.stringify(entry.event) };
  return { event: "nudge", data: JSON.stringify({ as: entry.as }) };
}

/** True where somebody is spoken to alone: an ephemeral message, or a direct one that they did not write themselves. */
function callsFor({ as, event }: { as: string; event: ClientEvent }): boolean {
  if (event.type === "ephemeral") return true;
  return event.type === "message" && event.message.channel.startsWith("D") && event.message.user !== as;
}
