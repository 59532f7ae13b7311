import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { PRIVILEGED } from "./dispatch.ts";
import { createSessions, type Delivery, type Session } from "./sessions.ts";
import { memberShape } from "./shapes.ts";
import type { World } from "./world.ts";

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Op 7: asks every connection to come back and resume. */
  reconnect(): void;
  /** Op 9: the session is over; `resumable` says whether it may be resumed after all. */
  invalidate(resumable: boolean): void;
  /** Breaks all connections without a word; their sessions can be resumed. */
  drop(): void;
  /** Breaks the connection in place of sending the next dispatch of this kind: it is heard only after a resume. */
  cutAt(kind: string): void;
  closeAll(code: number): void;
  /** While silent it acknowledges no heartbeat. */
  silence(on: boolean): void;
  /** Sends each of the next `times` dispatches twice. */
  duplicate(times: number): void;
  connections(): number;
  /** What happened to connections, oldest first: `identify`, `resume`, `close 4004`. */
  readonly history: string[];
  readonly deliveries: Delivery[];
  close(): void;
}

/** Takes this many packets of a client in a minute. */
const PACKETS_A_MINUTE_MAX = 120;
/** The highest bit of an intent that there is. */
const INTENTS_MAX = 1 << 26;

const Packet = z.object({ op: z.number(), d: z.unknown() });
const Identify = z.object({ token: z.string(), intents: z.number().int().min(0).max(INTENTS_MAX) });
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });
const RequestMembers = z.object({
  query: z.string().optional(),
  limit: z.number().int().default(0),
  user_ids: z.union([z.string(), z.array(z.string())]).optional(),
  nonce: z.string().optional(),
});

