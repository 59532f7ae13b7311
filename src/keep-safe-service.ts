import { privateKeyToAccount } from "viem/accounts";
import { type FollowOptions, followService } from "./chain/safe-service/follow.ts";
import { openSafeService, type Proposer, type SafeService } from "./chain/safe-service/service.ts";
import type { Hex, ProposalId } from "./core/ids.ts";
import { isCollecting } from "./core/pause-state.ts";
import type { App, QueuePort } from "./core/ports.ts";
import { handInSignatures } from "./core/signature-hand-in.ts";
import type { StoredEvent } from "./core/timeline.ts";

/** Where each chain's Safe Transaction Service is, and as whom proposals are put there. All of it optional. */
export interface SafeServiceOptions {
  urls: Record<number, string>;
  apiKey?: string;
  /** Key of a delegate of the Safes' owners. Without it nothing is proposed there; signatures are fetched all the same. */
  proposerPrivateKey?: Hex;
  pollMs?: number;
}

export interface SafeServiceKeeper {
  /** What else is signed for a Safe's nonce. Undefined where no service is configured. */
  queue: QueuePort | undefined;
  /** Follows what is open already, and from then on what is proposed. */
  begin(): Promise<void>;
  heard(events: readonly StoredEvent[]): void;
  close(): Promise<void>;
}

/** Keeps the Safe Transaction Service beside the proposals. Nothing waits for it, and nothing rests on what it says. */
export function keepSafeService(
  options: SafeServiceOptions | undefined,
  { app, log }: { app: () => App; log: FollowOptions["log"] },
): SafeServiceKeeper {
  if (options === undefined || Object.keys(options.urls).length === 0) {
    return { queue: undefined, begin: async () => undefined, heard: () => undefined, close: async () => undefined };
  }
  const services = new Map<number, SafeService>();
  const proposer = proposerOf(options.proposerPrivateKey);

  function serviceOf(chainId: number): SafeService | undefined {
    const url = options?.urls[chainId];
    const known = services.get(chainId);
    if (known !== undefined || url === undefined) return known;
    const service = openSafeService({ chainId, url, apiKey: options?.apiKey }, proposer);
    services.set(chainId, service);
    return service;
  }

  const pauseOf = async (proposal: ProposalId) =>
    (await app().journal.incidents()).flatMap(({ pauses }) => pauses).find(({ id }) => id === proposal);

  const follower = followService({
    serviceOf,
    pauseOf,
    handIn: async (proposal, given) => {
      const { handedIn } = await handInSignatures(app(), { by: "allstop" }, { proposal, given, via: "service" });
      for (const { where, outcome } of handedIn) {
        if (outcome.kind !== "refused") continue;
        const { code, why } = outcome;
        log.warn({ proposal, where, code, why }, "A signature of the Safe Transaction Service does not count");
      }
    },
    log,
    ...(options.pollMs !== undefined && { pollMs: options.pollMs }),
  });

  return {
    queue: {
      queuedAt: async (safe, nonce) => (await serviceOf(safe.chainId)?.queuedAt(safe, nonce)) ?? [],
    },
    async begin() {
      for (const { pauses } of await app().journal.incidents()) {
        for (const pause of pauses) if (isCollecting(pause)) follower.follow(pause.id);
      }
    },
    heard(events) {
      for (const { event } of events) if (event.kind === "pause.proposed") follower.follow(event.proposal);
    },
    async close() {
      const closed = follower.close();
      for (const service of services.values()) service.close();
      await closed;
    },
  };
}

function proposerOf(privateKey: Hex | undefined): Proposer | undefined {
  if (privateKey === undefined) return undefined;
  const account = privateKeyToAccount(privateKey);
  return { address: account.address, sign: (hash) => account.sign({ hash }) };
}
