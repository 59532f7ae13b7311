import type { Effect } from "../core/effects.ts";
import { RetryableError, UserError } from "../core/errors.ts";
import { findPause } from "../core/incident.ts";
import { type Pause, statusOf } from "../core/pause-state.ts";
import type { App, SignedExecution } from "../core/ports.ts";
import { getIncident } from "../core/record-incident.ts";
import { block, isOver, note, noteFound, noteUnsignable } from "./execution-facts.ts";

type Target = Extract<Effect, { kind: "execute" }>;

/** A transaction sent in one block is due in the next. When that, too, is without it, more is paid. */
const HEADS_BEFORE_BUMP = 2;
/** Providers refused this price, or this nonce, rather than this transaction: a new attempt can mend it. */
const ANOTHER_ATTEMPT_HELPS = /nonce too low|underpriced|fee cap less than block base fee|max fee per gas less than/i;
const ATTEMPTS_MAX = 40;

/**
 * Carries a requested execution on from wherever the timeline says it stands: sign, record, broadcast, include, verify,
 * settle. Each step is a fact before the next is taken, so that after a crash the same call goes on. Bytes that exist
 * are looked for, then sent again, never signed anew. Resolves when it is over, or when told to stop; throws
 * `RetryableError` when the world refuses for now.
 */
export async function driveExecution(app: App, target: Target, { stop }: { stop: AbortSignal }): Promise<void> {
  const drive: Drive = { app, target, stop, heads: 0, sent: new Set() };
  try {
    while (!stop.aborted && (await advance(drive)) !== "over");
  } catch (error) {
    // What fails because we are leaving is not a failure: it goes on at the next start.
    if (!stop.aborted) throw error;
  }
}

interface Drive {
  app: App;
  target: Target;
  stop: AbortSignal;
  /** Heads seen since something was last sent. */
  heads: number;
  /** What this process has handed to the providers. */
  sent: Set<string>;
}

async function advance(drive: Drive): Promise<"over" | "on"> {
  const { app, target } = drive;
  const pause = findPause(await getIncident(app, target.incident), target.proposal);
  const status = statusOf(pause);
  switch (status) {
    case "requested":
      await attempt(drive, pause);
      return "on";
    case "signed":
    case "broadcast":
      await follow(drive, pause);
      return "on";
    case "included":
      await prove(drive, pause);
      return "on";
    case "verified":
    case "safe":
      await settle(drive, pause);
      return "on";
    case "collecting":
    case "ready":
    case "final":
    case "failed":
    case "withdrawn":
      app.chain.disarm(pause.id);
      return "over";
    default:
      return status satisfies never;
  }
}

/** The hot path: sign, one commit, send. Nothing else stands between. */
async function attempt(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const number = pause.attempts.length + 1;
  let signed: SignedExecution;
  try {
    signed = await app.chain.sign(pause, number);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return unsignable(drive, pause, error);
  }
  const { gas, maxFeePerGas, maxPriorityFeePerGas, ...rest } = signed;
  const after = await note(
    app,
    target,
    `signed/${number}`,
    {
      kind: "pause.signed",
      proposal: pause.id,
      attempt: number,
      ...rest,
      gas: gas.toString(),
      maxFeePerGas: maxFeePerGas.toString(),
      maxPriorityFeePerGas: maxPriorityFeePerGas.toString(),
    },
    { still: (now) => now.attempts.length === number - 1 && !isOver(now), quiet: true },
  );
  // Somebody was quicker: what is on disk is what is sent.
  const recorded = after.attempts.some(({ transactionHash }) => transactionHash === signed.transactionHash);
  if (recorded) await send(drive, after);
}

/** It can't be signed: because it is over, because a person has to pay or to configure, or because signatures are gone. */
async function unsignable(drive: Drive, pause: Pause, error: UserError): Promise<void> {
  const { app, target } = drive;
  const head = app.chain.nextHead(pause.facts.chain.id);
  if (await noteFound(app, target, pause)) return;
  await noteUnsignable(app, target, error);
  // The last bytes may have been forgotten by the pools while somebody mends it.
  if (pause.attempts.length > 0) await resend(drive, pause);
  await head;
}

