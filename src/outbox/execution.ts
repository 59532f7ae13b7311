import type { SignedExecution } from "../core/chain-port.ts";
import type { Effect } from "../core/effects.ts";
import { RetryableError, UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import { findPause } from "../core/incident.ts";
import { type Pause, sameAddress, statusOf } from "../core/pause-state.ts";
import type { App } from "../core/ports.ts";
import { getIncident } from "../core/record-incident.ts";
import { checkBefore, checkBeside, settleChecks } from "./execution-check.ts";
import { block, blockUnreachable, isOver, note, noteFound, noteUnsignable } from "./execution-facts.ts";
import { type Attempt, type Drive, newestAttempts, resend, sendAttempt } from "./execution-send.ts";
import { prove, settle } from "./execution-settle.ts";

type Target = Extract<Effect, { kind: "execute" }>;

/**
 * A transaction sent in the middle of a slot is due in the next block; and the first head after the sending may be a
 * block that was there before. What is sent right after a head is due in the very next one.
 */
const PATIENCE_FIRST = 2;
const PATIENCE = 1;
/** When so many attempts of the first executor got nowhere, the second one sends the same execution. */
const HEDGE_AFTER_ATTEMPTS = 2;
const ATTEMPTS_MAX = 40;
const EAGER_MAX = 3;
/** Failures in a row after which people hear that the chain can't be reached: not of a hiccup. */
const FAILURES_TOLD = 2;

/**
 * Carries a requested execution on from wherever the timeline says it stands: sign, record, broadcast, include, verify,
 * settle. Each step is a fact before the next is taken, so that after a crash the same call goes on. Bytes that exist
 * are looked for, then sent again, never signed anew. Resolves when it is over, or when told to stop; throws
 * `RetryableError` when the world refuses for now. `failures` is how often it has, for this execution.
 */
export async function driveExecution(
  app: App,
  target: Target,
  { stop, failures = 0 }: { stop: AbortSignal; failures?: number },
): Promise<void> {
  const drive: Drive = {
    app,
    target,
    stop,
    heads: 0,
    patience: PATIENCE_FIRST,
    eager: 0,
    sent: new Set(),
    hidden: new Set(),
    unsure: new Set(),
    poor: new Set(),
    beside: new Set(),
  };
  try {
    while (!stop.aborted && (await advance(drive)) !== "over");
    await settleChecks(drive);
  } catch (error) {
    // What fails because we are leaving is not a failure: it goes on at the next start.
    if (stop.aborted) return;
    if (error instanceof RetryableError && failures >= FAILURES_TOLD) await blockUnreachable(app, target, error);
    throw error;
  }
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
      // What somebody else had executed was taken back by a reorg: it is watched on, and may still run.
      await app.chain.arm(pause);
      return "over";
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
async function attempt(drive: Drive, pause: Pause, by?: Address): Promise<void> {
  const { app, target } = drive;
  const number = pause.attempts.length + 1;
  let signed: SignedExecution;
  try {
    signed = await app.chain.sign(pause, number, by);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return unsignable(drive, pause, error);
  }
  if (!(await checkBefore(drive, pause, signed))) return;
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
  const recorded = after.attempts.find(({ transactionHash }) => transactionHash === signed.transactionHash);
  if (recorded === undefined) return;
  const sending = send(drive, after, recorded);
  checkBeside(drive, after, recorded);
  await sending;
}

/** It can't be signed: because it is over, because a person has to pay or to configure, or because signatures are gone. */
async function unsignable(drive: Drive, pause: Pause, error: UserError): Promise<void> {
  const { app, target } = drive;
  const head = app.chain.nextHead(pause.facts.chain.id);
  if (await noteFound(app, target, pause)) return;
  await noteUnsignable(app, target, error);
  // The last bytes may have been forgotten by the pools while somebody mends it.
  if (pause.attempts.length > 0) return resend(drive, pause);
  await head;
}

/** Sends one attempt, and goes on to what its refusal asks for. */
async function send(drive: Drive, pause: Pause, sent: Attempt): Promise<void> {
  const { app, target } = drive;
  const sending = await sendAttempt(drive, pause, sent);
  if (sending.outcome === "sent" || sending.outcome === "moved") return;
  const made = madeBy(pause, sent.executor).length;
  if (sending.outcome === "priced out" && made < ATTEMPTS_MAX) {
    // Whoever refuses every price is not to be outrun: the next head comes first.
    if (drive.eager >= EAGER_MAX) return;
    drive.eager += 1;
    return attempt(drive, pause, sent.executor);
  }
  const idle = app.chain.routes(pause.facts.chain.id).executors.find((one) => madeBy(pause, one).length === 0);
  if (idle !== undefined) return attempt(drive, pause, idle);
  const carried = pause.attempts.some(({ executor, broadcastAt }) => executor !== sent.executor && broadcastAt);
  // What another executor has signed is tried before anybody is rung.
  const untried = newestAttempts(pause).some(({ transactionHash }) => !drive.sent.has(transactionHash));
  if (carried || untried) return;
  await block(app, target, sending.why);
  throw new RetryableError(`${pause.id} was refused by every RPC provider: ${sending.why}`, { retryAfterMs: 5_000 });
}

/** Looks first, always. What is pending is sent if this process has not, and outbid when blocks go by without it. */
async function follow(drive: Drive, pause: Pause): Promise<void> {
  const { app, target } = drive;
  // Asked for before looking, so that a block which comes in between is not slept through.
  const head = app.chain.nextHead(pause.facts.chain.id);
  if (await noteFound(app, target, pause)) return;
  const newest = newestAttempts(pause);
  const unsent = newest.find(({ transactionHash }) => !drive.sent.has(transactionHash));
  if (unsent !== undefined) {
    drive.patience = PATIENCE_FIRST;
    const sending = send(drive, pause, unsent);
    checkBeside(drive, pause, unsent);
    return sending;
  }
  const lost = newest.find(({ transactionHash }) => drive.unsure.has(transactionHash));
  if (drive.heads >= drive.patience) return raise(drive, pause);
  const { heads } = drive;
  if (heads > 0 && lost !== undefined) await send(drive, pause, lost);
  // A chain that stands still takes nobody's transaction: paying more would only cost more when it goes on.
  drive.heads = (await head) === "overdue" ? heads : heads + 1;
  drive.eager = 0;
}

/** Blocks go by without it: what was private is shown to everybody, then more is paid, then another executor helps. */
async function raise(drive: Drive, pause: Pause): Promise<void> {
  drive.heads = 0;
  drive.patience = PATIENCE;
  const hidden = newestAttempts(pause).find(({ transactionHash }) => drive.hidden.has(transactionHash));
  if (hidden !== undefined) return send(drive, pause, hidden);
  let now = pause;
  for (const by of executorsInPlay(drive, pause)) {
    if (drive.poor.has(by)) await sendPoor(drive, now, by);
    else if (madeBy(now, by).length < ATTEMPTS_MAX) await attempt(drive, now, by);
    else await outOfAttempts(drive, now);
    now = findPause(await getIncident(drive.app, drive.target.incident), pause.id);
    if (isOver(now)) return;
  }
}

/** The first executor, and the second once it is wanted. Each outbids its own attempts alone. */
function executorsInPlay({ app }: Drive, pause: Pause): Address[] {
  const [first, ...others] = app.chain.routes(pause.facts.chain.id).executors;
  if (first === undefined) return [];
  const wanted = pause.attempts.length >= HEDGE_AFTER_ATTEMPTS;
  return [first, ...others.filter((one) => wanted || madeBy(pause, one).length > 0)];
}

/** It could not pay, and may have been given money since. Another executor is on its way. */
async function sendPoor(drive: Drive, pause: Pause, by: Address): Promise<void> {
  const last = madeBy(pause, by).at(-1);
  drive.poor.delete(by);
  if (last !== undefined) await sendAttempt(drive, pause, last);
}

function madeBy(pause: Pause, executor: Address): Attempt[] {
  return pause.attempts.filter((one) => sameAddress(one.executor, executor));
}

async function outOfAttempts(drive: Drive, pause: Pause): Promise<void> {
  await block(drive.app, drive.target, `${pause.attempts.length} attempts are out and none is in a block`);
  await resend(drive, pause);
}
