import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { SlackError } from "./errors.ts";
import { parseJson } from "./http.ts";
import { isFields } from "./json.ts";
import type { Delivery, Outcome } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

export const CONNECTIONS_MAX = 10;
/** Slack waits so long for an acknowledgement, on every road. */
export const ACK_BUDGET_MS = 3000;
/** A client that was told to go and stays is cut off. */
const LEAVING_MS_MAX = 10_000;
const OPEN = 1;

export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled";

/** Socket Mode: the connections that the bot has opened, and the envelopes that are out on them. */
export interface Sockets {
  /** A new address, good for one connection. */
  open(): string;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Hands the envelope to exactly one connection, in turn, and waits for its answer. */
  deliver(delivery: Delivery, retry?: { attempt: number; reason: string }): Promise<Outcome>;
  count(): number;
  /** Asks one connection, or all, to come back anew, as Slack does when it moves a client to another machine. */
  disconnect(reason: DisconnectReason, which?: "all" | "oldest"): void;
  /** Breaks all connections without a word. */
  drop(): void;
  /** While silent the server neither pings nor answers pings. */
  silence(on: boolean): void;
  /** While disabled, `apps.connections.open` answers so. */
  disable(error: string | undefined): void;
  close(): void;
}

interface Connection {
  ws: WebSocket;
  /** Told to go: gets nothing new. */
  leaving: boolean;
}

export function createSockets(workspace: Workspace, options: { pingIntervalMs: number }): Sockets {
  const server = new WebSocketServer({ noServer: true, autoPong: false });
  const tickets = new Set<string>();
  const connections = new Set<Connection>();
  const waiting = new Map<string, { on: Connection; settle: (outcome: Outcome) => void }>();
  let turn = 0;
  let silent = false;
  let refusal: string | undefined;

  const pinger = setInterval(() => {
    if (silent) return;
    for (const { ws } of connections) if (ws.readyState === OPEN) ws.ping(`Ping from ${workspace.team.domain}`);
  }, options.pingIntervalMs).unref();

  const changed = () => {
    workspace.appOnline = live().length > 0;
    workspace.emit({ type: "presence", appOnline: workspace.appOnline });
  };
  const live = () => [...connections].filter(({ ws, leaving }) => !leaving && ws.readyState === OPEN);

  function accept(ws: WebSocket): void {
    const connection = { ws, leaving: false };
    connections.add(connection);
    ws.on("ping", (data) => {
      if (!silent && ws.readyState === OPEN) ws.pong(data);
    });
    ws.on("message", (data) => acknowledge(data.toString()));
    // A broken connection also closes; there the loss is dealt with.
    ws.on("error", () => ws.terminate());
    ws.on("close", () => {
      connections.delete(connection);
      for (const [id, entry] of waiting) {
        if (entry.on !== connection) continue;
        waiting.delete(id);
        entry.settle({ kind: "unreachable" });
      }
      changed();
    });
    ws.send(JSON.stringify(hello()));
    changed();
  }

  const hello = () => ({
    type: "hello",
    num_connections: connections.size,
    debug_info: { host: "applink-sandbox", build_number: 1, approximate_connection_time: 18060 },
    connection_info: { app_id: workspace.app.id },
  });

  function acknowledge(text: string): void {
    const message = parseJson(text);
    if (!isFields(message) || typeof message.envelope_id !== "string") return;
    const entry = waiting.get(message.envelope_id);
    if (!entry) return;
    waiting.delete(message.envelope_id);
    const { payload } = message;
    const isEmpty = isFields(payload) && Object.keys(payload).length === 0;
    entry.settle({ kind: "acked", payload: isEmpty ? undefined : payload });
  }

  return {
    open() {
      if (refusal !== undefined) throw new SlackError(refusal);
      const ticket = randomBytes(16).toString("hex");
      tickets.add(ticket);
      const origin = workspace.origin.replace(/^http/, "ws");
      return `${origin}/link/?ticket=${ticket}&app_id=${workspace.app.id}`;
    },
    upgrade(request, socket, head) {
      const ticket = new URL(request.url ?? "/", "http://localhost").searchParams.get("ticket") ?? "";
      if (!tickets.delete(ticket)) return void socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      if (connections.size >= CONNECTIONS_MAX) return void socket.end("HTTP/1.1 429 Too Many Requests\r\n\r\n");
      server.handleUpgrade(request, socket, head, accept);
    },
    deliver(delivery, retry) {
      const open = live();
      const on = open[turn++ % Math.max(1, open.length)];
      if (!on) return Promise.resolve({ kind: "unreachable" });
      const envelope_id = randomUUID();
      const { type, payload } = delivery;
      return new Promise((resolve) => {
        const callOff = workspace.clock.after(ACK_BUDGET_MS, () => {
          waiting.delete(envelope_id);
          resolve({ kind: "timeout" });
        });
        waiting.set(envelope_id, {
          on,
          settle(outcome) {
            callOff();
            resolve(outcome);
          },
        });
        const again = retry ? { retry_attempt: retry.attempt, retry_reason: retry.reason } : {};
        const accepts_response_payload = type !== "events_api";
        on.ws.send(JSON.stringify({ envelope_id, payload, type, accepts_response_payload, ...again }));
      });
    },
    // One that is closing still counts: a test that waits for zero wants it gone.
    count: () => [...connections].filter(({ leaving }) => !leaving).length,
    disconnect(reason, which = "all") {
      for (const connection of which === "all" ? live() : live().slice(0, 1)) {
        connection.leaving = true;
        workspace.clock.after(LEAVING_MS_MAX, () => connection.ws.terminate());
        connection.ws.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "applink-sandbox" } }));
      }
      changed();
    },
    drop() {
      for (const { ws } of connections) ws.terminate();
      changed();
    },
    silence(on) {
      silent = on;
    },
    disable(error) {
      refusal = error;
    },
    close() {
      clearInterval(pinger);
      for (const { ws } of connections) ws.terminate();
      server.close();
    },
  };
}
