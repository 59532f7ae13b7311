import type { RouteOutcome } from "../core/chain-port.ts";
import type { Effect } from "../core/effects.ts";
import type { Pause } from "../core/pause-state.ts";
import type { App } from "../core/ports.ts";
import { isOver, note, noteFound } from "./execution-facts.ts";

export type Attempt = Pause["attempts"][number];

/** One execution, in one life of the process. All that has to outlive it is on the timeline. */
export interface Drive {
  app: App;
  target: Extract<Effect, { kind: "execute" }>;
  stop: AbortSignal;
  /** Heads seen since something was last sent, and how many of them are waited for before more is done. */
  heads: number;
  patience: number;
  /** Attempts made at once, without waiting for a head, because a price or a nonce was refused. */
  eager: number;
  /** Hashes of what this process has handed to the providers. */
  sent: Set<string>;
  /** Those that only the private relay has. */
  hidden: Set<string>;
  /** Those of which no route has said that it has them. */
  unsure: Set<string>;
  /** Executors that can't pay. */
  poor: Set<string>;
  /** The final check that runs beside the sending; an error that it met, where it met one. */
  beside: Set<Promise<unknown>>;
}

/** Providers refused this price, or this nonce, rather than this transaction: a new attempt can mend it. */
const ANOTHER_ATTEMPT_HELPS = /nonce too low|underpriced|fee cap less than block base fee|max fee per gas less than/i;
const NO_MONEY = /insufficient funds/i;

/**
 * What came of sending: `sent` where a route took it or may have; `moved` where it was found on the chain; `priced out`
 * where another price or nonce may help; `refused` where only another executor, or a person, can.
 */
export type Sending =
  | { outcome: "sent" }
  | { outcome: "moved" }
  | { outcome: "priced out"; why: string }
  | { outcome: "refused"; why: string };

/**
 * Sends one attempt by every route, or by the private relay first where the plan wants that, and says on the timeline
 * what each of them answered.
 */
export async function sendAttempt(drive: Drive, pause: Pause, attempt: Attempt): Promise<Sending> {
  const { app, target } = drive;
  const routes = await broadcast(drive, pause, attempt);
  drive.sent.add(attempt.transactionHash);
  drive.heads = 0;
  const fact = { proposal: pause.id, transactionHash: attempt.transactionHash, routes };
  const still = (now: Pause) => !isOver(now);
  if (routes.some(({ outcome }) => outcome !== "refused")) {
    const what = `broadcast/${attempt.attempt}`;
    if (isNews(drive, attempt, routes)) await note(app, target, what, { kind: "pause.broadcast", ...fact }, { still });
    return { outcome: "sent" };
  }
  // It may have landed all the same, in an earlier life or by another's hand.
  if (await noteFound(app, target, pause)) return { outcome: "moved" };
  await note(app, target, `refused/${attempt.attempt}`, { kind: "pause.refused", ...fact }, { still, quiet: true });
  const why = routes.map(({ provider, detail }) => `${provider}: ${detail}`).join("; ");
  if (NO_MONEY.test(why)) drive.poor.add(attempt.executor);
  const helps = routes.some(({ detail }) => ANOTHER_ATTEMPT_HELPS.test(detail ?? ""));
  return { outcome: helps ? "priced out" : "refused", why };
}

/** The same bytes again: the same hash, so that it can't run twice. No news, whatever comes of it. */
export async function resend({ app }: Drive, pause: Pause): Promise<void> {
  for (const { raw } of newestAttempts(pause)) await app.chain.broadcast(pause.facts.chain.id, raw);
}

/** The newest attempt of each executor, in the order in which they came into play. */
export function newestAttempts(pause: Pause): Attempt[] {
  return [...new Map(pause.attempts.map((attempt) => [attempt.executor.toLowerCase(), attempt])).values()];
}

async function broadcast(drive: Drive, pause: Pause, attempt: Attempt): Promise<RouteOutcome[]> {
  const { app, hidden, unsure } = drive;
  const { id: chainId } = pause.facts.chain;
  const { raw, transactionHash } = attempt;
  const taken = (routes: RouteOutcome[]) => routes.some(({ outcome }) => outcome === "accepted" || outcome === "known");
  if (goesPrivately(drive, pause, attempt)) {
    const routes = await app.chain.broadcast(chainId, raw, "private");
    if (taken(routes)) {
      hidden.add(transactionHash);
      return routes;
    }
    // A relay that does not take it at once is not worth a slot.
  }
  hidden.delete(transactionHash);
  const routes = await app.chain.broadcast(chainId, raw);
  if (taken(routes)) unsure.delete(transactionHash);
  else unsure.add(transactionHash);
  return routes;
}

/** The first attempt, once. What was sent in an earlier life may have had its slot already. */
function goesPrivately(
  { app, sent }: Drive,
  pause: Pause,
  { attempt, transactionHash, broadcastAt }: Attempt,
): boolean {
  if (pause.facts.submission !== "private-first" || attempt > 1) return false;
  if (broadcastAt !== undefined || sent.has(transactionHash)) return false;
  return app.chain.routes(pause.facts.chain.id).privateRelay !== undefined;
}

/** The first word about an attempt, or that somebody took it after all: not that it is still unknown. */
function isNews({ unsure }: Drive, { transactionHash, broadcastAt }: Attempt, routes: RouteOutcome[]): boolean {
  return broadcastAt === undefined || (routes.length > 0 && !unsure.has(transactionHash));
}
