import type { Effect } from "../core/effects.ts";
import { RetryableError } from "../core/errors.ts";
import { findPause } from "../core/incident.ts";
import { getIncident, recordIncident } from "../core/incident-ops.ts";
import { refreshPause } from "../core/pause.ts";
import { type Pause, statusOf } from "../core/pause-state.ts";
import type { App, Inclusion, SignedExecution } from "../core/ports.ts";
import type { TimelineEvent } from "../core/timeline.ts";

type Target = Extract<Effect, { kind: "execute" }>;

/** After so many polls without inclusion the fees are raised; after so many attempts a person is asked. */
const POLLS_BEFORE_BUMP = 6;
const ATTEMPTS_MAX = 12;

/**
 * Carries a requested execution on from wherever the timeline says it stands: sign, record, broadcast, include, verify,
 * settle. Each step is a fact before the next is taken, so that after a crash the same call goes on; bytes that exist
 * are sent again, never signed anew.
 */
export async function driveExecution(app: App, target: Target, { stop }: { stop: AbortSignal }): Promise<void> {
  let polls = 0;
  while (!stop.aborted) {
    const pause = findPause(await getIncident(app, target.incident), target.proposal);
    switch (statusOf(pause)) {
      case "requested":
        await signAndSend(app, target, pause);
        break;
      case "signed":
        await resend(app, target, pause);
        break;
      case "broadcast":
        if (await follow(app, target, pause)) break;
        polls += 1;
        if (polls % POLLS_BEFORE_BUMP === 0) await outbid(app, target, pause);
        await app.chain.nextHead(pause.facts.chain.id);
        break;
      case "included":
        await prove(app, target, pause);
        break;
      case "verified":
      case "safe":
        if (!(await settle(app, target, pause))) await app.chain.nextHead(pause.facts.chain.id);
        break;
      default:
        return;
    }
  }
}

/** The hot path: sign, one commit, send. Nothing else stands between. */
async function signAndSend(app: App, target: Target, pause: Pause): Promise<void> {
  let signed: SignedExecution;
  try {
    signed = await app.chain.sign(pause, 1);
  } catch (error) {
    // It can't be prepared any more where somebody else has already sent it.
    if (await follow(app, target, pause)) return;
    throw error;
  }
  await note(
    app,
    target,
    `signed/1/${pause.facts.safeTxHash}`,
    signedEvent(pause, signed, 1),
    (now) => now.attempts.length === 0,
  );
  const routes = await app.chain.broadcast(pause.facts.chain.id, signed.raw);
  await noteBroadcast(app, target, pause, signed.transactionHash, routes, 1);
}

/** Stored bytes, found after a crash: look first, then the same bytes again. */
async function resend(app: App, target: Target, pause: Pause): Promise<void> {
  const last = pause.attempts.at(-1);
  if (last === undefined) throw new Error(`${pause.id} is signed and has no attempt.`);
  if (await follow(app, target, pause)) return;
  const routes = await app.chain.broadcast(pause.facts.chain.id, last.raw);
  await noteBroadcast(app, target, pause, last.transactionHash, routes, pause.attempts.length);
}

async function noteBroadcast(
  app: App,
  target: Target,
  pause: Pause,
  transactionHash: SignedExecution["transactionHash"],
  routes: Awaited<ReturnType<App["chain"]["broadcast"]>>,
  attempt: number,
): Promise<void> {
  const refused = routes.length > 0 && routes.every(({ outcome }) => outcome === "refused");
  if (refused) {
    // It may still have landed, by another route or in an earlier life.
    const found = await app.chain.lookUp(pause.attempts.length > 0 ? pause : { ...pause, attempts: [] });
    if (found.state === "pending") {
      await block(app, target, routes.map(({ provider, detail }) => `${provider}: ${detail}`).join("; "));
      throw new RetryableError(`${pause.id} was refused by every RPC.`, { retryAfterMs: 5_000 });
    }
  }
  await note(app, target, `broadcast/${attempt}/${transactionHash}`, {
    kind: "pause.broadcast",
    proposal: pause.id,
    transactionHash,
    routes,
  });
}

async function block(app: App, { incident, proposal }: Target, why: string): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, (state) => {
    const pause = findPause(state, proposal);
    if (pause.blocked?.why === why) return { events: [], effects: [] };
    return {
      events: [
        {
          kind: "pause.blocked",
          proposal,
          code: /insufficient funds/i.test(why) ? "no_gas_money" : "refused",
          why: `No RPC takes the transaction. ${why}.`,
          remedy: /insufficient funds/i.test(why)
            ? "Send ether to the executor; it goes on by itself."
            : "It is tried again. In the meantime anybody can send the raw transaction on the timeline.",
        },
      ],
      effects: refreshPause(incident, proposal),
    };
  });
}

/** True when the state moved on. */
async function follow(app: App, target: Target, pause: Pause): Promise<boolean> {
  const found = await app.chain.lookUp(pause);
  const event = eventOf(pause, found);
  if (event === undefined) return false;
  const at = found.state === "included" ? found.blockTime.toISOString() : undefined;
  await note(
    app,
    target,
    `${event.kind}/${found.state === "included" ? found.blockHash : "superseded"}`,
    event,
    undefined,
    at,
  );
  return true;
}

