import { setTimeout as sleep } from "node:timers/promises";
import { type App, SocketModeReceiver } from "@slack/bolt";
import type { Log } from "../../chat/log.ts";
import { messageOf, RefusedError } from "../../chat/platform.ts";
import { boltLogger } from "./bolt-log.ts";
import { isFatal, slackCode } from "./errors.ts";

const SOCKETS = 2;
/**
 * Two sockets that were opened together are refreshed together. This is longer than it takes to come back.
 * Slack allows ten.
 */
const STAGGER_MS = 8_000;
/** From asking for an address to Slack's hello. */
const HELLO_MS_MAX = 15_000;
const OPEN_TIMEOUT_MS = 8_000;
/** A connection that lived this long was a good one: the next is opened at once. */
const GOOD_MS = 5_000;
const BACKOFF_MS = 250;
const BACKOFF_MS_MAX = 10_000;
const CLOSE_MS_MAX = 2_000;
/** Socket Mode's own figures. Shorter ones would end connections that are only slow. */
const CLIENT_PING_MS = 5_000;
const SERVER_PING_MS = 30_000;

export interface Connection {
  /** Resolves when Slack's first hello is there. Rejects when it refuses the token. */
  open(): Promise<void>;
  close(): Promise<void>;
  /** Sockets that are connected now. */
  live(): number;
}

export interface SocketOptions {
  appToken: string;
  apiUrl: string;
  log: Log;
  /** Slack refuses the app token, now or at a later reconnection: nothing will be heard any more. */
  onFatal: (why: Error) => void;
  staggerMs?: number;
}

/**
 * Two sockets on one app: while Slack refreshes one, the other hears. Each connection has a receiver of its own, with
 * the library's reconnection switched off: that waits five seconds and more before it comes back, and ends the process
 * when Slack refuses.
 */
export function createSockets(app: App, options: SocketOptions): Connection {
  const { log, onFatal, staggerMs = STAGGER_MS } = options;
  const live = new Set<Socket>();
  const stopped = new AbortController();
  const keepers: Promise<void>[] = [];

  /** Opens one connection after the other, for as long as we run. The first failure of the first one is the caller's. */
  async function keep(index: number, first: Socket | undefined): Promise<void> {
    let socket = first;
    let failures = 0;
    while (!stopped.signal.aborted) {
      const since = Date.now();
      try {
        socket ??= await openSocket(app, options);
        if (stopped.signal.aborted) return socket.close();
        live.add(socket);
        const why = await socket.ended;
        live.delete(socket);
        if (!stopped.signal.aborted) log.info({ socket: index, why }, "A Slack socket ended; the next one is opened");
      } catch (error) {
        if (isFatal(error)) return onFatal(fatal(error));
        log.warn({ socket: index, why: messageOf(error) }, "A Slack socket could not be opened");
      }
      socket = undefined;
      failures = Date.now() - since > GOOD_MS ? 0 : failures + 1;
      const pauseMs = failures <= 1 ? 0 : Math.min(BACKOFF_MS * 2 ** (failures - 2), BACKOFF_MS_MAX);
      await pause(pauseMs, stopped.signal);
    }
  }

  return {
    async open() {
      const first = await openSocket(app, options).catch((error: unknown) => {
        throw isFatal(error) ? fatal(error) : error;
      });
      keepers.push(keep(0, first));
      for (let index = 1; index < SOCKETS; index += 1) {
        keepers.push(pause(staggerMs * index, stopped.signal).then(() => keep(index, undefined)));
      }
    },
    async close() {
      stopped.abort();
      await Promise.all([...live].map((socket) => socket.close()));
      await Promise.race([Promise.all(keepers), pause(CLOSE_MS_MAX)]);
    },
    live: () => live.size,
  };
}

interface Socket {
  /** Resolves, with why, when nothing new will come. Acknowledgements may still be on their way out. */
  ended: Promise<string>;
  close(): Promise<void>;
}

async function openSocket(app: App, { appToken, apiUrl, log }: SocketOptions): Promise<Socket> {
  const receiver = new SocketModeReceiver({
    appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: CLIENT_PING_MS,
    serverPingTimeout: SERVER_PING_MS,
    logger: boltLogger(log),
    // An object of its own: the library writes into the one that it is given.
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        timeout: OPEN_TIMEOUT_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      },
    },
  });
  const { client } = receiver;
  receiver.init(app);
  const close = async () => {
    await Promise.race([client.disconnect(), pause(CLOSE_MS_MAX)]);
  };
  const ended = new Promise<string>((resolve) => {
    client.on("disconnected", () => resolve("closed"));
    // Slack says so first, and closes later: the next one need not wait for that.
    client.on("ws_message", (data: unknown) => {
      const reason = disconnectReason(data);
      if (reason !== undefined) resolve(reason);
    });
  });
  const hello = receiver.start().catch((error: unknown) => {
    // The library rejects with nothing when the socket closes before its hello.
    throw error ?? new Error("Slack closed the socket before its hello.");
  });
  const late = new AbortController();
  try {
    await Promise.race([
      hello,
      pause(HELLO_MS_MAX, late.signal).then(() => {
        if (!late.signal.aborted) throw new Error(`Slack said no hello in ${HELLO_MS_MAX} ms.`);
      }),
    ]);
  } catch (error) {
    await close();
    throw error;
  } finally {
    late.abort();
  }
  return { ended, close };
}

const DISCONNECT_LENGTH_MAX = 2_000;

function disconnectReason(data: unknown): string | undefined {
  if (typeof data !== "string" || data.length > DISCONNECT_LENGTH_MAX || !data.includes('"disconnect"'))
    return undefined;
  const message: unknown = parse(data);
  if (typeof message !== "object" || message === null || !("type" in message)) return undefined;
  if (message.type !== "disconnect") return undefined;
  return "reason" in message ? String(message.reason) : "disconnect";
}

function parse(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // The library reports what is no JSON.
    return undefined;
  }
}

function fatal(error: unknown): RefusedError {
  return new RefusedError(
    slackCode(error) ?? "refused",
    `Slack refuses the app token: ${messageOf(error)}.`,
    "Make a new app-level token with connections:write and set SLACK_APP_TOKEN.",
    { cause: error },
  );
}

/** Ends early, without an error, when the signal comes. */
async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch((error: unknown) => {
    if (signal?.aborted !== true) throw error;
  });
}
