import type { Road } from "./delivery.ts";
import { eventBody } from "./events.ts";
import type { Faults } from "./faults.ts";
import { verifyUrl } from "./http-out.ts";
import type { Fields } from "./json.ts";
import type { Settings } from "./options.ts";
import { archiveRoom } from "./rooms.ts";
import type { DisconnectReason, Sockets } from "./socket.ts";
import type { Delivery, Outcome } from "./traffic.ts";
import { until } from "./until.ts";
import type { Tokens } from "./web-api.ts";
import { personOf, roomOf, type Workspace } from "./workspace.ts";

/** What a test, or the sandbox's operator, can do to the workspace from outside. */
export interface Controls {
  readonly faults: Pick<Faults, "add" | "clear" | "release">;
  /** Live Socket Mode connections. */
  connections(): number;
  /** Sends `disconnect`, to all connections or to the oldest; the client comes back by itself. */
  disconnect(reason: DisconnectReason, which?: "all" | "oldest"): void;
  /** Breaks all Socket Mode connections. */
  dropConnections(): void;
  /** While silent, pings are neither sent nor answered. */
  silencePings(on: boolean): void;
  /** While set, `apps.connections.open` answers with this error. */
  refuseConnections(error: string | undefined): void;
  /** Sends the same payload once more: the last delivery, or one that is picked out. */
  redeliver(which?: Delivery | ((delivery: Delivery) => boolean)): Promise<Outcome>;
  /** Sends an event of the test's own making, with Slack's callback around it. */
  sendEvent(event: Fields): Promise<Outcome>;
  /**
   * Switches to signed HTTP. Slack's challenge is sent first. Throws when the bot does not answer it.
   * `undefined` goes back to Socket Mode.
   */
  useHttp(url: string | undefined): Promise<void>;
  /** From now on the token is answered with `error`; `token_revoked` unless said otherwise. */
  revokeToken(which: "bot" | "app", error?: string): void;
  grantScopes(...scopes: string[]): void;
  revokeScopes(...scopes: string[]): void;
  /** Archives a channel as `by`, or as the first of its members. */
  archiveChannel(channel: string, by?: string): void;
  /** An account that is gone: it can't be invited or written to. */
  deactivate(user: string): void;
  /** A guest account, which can't be invited. */
  makeGuest(user: string): void;
  /** Where permalinks begin. */
  setPermalinkBase(base: string): void;
  /**
   * Resolves with what `predicate` returns, as soon as that is neither undefined nor false. It is asked again after
   * every change, every request, and every few milliseconds. Rejects after `timeoutMs` (5,000), saying what it waited for.
   */
  until<T>(
    predicate: () => T | undefined | false,
    options?: { timeoutMs?: number; what?: string },
  ): Promise<Exclude<T, undefined | false>>;
}

export function createControls(parts: {
  workspace: Workspace;
  sockets: Sockets;
  road: Road;
  faults: Faults;
  tokens: Tokens;
  scopes: Set<string>;
  settings: Settings;
}): Controls {
  const { workspace, sockets, road, faults, tokens, scopes, settings } = parts;
  const changePerson = (user: string, change: { deactivated?: boolean; guest?: boolean }) => {
    Object.assign(personOf(workspace, user), change);
    workspace.emit({ type: "person_changed", user });
  };
  return {
    faults,
    connections: () => sockets.count(),
    disconnect: (reason, which) => sockets.disconnect(reason, which),
    dropConnections: () => sockets.drop(),
    silencePings: (on) => sockets.silence(on),
    refuseConnections: (error) => sockets.disable(error),
    redeliver(which) {
      const { deliveries } = road;
      const delivery = typeof which === "function" ? deliveries.findLast(which) : (which ?? deliveries.at(-1));
      if (!delivery) throw new Error("There is no such delivery to repeat.");
      const { type, payload, attempt } = delivery;
      return road.deliver(type, payload, { attempt: attempt + 1, reason: "timeout" });
    },
    sendEvent: (event) => road.deliver("events_api", eventBody(workspace, event)),
    async useHttp(url) {
      const target = url === undefined ? undefined : { url, signingSecret: settings.signingSecret };
      if (target) await verifyUrl(workspace, target);
      road.useHttp(target);
    },
    revokeToken: (which, error = "token_revoked") => void tokens.revoked.set(tokens[which], error),
    grantScopes: (...granted) => granted.forEach((scope) => void scopes.add(scope)),
    revokeScopes: (...revoked) => revoked.forEach((scope) => void scopes.delete(scope)),
    archiveChannel(channel, by) {
      const room = roomOf(workspace, channel);
      archiveRoom(workspace, room, by ?? [...room.members][0] ?? room.creator);
    },
    deactivate: (user) => changePerson(user, { deactivated: true }),
    makeGuest: (user) => changePerson(user, { guest: true }),
    setPermalinkBase(base) {
      workspace.permalinkBase = base.replace(/\/$/, "");
    },
    until: (predicate, options) => until(workspace, predicate, options),
  };
}
