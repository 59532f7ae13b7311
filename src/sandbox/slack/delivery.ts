import { type HttpTarget, postSigned } from "./http-out.ts";
import type { Fields } from "./json.ts";
import type { Sockets } from "./socket.ts";
import { type Delivery, type Outcome, remember } from "./traffic.ts";
import type { Workspace } from "./workspace.ts";

/** The way from the workspace to the bot: Socket Mode, or signed HTTP once an address is set. */
export interface Road {
  deliver(type: Delivery["type"], payload: Fields, retry?: { attempt: number; reason: string }): Promise<Outcome>;
  /** Undefined goes back to Socket Mode. */
  useHttp(target: HttpTarget | undefined): void;
  readonly deliveries: Delivery[];
}

export function createRoad(workspace: Workspace, sockets: Sockets): Road {
  const deliveries: Delivery[] = [];
  let target: HttpTarget | undefined;
  const seen = (appOnline: boolean) => {
    if (workspace.appOnline === appOnline) return;
    workspace.appOnline = appOnline;
    workspace.emit({ type: "presence", appOnline });
  };
  return {
    deliveries,
    useHttp(next) {
      target = next;
      seen(next !== undefined || sockets.count() > 0);
    },
    async deliver(type, payload, retry) {
      const delivery: Delivery = { type, payload, attempt: retry?.attempt ?? 0, at: workspace.clock.now() };
      remember(deliveries, delivery);
      delivery.outcome = target
        ? await postSigned(workspace, target, delivery, retry)
        : await sockets.deliver(delivery, retry);
      if (target) seen(delivery.outcome.kind !== "unreachable");
      // Whoever waits for the outcome by promise comes first: only then is there a retry to wait for.
      setImmediate(() => workspace.emit({ type: "traffic" }));
      return delivery.outcome;
    },
  };
}
