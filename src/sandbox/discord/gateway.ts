import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { type Dispatch, dispatchesOf, guildCreate, PRIVILEGED } from "./dispatch.ts";
import { userShape } from "./shapes.ts";
import type { World } from "./world.ts";

const OPEN = 1;
/** Discord keeps this much for a client that comes back; more, and it has to identify anew. */
const REPLAY_LENGTH_MAX = 2_000;

export interface Gateway {
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Op 7: asks every connection to come back and resume. */
  reconnect(): void;
  /** Op 9: the session is over; `resumable` says whether it may be resumed after all. */
  invalidate(resumable: boolean): void;
  /** Breaks all connections without a word; their sessions can be resumed. */
  drop(): void;
  closeAll(code: number): void;
  /** While silent it acknowledges no heartbeat. */
  silence(on: boolean): void;
  /** Sends each of the next `times` dispatches twice. */
  duplicate(times: number): void;
  connections(): number;
  close(): void;
}

interface Session {
  id: string;
  intents: number;
  seq: number;
  sent: { s: number; packet: string }[];
  ws: WebSocket | undefined;
}

const Packet = z.object({ op: z.number(), d: z.unknown() });
const Identify = z.object({ token: z.string(), intents: z.number() });
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

export function createGateway(
  world: World,
  options: { takesToken: (token: string) => boolean; origin: () => string; heartbeatMs: number },
): Gateway {
  const server = new WebSocketServer({ noServer: true });
  const sockets = new Set<WebSocket>();
  const sessions = new Map<string, Session>();
  let silent = false;
  let doubles = 0;

  const unwatch = world.watch((change) => {
    for (const session of sessions.values()) {
      for (const dispatch of dispatchesOf(world, change, session.intents)) send(session, dispatch);
    }
  });

  function send(session: Session, { t, d }: Dispatch): void {
    session.seq += 1;
    const packet = JSON.stringify({ op: 0, t, s: session.seq, d });
    session.sent.push({ s: session.seq, packet });
    if (session.sent.length > REPLAY_LENGTH_MAX) session.sent.shift();
    if (session.ws?.readyState !== OPEN) return;
    session.ws.send(packet);
    if (doubles > 0 && t !== "READY" && t !== "GUILD_CREATE") {
      doubles -= 1;
      session.ws.send(packet);
    }
  }

  function accept(ws: WebSocket): void {
    sockets.add(ws);
    let session: Session | undefined;
    ws.send(JSON.stringify({ op: 10, d: { heartbeat_interval: options.heartbeatMs }, s: null, t: null }));
    ws.on("close", () => {
      sockets.delete(ws);
      if (session?.ws === ws) session.ws = undefined;
      world.emit({ type: "traffic" });
    });
    ws.on("error", () => ws.terminate());
    ws.on("message", (data) => {
      const parsed = Packet.safeParse(parse(data.toString()));
      if (!parsed.success) return ws.close(4002, "Error while decoding payload.");
      const { op, d } = parsed.data;
      if (op === 1) {
        if (!silent) ws.send(JSON.stringify({ op: 11, d: null, s: null, t: null }));
      } else if (op === 2) session = identify(ws, d);
      else if (op === 6) session = resume(ws, d);
    });
  }

  function identify(ws: WebSocket, d: unknown): Session | undefined {
    const parsed = Identify.safeParse(d);
    if (!parsed.success) return refuse(ws, 4002, "Error while decoding payload.");
    if (!options.takesToken(parsed.data.token)) return refuse(ws, 4004, "Authentication failed.");
    if ((parsed.data.intents & PRIVILEGED) !== 0) return refuse(ws, 4014, "Disallowed intent(s).");
    const session: Session = {
      id: randomBytes(16).toString("hex"),
      intents: parsed.data.intents,
      seq: 0,
      sent: [],
      ws,
    };
    sessions.set(session.id, session);
    const bot = world.people.get(world.botId);
    send(session, {
      t: "READY",
      d: {
        v: 10,
        user: { ...(bot ? userShape(bot) : {}), mfa_enabled: false, verified: true, email: null, flags: 0 },
        guilds: [{ id: world.guild.id, unavailable: true }],
        session_id: session.id,
        resume_gateway_url: options.origin().replace("http", "ws"),
        application: { id: world.applicationId, flags: 0 },
        shard: [0, 1],
        user_settings: {},
        private_channels: [],
        relationships: [],
        presences: [],
      },
    });
    if (world.guild.available) send(session, { t: "GUILD_CREATE", d: guildCreate(world) });
    world.emit({ type: "traffic" });
    return session;
  }

  function resume(ws: WebSocket, d: unknown): Session | undefined {
    const parsed = Resume.safeParse(d);
    if (!parsed.success) return refuse(ws, 4002, "Error while decoding payload.");
    if (!options.takesToken(parsed.data.token)) return refuse(ws, 4004, "Authentication failed.");
    const session = sessions.get(parsed.data.session_id);
    if (session === undefined) {
      ws.send(JSON.stringify({ op: 9, d: false, s: null, t: null }));
      return undefined;
    }
    session.ws = ws;
    for (const { s, packet } of session.sent) if (s > parsed.data.seq) ws.send(packet);
    send(session, { t: "RESUMED", d: { _trace: [] } });
    world.emit({ type: "traffic" });
    return session;
  }

  const broadcast = (op: number, d: unknown) => {
    for (const ws of sockets) ws.send(JSON.stringify({ op, d, s: null, t: null }));
  };
  return {
    upgrade: (request, socket, head) => server.handleUpgrade(request, socket, head, accept),
    reconnect: () => broadcast(7, null),
    invalidate(resumable) {
      if (!resumable) sessions.clear();
      broadcast(9, resumable);
    },
    drop() {
      for (const ws of [...sockets]) ws.terminate();
    },
    closeAll(code) {
      if (code === 4004) sessions.clear();
      for (const ws of [...sockets]) ws.close(code, "");
    },
    silence(on) {
      silent = on;
    },
    duplicate(times) {
      doubles = times;
    },
    connections: () => sockets.size,
    close() {
      unwatch();
      for (const ws of [...sockets]) ws.terminate();
      server.close();
    },
  };
}

function refuse(ws: WebSocket, code: number, reason: string): undefined {
  ws.close(code, reason);
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
