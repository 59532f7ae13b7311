import type { Effect } from "../core/effects.ts";
import type { RetryableError, UserError } from "../core/errors.ts";
import { fateEvent } from "../core/fate.ts";
import { findPause, type Incident } from "../core/incident.ts";
import { refreshPause } from "../core/on-pause.ts";
import { pagedFor } from "../core/page.ts";
import { isOpen, type Pause } from "../core/pause-state.ts";
import type { App } from "../core/ports.ts";
import { getIncident, recordIncident } from "../core/record-incident.ts";
import { takerOf } from "../core/safe-change.ts";
import type { TimelineEvent } from "../core/timeline.ts";

type Target = Extract<Effect, { kind: "execute" }>;

/**
 * Records one fact about an execution, once: `what` is unique among those at the same state of the timeline, and `still`
 * looks again, in the transaction, whether it is news. Resolves with the pause as it then stands.
 */
export async function note(
  app: App,
  { incident, proposal }: Target,
  what: string,
  event: TimelineEvent,
  options: {
    still: (pause: Pause) => boolean;
    at?: string;
    /** What else is owed. `seq` is the event's own. */
    more?: Effect[] | ((incident: Incident, seq: number) => Effect[]);
    quiet?: boolean;
    by?: `chain:${number}`;
  },
): Promise<Pause> {
  const { still, at, more = [], quiet = false, by = "allstop" } = options;
  // An attempt has one number for ever; all else may come again after a reorg, and then is news again.
  const { head } = await getIncident(app, incident);
  const invocation = `execute/${proposal}/${what}${/^(signed|refused)\//.test(what) ? "" : `/${head.seq}`}`;
  const after = await recordIncident(app, { by, invocation }, incident, (state) => {
    if (!still(findPause(state, proposal))) return { events: [], effects: [] };
    return {
      events: [at === undefined ? event : { at, event }],
      // Between signing and sending nothing is owed to the chat: the next fact comes at once.
      effects: quiet
        ? []
        : [
            ...refreshPause(incident, proposal),
            ...(typeof more === "function" ? more(state, state.head.seq + 1) : more),
          ],
    };
  });
  return findPause(after, proposal);
}

/** It can't be carried on: whatever is found or signed now is no news. */
export function isOver(pause: Pause): boolean {
  return !isOpen(pause) || pause.included !== undefined;
}

/** Looks for our hashes and records what became of them. True when the state moved on. */
export async function noteFound(app: App, target: Target, pause: Pause): Promise<boolean> {
  const found = await app.chain.lookUp(pause);
  const event = fateEvent(pause, found, await takerOf(app, pause, found));
  if (event === undefined) return false;
  const by = `chain:${pause.facts.chain.id}` as const;
  const at = found.state === "included" ? found.blockTime.toISOString() : undefined;
  await note(app, target, found.state, event, { still: (now) => !isOver(now), at, by });
  return true;
}

/**
 * Our other attempts that were mined after all: each is told once, as what it is. Asked only where one still could be:
 * attempts that share the nonce of the one that ran can't be mined any more.
 */
export async function noteLost(app: App, target: Target, pause: Pause): Promise<void> {
  const ran = pause.attempts.find(({ transactionHash }) => transactionHash === pause.included?.transactionHash);
  const sharesNonce = (one: Pause["attempts"][number]) => one.executor === ran?.executor && one.nonce === ran.nonce;
  if (!pause.attempts.some((one) => one.lost === undefined && !sharesNonce(one))) return;
  const found = await app.chain.lookUp(pause);
  if (found.state !== "included") return;
  for (const { transactionHash, blockNumber, why } of found.lost ?? []) {
    const isOpenStill = (now: Pause) =>
      now.attempts.some((one) => one.transactionHash === transactionHash && one.lost === undefined);
    const number = pause.attempts.find((one) => one.transactionHash === transactionHash)?.attempt;
    if (number === undefined) continue;
    const event = {
      kind: "pause.attempt_lost" as const,
      proposal: pause.id,
      attempt: number,
      transactionHash,
      blockNumber: blockNumber.toString(),
      why,
    };
    await note(app, target, `lost/${number}`, event, { still: isOpenStill, by: `chain:${pause.facts.chain.id}` });
  }
}

/** Owners left and took their signatures along: nothing more can be collected, so it is over. All else can be mended. */
export async function noteUnsignable(app: App, target: Target, error: UserError): Promise<void> {
  const { code, message: why, remedy } = error;
  const { proposal } = target;
  if (code === "signatures_missing") {
    const event = { kind: "pause.failed" as const, proposal, code, why, remedy };
    await note(app, target, code, event, { still: (now) => !isOver(now) });
    return;
  }
  // The Safe's nonce is gone, and what took it will show in the next block.
  if (code === "nonce_used") return;
  await noteBlocked(app, target, { code, why, remedy });
}

/** No provider takes it. A person is told what to do; it goes on by itself when that is done. */
export async function block(app: App, target: Target, why: string): Promise<void> {
  const noMoney = /insufficient funds/i.test(why);
  await noteBlocked(app, target, {
    code: noMoney ? "no_gas_money" : "refused",
    why: `No RPC takes the transaction. ${why}.`,
    remedy: noMoney
      ? `Send gas money to the executor; it goes on by itself. ${BY_HAND}`
      : `It is tried again. ${BY_HAND}`,
  });
}

const BY_HAND = "Or send it from any account: the file in the room has all that it takes.";

/** The chain has not answered for a while. What was sent may be on its way all the same, so nothing is called failed. */
export async function blockUnreachable(app: App, target: Target, error: RetryableError): Promise<void> {
  const pause = findPause(await getIncident(app, target.incident), target.proposal);
  if (isOver(pause)) return;
  await noteBlocked(app, target, {
    code: "unreachable",
    why: `${pause.facts.chain.name} can't be reached, so nobody knows whether it was sent.`,
    remedy: `It goes on by itself when an RPC provider answers. ${BY_HAND} The newest failure: ${error.message}`,
  });
}

async function noteBlocked(
  app: App,
  target: Target,
  blocked: { code: string; why: string; remedy: string },
): Promise<void> {
  const event = { kind: "pause.blocked" as const, proposal: target.proposal, ...blocked };
  const isNews = (now: Pause) => !isOver(now) && now.blocked?.why !== blocked.why;
  const more = (state: Incident, seq: number): Effect[] => {
    const { incident, proposal } = target;
    // The same trouble in other words rings nobody a second time.
    if (findPause(state, proposal).blocked?.code === blocked.code) return [];
    const pages = pagedFor(state, app.plan(), app.clock.now()).map(
      (user): Effect => ({ kind: "page", incident, seq, user }),
    );
    return [...pages, { kind: "hand_off", incident, proposal }];
  };
  await note(app, target, `blocked/${blocked.code}`, event, { still: isNews, more });
}
