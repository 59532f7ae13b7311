import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { type Dispatch, dispatchesOf, guildCreate, intents as wants } from "./dispatch.ts";
import { userShape } from "./shapes.ts";
import type { World } from "./world.ts";

const OPEN = 1;
/** Discord keeps this much for a client that comes back; more, and it has to identify anew. */
const REPLAY_LENGTH_MAX = 2_000;
const SESSIONS_MAX = 20;
const DELIVERIES_MAX = 4_000;

/** What a client has been told since it identified; it outlives the connection. */
export interface Session {
  id: string;
  intents: number;
  seq: number;
  sent: { s: number; packet: string }[];
  ws: WebSocket | undefined;
}

/** One dispatch to the bot. `reached` is false when no connection was open: then it waits for a resume. */
export interface Delivery {
  t: string;
  d: object;
  s: number;
  session: string;
  reached: boolean;
  /** `performance.now()` when it was sent. */
  at: number;
}

export interface Sessions {
  start(ws: WebSocket, intents: number, granted: number): Session;
  get(id: string): Session | undefined;
  /** Whether all that came after `seq` is still known. */
  holds(session: Session, seq: number): boolean;
  /** Replays what came after `seq`, then says so. */
  resume(session: Session, ws: WebSocket, seq: number): void;
  send(session: Session, dispatch: Dispatch): void;
  left(session: Session, ws: WebSocket): void;
  remove(id: string): void;
  clear(): void;
  duplicate(times: number): void;
  cutAt(kind: string): void;
  readonly deliveries: Delivery[];
  close(): void;
}

export function createSessions(world: World): Sessions {
  const sessions = new Map<string, Session>();
  const deliveries: Delivery[] = [];
  let doubles = 0;
  let cut: string | undefined;

  const unwatch = world.watch((change) => {
    for (const session of sessions.values()) {
      for (const dispatch of dispatchesOf(world, change, session.intents)) send(session, dispatch);
    }
  });

  function send(session: Session, { t, d }: Dispatch): void {
    session.seq += 1;
    const { seq: s, ws } = session;
    const packet = JSON.stringify({ op: 0, t, s, d });
    session.sent.push({ s, packet });
    if (session.sent.length > REPLAY_LENGTH_MAX) session.sent.shift();
    const reached = ws?.readyState === OPEN && cut !== t;
    deliveries.push({ t, d, s, session: session.id, reached, at: performance.now() });
    if (deliveries.length > DELIVERIES_MAX) deliveries.splice(0, DELIVERIES_MAX / 2);
    if (cut === t && ws !== undefined) {
      cut = undefined;
      ws.terminate();
      return;
    }
    if (ws === undefined || !reached) return;
    ws.send(packet);
    if (doubles > 0 && t !== "READY" && t !== "GUILD_CREATE") {
      doubles -= 1;
      ws.send(packet);
    }
  }

  return {
    start(ws, intents, granted) {
      const id = randomBytes(16).toString("hex");
      const session: Session = { id, intents, seq: 0, sent: [], ws };
      sessions.set(id, session);
      const [oldest] = sessions.keys();
      if (sessions.size > SESSIONS_MAX && oldest !== undefined) sessions.delete(oldest);
      send(session, { t: "READY", d: readyOf(world, id, granted) });
      if (world.guild.available && (intents & wants.guilds) !== 0)
        send(session, { t: "GUILD_CREATE", d: guildCreate(world) });
      return session;
    },
    get: (id) => sessions.get(id),
    holds: ({ sent, seq: last }, seq) => seq === last || (sent[0]?.s ?? 0) <= seq + 1,
    resume(session, ws, seq) {
      session.ws?.terminate();
      session.ws = ws;
      for (const { s, packet } of session.sent) if (s > seq) ws.send(packet);
      send(session, { t: "RESUMED", d: { _trace: [] } });
    },
    send,
    left(session, ws) {
      if (session.ws === ws) session.ws = undefined;
    },
    remove: (id) => void sessions.delete(id),
    clear: () => sessions.clear(),
    duplicate(times) {
      doubles = times;
    },
    cutAt(kind) {
      cut = kind;
    },
    deliveries,
    close() {
      unwatch();
      sessions.clear();
    },
  };
}

/** Bits of `application.flags` that say which privileged intents are switched on, for an application of few servers. */
const LIMITED = { presences: 1 << 13, members: 1 << 15, content: 1 << 19 };

function readyOf(world: World, sessionId: string, granted: number): object {
  const bot = world.people.get(world.botId);
  const flags = (["presences", "members", "content"] as const).reduce(
    (sum, name) => sum | ((granted & wants[name]) === 0 ? 0 : LIMITED[name]),
    0,
  );
  return {
    v: 10,
    user: { ...(bot ? userShape(bot) : {}), mfa_enabled: false, verified: true, email: null, flags: 0 },
    guilds: [{ id: world.guild.id, unavailable: true }],
    session_id: sessionId,
    resume_gateway_url: world.origin.replace("http", "ws"),
    application: { id: world.applicationId, flags },
    shard: [0, 1],
    user_settings: {},
    private_channels: [],
    relationships: [],
    presences: [],
  };
}