export function createGateway(
  world: World,
  options: { takesToken: (token: string) => boolean; heartbeatMs: number; granted: number },
): Gateway {
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Set<WebSocket>();
  /** Those that we closed: the client's echo of our code says nothing about its session. */
  const closedByUs = new WeakSet<WebSocket>();
  const sessions = createSessions(world);
  const history: string[] = [];
  let silent = false;

  function accept(ws: WebSocket, request: IncomingMessage): void {
    sockets.add(ws);
    let session: Session | undefined;
    const came: number[] = [];
    const end = (code: number) => {
      closedByUs.add(ws);
      history.push(`close ${code}`);
      ws.close(code);
    };
    const query = new URL(request.url ?? "/", "http://localhost").searchParams;
    if (query.get("v") !== "10" || query.get("encoding") !== "json") return void end(4012);
    const late = deadline(options.heartbeatMs * 2, () => end(4009));
    ws.send(JSON.stringify({ op: 10, d: { heartbeat_interval: options.heartbeatMs }, s: null, t: null }));
    ws.on("close", (code) => {
      late.end();
      sockets.delete(ws);
      if (session !== undefined) sessions.left(session, ws);
      // A client that says goodbye has no session to come back to.
      if (session !== undefined && (code === 1000 || code === 1001) && !closedByUs.has(ws)) sessions.remove(session.id);
      world.emit({ type: "traffic" });
    });
    ws.on("error", () => ws.terminate());
    ws.on("message", (data) => {
      const now = performance.now();
      came.push(now);
      if (came.length > PACKETS_A_MINUTE_MAX && now - (came.shift() ?? 0) < 60_000) return end(4008);
      const parsed = Packet.safeParse(parse(data.toString()));
      if (!parsed.success) return end(4002);
      const { op, d } = parsed.data;
      switch (op) {
        case 1:
          late.again();
          if (!silent) ws.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
          return;
        case 2:
        case 6: {
          if (session !== undefined) return end(4005);
          const found = op === 2 ? identify(ws, d) : resume(ws, d);
          if (typeof found === "number") return end(found);
          session = found;
          return;
        }
        case 3:
        case 4:
        case 8:
          if (session === undefined) return end(4003);
          if (op === 8) membersFor(session, d);
          return;
        default:
          return end(4001);
      }
    });
  }

  /** A new session, or the code to close with. */
  function identify(ws: WebSocket, d: unknown): Session | number {
    const parsed = Identify.safeParse(d);
    if (!parsed.success) return parsed.error.issues.some(({ path }) => path[0] === "intents") ? 4013 : 4002;
    const { token, intents } = parsed.data;
    if (!options.takesToken(token)) return 4004;
    if ((intents & PRIVILEGED & ~options.granted) !== 0) return 4014;
    history.push("identify");
    const session = sessions.start(ws, intents, options.granted);
    world.emit({ type: "traffic" });
    return session;
  }

  /** The session that goes on, the code to close with, or nothing: then the client was told to identify. */
  function resume(ws: WebSocket, d: unknown): Session | number | undefined {
    const parsed = Resume.safeParse(d);
    if (!parsed.success) return 4002;
    const { token, session_id: id, seq } = parsed.data;
    if (!options.takesToken(token)) return 4004;
    const session = sessions.get(id);
    if (session !== undefined && seq > session.seq) {
      sessions.remove(id);
      return 4007;
    }
    if (session === undefined || !sessions.holds(session, seq)) {
      history.push("refuse resume");
      ws.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
      return undefined;
    }
    history.push("resume");
    sessions.resume(session, ws, seq);
    world.emit({ type: "traffic" });
    return session;
  }

  /** Op 8. Without the intent for members only named people can be asked for. */
  function membersFor(session: Session, d: unknown): void {
    const parsed = RequestMembers.safeParse(d);
    if (!parsed.success) return;
    const { query, limit, user_ids: ids, nonce } = parsed.data;
    const asked = ids === undefined ? undefined : [ids].flat();
    const prefix = query?.toLowerCase() ?? "";
    const named = [...world.people.values()].filter(({ id, name }) =>
      asked === undefined ? prefix !== "" && name.toLowerCase().startsWith(prefix) : asked.includes(id),
    );
    const members = (limit > 0 ? named.slice(0, limit) : named).map(memberShape);
    const missing = (asked ?? []).filter((id) => !world.people.has(id));
    const chunk = { guild_id: world.guild.id, members, chunk_index: 0, chunk_count: 1, not_found: missing, nonce };
    sessions.send(session, { t: "GUILD_MEMBERS_CHUNK", d: chunk });
  }

  const broadcast = (op: number, d: unknown) => {
    for (const ws of sockets) ws.send(JSON.stringify({ op, d, s: null, t: null }));
  };
  return {
    upgrade: (request, socket, head) => server.handleUpgrade(request, socket, head, (ws) => accept(ws, request)),
    reconnect: () => broadcast(7, null),
    invalidate(resumable) {
      if (!resumable) sessions.clear();
      broadcast(9, resumable);
    },
    drop() {
      for (const ws of [...sockets]) ws.terminate();
    },
    cutAt: sessions.cutAt,
    closeAll(code) {
      if (code === 4004) sessions.clear();
      for (const ws of [...sockets]) {
        closedByUs.add(ws);
        history.push(`close ${code}`);
        ws.close(code, "");
      }
    },
    silence(on) {
      silent = on;
    },
    duplicate: sessions.duplicate,
    connections: () => sockets.size,
    history,
    deliveries: sessions.deliveries,
    close() {
      sessions.close();
      for (const ws of [...sockets]) ws.terminate();
      server.close();
    },
  };
}

/** Calls back when nobody has called `again` for so long. In real time, as heartbeats are. */
function deadline(ms: number, then: () => void): { again(): void; end(): void } {
  let timer = setTimeout(then, ms).unref();
  return {
    again() {
      clearTimeout(timer);
      timer = setTimeout(then, ms).unref();
    },
    end: () => clearTimeout(timer),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What is no JSON fails the packet's schema.
    return undefined;
  }
}
