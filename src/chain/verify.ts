import { RetryableError, UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { Check } from "../core/pause-events.ts";
import type { Pause } from "../core/pause-state.ts";
import type { LoadedPlan, Probe } from "../core/plan.ts";
import type { Verification } from "../core/ports.ts";
import { type BlockRef, type CallOutcome, isPruned } from "./calls.ts";
import type { Dialect } from "./dialects/index.ts";
import { fateOf } from "./look-up.ts";
import type { Network } from "./network.ts";
import { readPauseFlag } from "./pause-flag.ts";
import { findIntervention, type PlannedIntervention } from "./plan-lookup.ts";
import { probeCall } from "./probes.ts";
import { agree, agreeOnCall } from "./quorum.ts";
import { findReceipt, type Mined } from "./receipts.ts";
import { describeRevert, reasonOf } from "./reverts.ts";
import { Block } from "./wire.ts";

interface At {
  network: Network;
  planned: PlannedIntervention;
  block: BlockRef;
  /** The state before: what the pause changed. */
  parent: BlockRef;
}

/**
 * Whether the pause did what it should, at the block that holds it. A receipt's status is not success: the Safe must
 * have executed our hash, the target must say that it is paused, what it guards must have worked before and fail now
 * for that reason, and the way out must still be open. Each is read from a quorum of providers, pinned by block hash.
 */
export async function verifyPause(
  network: Network,
  plan: LoadedPlan,
  pause: Pause,
  at: { transactionHash: Hex; blockHash: Hex },
): Promise<Verification> {
  const mined = await findReceipt(network, at.transactionHash);
  if (mined === undefined || mined.receipt.blockHash !== at.blockHash) {
    throw new RetryableError(`${at.transactionHash} is not in block ${at.blockHash} of ${network.name} now.`);
  }
  const { blockNumber, blockHash } = mined.receipt;
  const checks = [...receiptChecks(pause, mined), ...(await effectChecks(network, plan, pause, mined))];
  return { blockNumber, blockHash, checks, ok: checks.every(({ ok }) => ok) };
}

function receiptChecks(pause: Pause, mined: Mined): Check[] {
  const { status, blockNumber, transactionHash } = mined.receipt;
  const isOurs = pause.attempts.some((attempt) => attempt.transactionHash === transactionHash);
  const sender = isOurs ? "" : ", sent by somebody else";
  const executed = fateOf(pause, mined) === "executed";
  return [
    {
      name: "receipt",
      ok: status === 1n,
      detail: `Mined in block ${blockNumber}${sender}, status ${status}.`,
    },
    {
      name: "executed",
      ok: executed,
      detail: executed
        ? "The Safe logged ExecutionSuccess for our safeTxHash."
        : "The Safe logged no ExecutionSuccess for our safeTxHash.",
    },
  ];
}

async function effectChecks(network: Network, plan: LoadedPlan, pause: Pause, mined: Mined): Promise<Check[]> {
  let planned: PlannedIntervention;
  try {
    planned = findIntervention(plan, pause.facts.intervention);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ name: "state", ok: false, detail: `${error.message} So its effect cannot be proven.` }];
  }
  const { blockNumber: number, blockHash: hash } = mined.receipt;
  const { value: parentHash } = await agree(
    network,
    "the block before",
    async (provider) => Block.parse(await provider.request("eth_getBlockByHash", [hash, false])).parentHash,
  );
  const at = { network, planned, block: { number, hash }, parent: { number: number - 1n, hash: parentHash } };
  return Promise.all([stateCheck(at), effectCheck(at), exitCheck(at)]);
}

async function stateCheck({ network, planned, block }: At): Promise<Check> {
  const { label } = planned.dialect.state;
  const { value, agreed } = await readPauseFlag(network, planned.dialect, planned.target, block);
  const on = `on ${agreed.length} of ${network.providers.length} RPC providers`;
  return { name: "state", ok: value, detail: `${label} is ${value} at block ${block.number} ${on}.` };
}

async function effectCheck(at: At): Promise<Check> {
  const probe = at.planned.intervention.effectProbe;
  const check = (ok: boolean, detail: string): Check => ({ name: "effect", ok, detail });
  const before = await probeAt(at, probe, at.parent);
  if (before === "pruned") return check(false, notKept(probe, at.parent));
  const after = await probeAt(at, probe, at.block);
  if (after === "pruned") return check(false, notKept(probe, at.block));
  if (!before.ok) {
    const why = describeRevert(before);
    return check(false, `${probe.label} already failed before the pause (${why}), so it proves nothing.`);
  }
  if (after.ok) return check(false, `${probe.label} still works at block ${at.block.number}.`);
  const seen = `${probe.label} worked before and now reverts with ${describeRevert(after)}`;
  const expected = isPausedRevert(at.planned.dialect, after);
  return check(expected, expected ? `${seen}.` : `${seen}, which is not how a pause looks.`);
}

async function exitCheck(at: At): Promise<Check> {
  const probe = at.planned.intervention.exitProbe;
  const after = await probeAt(at, probe, at.block);
  if (after === "pruned") return { name: "exit", ok: false, detail: notKept(probe, at.block) };
  if (after.ok) return { name: "exit", ok: true, detail: `${probe.label} still works.` };
  const before = await probeAt(at, probe, at.parent);
  const since = before !== "pruned" && !before.ok ? ", as it did before the pause" : "";
  return { name: "exit", ok: false, detail: `${probe.label} reverts with ${describeRevert(after)}${since}.` };
}

/** `pruned` when no provider keeps the state of that block any more: then nothing can be proven from it, ever. */
async function probeAt({ network, planned }: At, probe: Probe, block: BlockRef): Promise<CallOutcome | "pruned"> {
  try {
    const call = probeCall(planned.intervention, probe);
    return (await agreeOnCall(network, probe.label, call, block)).value;
  } catch (error) {
    if (error instanceof RetryableError && isPruned(error.cause)) return "pruned";
    throw error;
  }
}

function notKept(probe: Probe, block: BlockRef): string {
  return `No RPC provider keeps the state of block ${block.number} any more, so ${probe.label} could not be tried there.`;
}

function isPausedRevert(dialect: Dialect, revert: Extract<CallOutcome, { ok: false }>): boolean {
  return dialect.pausedReverts.some(
    ({ selector, reason }) =>
      (selector !== undefined && revert.data.startsWith(selector)) ||
      (reason !== undefined && reasonOf(revert) === reason),
  );
}