function eventOf({ id: proposal, facts }: Pause, found: Inclusion): TimelineEvent | undefined {
  switch (found.state) {
    case "pending":
      return undefined;
    case "superseded":
      return {
        kind: "pause.failed",
        proposal,
        code: "superseded",
        why: `Nonce ${facts.safeTx.nonce} of ${facts.safe.label} was used by another transaction; the Safe now stands at ${found.nonce}.`,
        remedy: `Propose again: \`/pause propose ${facts.intervention}\`.`,
      };
    case "included": {
      const { transactionHash, blockNumber, blockHash, blockTime, gasUsed, executed, why } = found;
      if (!executed) {
        return {
          kind: "pause.failed",
          proposal,
          code: "inner_failed",
          why: `In block ${blockNumber}, but the pause did NOT happen. ${why ?? ""}`,
          remedy: `Read the Safe's state, then propose again: \`/pause propose ${facts.intervention}\`.`,
          transactionHash,
        };
      }
      return {
        kind: "pause.included",
        proposal,
        transactionHash,
        blockNumber: blockNumber.toString(),
        blockHash,
        blockTime: blockTime.toISOString(),
        gasUsed: gasUsed.toString(),
      };
    }
    default:
      return found satisfies never;
  }
}

/** Not mined: the same nonce again, at a higher price. Past the last attempt a person has to look. */
async function outbid(app: App, target: Target, pause: Pause): Promise<void> {
  const attempt = pause.attempts.length + 1;
  if (attempt > ATTEMPTS_MAX) {
    await block(app, target, `${ATTEMPTS_MAX} attempts are out and none is in a block`);
    return;
  }
  const signed = await app.chain.sign(pause, attempt);
  await note(
    app,
    target,
    `signed/${attempt}/${signed.transactionHash}`,
    signedEvent(pause, signed, attempt),
    (now) => now.attempts.length === attempt - 1,
  );
  const routes = await app.chain.broadcast(pause.facts.chain.id, signed.raw);
  await note(app, target, `broadcast/${attempt}/${signed.transactionHash}`, {
    kind: "pause.broadcast",
    proposal: pause.id,
    transactionHash: signed.transactionHash,
    routes,
  });
}

async function prove(app: App, target: Target, pause: Pause): Promise<void> {
  const { included } = pause;
  if (included === undefined) return;
  const block = { number: BigInt(included.blockNumber), hash: included.blockHash };
  if ((await app.chain.finality(pause.facts.chain.id, block)) === "orphaned") {
    await orphaned(app, target, pause);
    return;
  }
  const { ok, checks, blockNumber, blockHash } = await app.chain.verify(pause, included);
  const { transactionHash } = included;
  const failed = checks.filter((check) => !check.ok).map(({ detail }) => detail);
  const event: TimelineEvent = ok
    ? {
        kind: "pause.verified",
        proposal: pause.id,
        transactionHash,
        blockNumber: blockNumber.toString(),
        blockHash,
        checks,
      }
    : {
        kind: "pause.failed",
        proposal: pause.id,
        code: "not_verified",
        why: `It is in block ${blockNumber}, but it is not proven: ${failed.join("; ")}.`,
        remedy: "Look at the contract yourself now. Allstop does not call this paused.",
        transactionHash,
        checks,
      };
  await note(app, target, `verified/${blockHash}`, event, undefined, undefined, [
    { kind: "announce", incident: target.incident },
  ]);
}

/** True when the state moved on. */
async function settle(app: App, target: Target, pause: Pause): Promise<boolean> {
  const { included } = pause;
  if (included === undefined) return false;
  const number = BigInt(included.blockNumber);
  const reached = await app.chain.finality(pause.facts.chain.id, { number, hash: included.blockHash });
  const { id: proposal } = pause;
  const blockNumber = included.blockNumber;
  if (reached === "orphaned") {
    await orphaned(app, target, pause);
    return true;
  }
  if (reached === "included" || (reached === "safe" && pause.safeAt !== undefined)) return false;
  // "Final" is said once more in full: everything that made it "paused" must hold again.
  if (reached === "final") {
    const { ok } = await app.chain.verify(pause, included);
    if (!ok) return false;
  }
  const kind = reached === "final" ? ("pause.final" as const) : ("pause.safe" as const);
  await note(app, target, `${kind}/${included.blockHash}`, { kind, proposal, blockNumber });
  return true;
}

async function orphaned(app: App, target: Target, pause: Pause): Promise<void> {
  const { included } = pause;
  const last = pause.attempts.at(-1);
  if (included === undefined) return;
  const { transactionHash, blockHash } = included;
  await note(app, target, `reorged/${blockHash}`, {
    kind: "pause.reorged",
    proposal: pause.id,
    transactionHash,
    blockHash,
  });
  // The same bytes: the same hash, the same nonce, so it can't run twice.
  if (last !== undefined) await app.chain.broadcast(pause.facts.chain.id, last.raw);
}

function signedEvent(pause: Pause, signed: SignedExecution, attempt: number): TimelineEvent {
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  return {
    kind: "pause.signed",
    proposal: pause.id,
    attempt,
    ...rest,
    gas: gas.toString(),
    maxFeePerGas: maxFeePerGas.toString(),
    maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
  };
}

/** One fact, recorded once: the invocation names it, so that a repetition after a crash is not news. */
async function note(
  app: App,
  { incident, proposal }: Target,
  what: string,
  event: TimelineEvent,
  still: (pause: Pause) => boolean = () => true,
  at?: string,
  more: Effect[] = [],
): Promise<void> {
  const cause = { by: "allstop" as const, invocation: `execute/${proposal}/${what}` };
  await recordIncident(app, cause, incident, (state) => {
    if (!still(findPause(state, proposal))) return { events: [], effects: [] };
    return {
      events: [at === undefined ? event : { at, event }],
      effects: [...refreshPause(incident, proposal), ...more],
    };
  });
}
