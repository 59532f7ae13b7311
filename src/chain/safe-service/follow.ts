import { messageOf } from "../../core/errors.ts";
import type { ProposalId } from "../../core/ids.ts";
import { isCollecting, type Pause } from "../../core/pause-state.ts";
import type { GivenSignature } from "../../core/signature-file.ts";
import { ServiceRefusal } from "./kit-worker.ts";
import type { SafeService } from "./service.ts";

const POLL_MS = 2_000;
const JITTER_MS = 1_000;
const BACKOFF_MS_MAX = 60_000;
/** A row that was deleted is put back, but nobody fights over it. */
const PROPOSE_AGAIN_MS = 60_000;

export interface ServiceFollower {
  /** Polls for a proposal until it is over. A second call for the same one does nothing. */
  follow(proposal: ProposalId): void;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}

export interface FollowOptions {
  /** The service of a chain, where one is configured. */
  serviceOf: (chainId: number) => SafeService | undefined;
  pauseOf: (proposal: ProposalId) => Promise<Pause | undefined>;
  /** Counts what counts. What it rejects is handed in again at the next poll. */
  handIn: (proposal: ProposalId, given: GivenSignature[]) => Promise<void>;
  log: { warn(facts: object, message: string): void };
  pollMs?: number;
  random?: () => number;
  now?: () => number;
}

/**
 * Shows proposals in Safe's own interface, and fetches what owners sign there. A convenience that nothing waits for: a
 * service that is down, lies, limits or forgets costs a line in the log, and every signature in it is judged like any
 * other that is handed in.
 */
export function followService(options: FollowOptions): ServiceFollower {
  const { random = Math.random, now = Date.now, pollMs = POLL_MS } = options;
  const followed = new Set<ProposalId>();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  async function run(proposal: ProposalId): Promise<void> {
    const seen = new Set<string>();
    const state: Poll = { seen, failures: 0, proposedAt: undefined, said: "" };
    while (!stop.signal.aborted) {
      const pause = await options.pauseOf(proposal);
      const service = pause && options.serviceOf(pause.facts.chain.id);
      if (pause === undefined || service === undefined || !isCollecting(pause)) break;
      await poll(pause, service, state);
      const pace = Math.min(BACKOFF_MS_MAX, pollMs * 2 ** Math.min(state.failures, 10));
      await wait(pace + random() * (pollMs / POLL_MS) * JITTER_MS, stop.signal);
    }
    followed.delete(proposal);
  }

  async function poll(pause: Pause, service: SafeService, state: Poll): Promise<void> {
    try {
      const found = await service.signaturesFor(pause);
      if (found === "unknown") await propose(pause, service, state);
      else if (found === "another")
        say(pause, state, "It has another transaction under our hash, which is not believed.");
      else await handIn(pause, state, found);
      state.failures = 0;
    } catch (error) {
      state.failures += 1;
      const status = error instanceof ServiceRefusal ? error.status : undefined;
      say(pause, state, `${status === undefined ? "" : `Status ${status}. `}${messageOf(error)}`);
    }
  }

  async function propose(pause: Pause, service: SafeService, state: Poll): Promise<void> {
    if (state.proposedAt !== undefined && now() - state.proposedAt < PROPOSE_AGAIN_MS) return;
    state.proposedAt = now();
    await service.propose(pause);
  }

  async function handIn(pause: Pause, state: Poll, found: GivenSignature[]): Promise<void> {
    const fresh = found.filter((given) => !state.seen.has(keyOf(given)));
    if (fresh.length === 0) return;
    await options.handIn(pause.id, fresh);
    for (const given of fresh) state.seen.add(keyOf(given));
  }

  /** The same trouble is said once. */
  function say({ id, facts }: Pause, state: Poll, trouble: string): void {
    if (state.said === trouble) return;
    state.said = trouble;
    options.log.warn(
      { proposal: id, chainId: facts.chain.id, trouble },
      "The Safe Transaction Service is of no help now",
    );
  }

  return {
    follow(proposal) {
      if (followed.has(proposal) || stop.signal.aborted) return;
      followed.add(proposal);
      const work = run(proposal).catch((error: unknown) => {
        followed.delete(proposal);
        options.log.warn({ proposal, error: messageOf(error) }, "The Safe Transaction Service is not polled any more");
      });
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    async close() {
      stop.abort();
      await Promise.all(running);
    },
  };
}

interface Poll {
  /** What was handed in before. */
  seen: Set<string>;
  failures: number;
  proposedAt: number | undefined;
  said: string;
}

function keyOf({ read }: GivenSignature): string {
  return JSON.stringify(read);
}

function wait(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const timer = setTimeout(done, ms);
    timer.unref();
    stop.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    }
  });
}
