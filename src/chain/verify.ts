import type { Verification } from "../core/chain-port.ts";
import { RetryableError, UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import { probesOf } from "../core/intervention.ts";
import type { Check } from "../core/pause-shapes.ts";
import { type Pause, sameAddress } from "../core/pause-state.ts";
import type { LoadedPlan, Probe } from "../core/plan.ts";
import { type BlockRef, type CallOutcome, isPruned } from "./calls.ts";
import type { Movement } from "./dialects/index.ts";
import { NotAnswered } from "./dialects/reader.ts";
import { fateOf } from "./look-up.ts";
import { movementChecks } from "./movement.ts";
import type { Network } from "./network.ts";
import { readDialect } from "./pause-flag.ts";
import { findIntervention, type PlannedIntervention } from "./plan-lookup.ts";
import { judgeRevert, probeCall } from "./probes.ts";
import { agree, agreeOnCall } from "./quorum.ts";
import { findReceipt, type Mined } from "./receipts.ts";
import { describeRevert } from "./reverts.ts";
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
      detail: `Included in block ${blockNumber}${sender}, status ${status}.`,
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
  const { call, moves } = planned.dialect;
  const { to, data } = pause.facts.safeTx;
  if (!sameAddress(call.to, to) || call.data !== data) {
    const detail = `The response plan's ${planned.key} is another call now than ${pause.id} made, so its effect cannot be proven.`;
    return [{ name: "state", ok: false, detail }];
  }
  const { blockNumber: number, blockHash: hash } = mined.receipt;
  const { value: parentHash } = await agree(
    network,
    "the block before",
    async (provider) => Block.parse(await provider.request("eth_getBlockByHash", [hash, false])).parentHash,
  );
  const at = { network, planned, block: { number, hash }, parent: { number: number - 1n, hash: parentHash } };
  if (moves !== undefined) return movementOrPruned(at, moves);
  const probes = probesOf(planned.intervention);
  if (probes === undefined) return [await stateCheck(at)];
  return Promise.all([stateCheck(at), effectCheck(at, probes.effectProbe), exitCheck(at, probes.exitProbe)]);
}

/** What the contracts say at that block, and when what they say ends by itself. */
async function stateCheck({ network, planned, block }: At): Promise<Check> {
  return readDialect(network, planned, block, async (reader) => {
    const { done, says } = await planned.dialect.state(reader);
    const ends = done ? await planned.dialect.pauseExpiry(reader) : undefined;
    const on = `on ${reader.agreed().length} of ${network.providers.length} RPC providers`;
    const until = ends === undefined ? "" : ` It ends by itself at ${sayTime(ends)}.`;
    return { name: "state", ok: done, detail: `${says} at block ${block.number} ${on}.${until}` };
  });
}

/** Balances before and after the block; of the block before, no provider may have them any more. */
async function movementOrPruned({ network, block, parent }: At, moves: Movement): Promise<Check[]> {
  try {
    return await movementChecks(network, moves, { block, parent });
  } catch (error) {
    if (error instanceof NotAnswered) {
      return [{ name: "state", ok: false, detail: `${error.message} So what moved cannot be proven.` }];
    }
    if (!(error instanceof RetryableError && isPruned(error.cause))) throw error;
    const detail = `No RPC provider keeps the state of block ${parent.number} any more, so what moved cannot be proven.`;
    return [{ name: "state", ok: false, detail }];
  }
}

async function effectCheck(at: At, probe: Probe): Promise<Check> {
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
  const { expected, says } = judgeRevert(after, at.planned.dialect.effectReverts);
  const seen = `${probe.label} worked before and now reverts with ${says}`;
  const looks = at.planned.dialect.kind === "revoke" ? "a missing role" : "a pause";
  return check(expected, expected ? `${seen}.` : `${seen}, which is not how ${looks} looks.`);
}

async function exitCheck(at: At, probe: Probe): Promise<Check> {
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

/** `2026-11-21 03:00:00 UTC`: a chain's times have no finer parts. */
function sayTime(time: Date): string {
  return `${time.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