/** Sends the newest attempt to every provider, and says what came of it. */
async function send(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const last = pause.attempts.at(-1);
  if (last === undefined) throw new Error(`${pause.id} has nothing to send.`);
  const routes = await app.chain.broadcast(pause.facts.chain.id, last.raw);
  drive.sent.add(last.transactionHash);
  drive.heads = 0;
  const refusals = routes.filter(({ outcome }) => outcome === "refused");
  if (refusals.length === routes.length) {
    // It may have landed all the same, in an earlier life or by another's hand.
    if (await noteFound(app, target, pause)) return;
    const why = refusals.map(({ provider, detail }) => `${provider}: ${detail}`).join("; ");
    const helps = refusals.some(({ detail }) => ANOTHER_ATTEMPT_HELPS.test(detail ?? ""));
    if (helps && pause.attempts.length < ATTEMPTS_MAX) return attempt(drive, pause);
    await block(app, target, why);
    throw new RetryableError(`${pause.id} was refused by every RPC provider: ${why}`, { retryAfterMs: 5_000 });
  }
  await note(
    app,
    target,
    `broadcast/${last.attempt}`,
    { kind: "pause.broadcast", proposal: pause.id, transactionHash: last.transactionHash, routes },
    { still: (now) => !isOver(now) },
  );
}

/** The same bytes again: the same hash, so that it can't run twice. No news, unless it was blocked. */
async function resend(drive: Drive, pause: Pause): Promise<void> {
  for (const { raw } of pause.attempts.slice(-1)) await drive.app.chain.broadcast(pause.facts.chain.id, raw);
}

/** Looks first, always. What is pending is sent if this process has not, and outbid when blocks go by without it. */
async function follow(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  // Asked for before looking, so that a block which comes in between is not slept through.
  const head = app.chain.nextHead(pause.facts.chain.id);
  if (await noteFound(app, target, pause)) return;
  const last = pause.attempts.at(-1);
  if (last !== undefined && !drive.sent.has(last.transactionHash)) return send(drive, pause);
  if (drive.heads >= HEADS_BEFORE_BUMP) {
    drive.heads = 0;
    return pause.attempts.length < ATTEMPTS_MAX ? attempt(drive, pause) : outOfAttempts(drive, pause);
  }
  await head;
  drive.heads += 1;
}

async function outOfAttempts(drive: Drive, pause: Pause): Promise<void> {
  await block(drive.app, drive.target, `${pause.attempts.length} attempts are out and none is in a block`);
  await resend(drive, pause);
}

/** Whether it did what it should, at the block that holds it. Only then it is called paused. */
async function prove(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const { included } = pause;
  if (included === undefined) throw new Error(`${pause.id} is in no block.`);
  const at = { number: BigInt(included.blockNumber), hash: included.blockHash };
  if ((await app.chain.finality(pause.facts.chain.id, at)) === "orphaned") return orphaned(drive, pause);
  const { ok, checks, blockNumber, blockHash } = await app.chain.verify(pause, included);
  const { transactionHash } = included;
  const sameBlock = (now: Pause) => now.included?.blockHash === included.blockHash && now.verified === undefined;
  const options = { still: sameBlock, more: [{ kind: "announce" as const, incident: target.incident }] };
  if (ok) {
    const event = { kind: "pause.verified" as const, proposal: pause.id, transactionHash, blockHash, checks };
    await note(app, target, "verified", { ...event, blockNumber: blockNumber.toString() }, options);
    return;
  }
  const failed = checks.filter((check) => !check.ok).map(({ detail }) => detail.replace(/\.$/, ""));
  await note(
    app,
    target,
    "failed",
    {
      kind: "pause.failed",
      proposal: pause.id,
      code: "not_verified",
      why: `It is in block ${blockNumber}, but it is not proven: ${failed.join("; ")}.`,
      remedy: "Look at the contract yourself now. Allstop does not call this paused.",
      transactionHash,
      checks,
    },
    options,
  );
}

/**
 * Waits until the chain will not take the block back. What was proven at a block hash stays proven while that hash is
 * canonical, so it is the hash that is looked at again, not the state of a block that providers soon forget.
 */
async function settle(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  const { included } = pause;
  if (included === undefined) throw new Error(`${pause.id} is in no block.`);
  const { blockNumber, blockHash } = included;
  const head = app.chain.nextHead(pause.facts.chain.id);
  const reached = await app.chain.finality(pause.facts.chain.id, { number: BigInt(blockNumber), hash: blockHash });
  if (reached === "orphaned") return orphaned(drive, pause);
  if (reached === "included" || (reached === "safe" && pause.safeAt !== undefined)) return await head;
  const kind = reached === "final" ? ("pause.final" as const) : ("pause.safe" as const);
  const sameBlock = (now: Pause) => now.included?.blockHash === blockHash && now.finalAt === undefined;
  await note(app, target, reached, { kind, proposal: pause.id, blockNumber }, { still: sameBlock });
}

/** The chain took the block back. Said, and the same bytes are sent again. */
async function orphaned(drive: Drive, pause: Pause): Promise<void> {
  const { included } = pause;
  if (included === undefined) return;
  const { transactionHash, blockHash } = included;
  await note(
    drive.app,
    drive.target,
    "reorged",
    { kind: "pause.reorged", proposal: pause.id, transactionHash, blockHash },
    { still: (now) => now.included?.blockHash === blockHash },
  );
  drive.sent.clear();
}
