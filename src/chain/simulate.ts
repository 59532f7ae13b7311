import { actWords } from "../core/act-words.ts";
import type { SafeState } from "../core/chain-port.ts";
import { RetryableError, UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-shapes.ts";
import type { Call, CallOutcome, StateOverrides } from "./calls.ts";
import type { Dialect } from "./dialects/index.ts";
import { unsignedExecution } from "./execution-call.ts";
import type { Network } from "./network.ts";
import { type Answers, agreeOnCall } from "./quorum.ts";
import { describeRevert, reasonOf } from "./reverts.ts";
import { simulateCalls } from "./simulate-calls.ts";

export interface Rehearsal {
  network: Network;
  dialect: Dialect;
  safe: SafeState;
  safeTxHash: Hex;
  tx: SafeTx;
  executor: Address;
  /** What the Safe is to have called before, where others of its group run first. */
  before?: Call[];
}

/** What `execTransaction` returns when the inner call succeeded. */
const TRUE = `0x${"1".padStart(64, "0")}`;

/**
 * Runs the whole `execTransaction` on the state of one block, from the executor, before anyone has signed. Throws
 * `UserError` `already_paused` or `simulation_failed`, with the true reason.
 */
export async function simulateExecution(rehearsal: Rehearsal): Promise<Answers<true>> {
  const { network, safe, safeTxHash, tx, executor } = rehearsal;
  const { data, overrides } = unsignedExecution({ safe: safe.address, safeTxHash, tx }, safe);
  const answers = await agreeOnCall(
    network,
    "the simulated pause",
    { from: executor, to: safe.address, data },
    safe.block,
    overrides,
  );
  const outcome = answers.value;
  if (outcome.ok && outcome.data === TRUE) return { ...answers, value: true };
  const later = await simulateAfter(rehearsal, { from: executor, to: safe.address, data }, overrides);
  if (later !== undefined) return later;
  throw await explain(rehearsal, outcome);
}

/** The same once what runs before it has run. Undefined where nothing does, where it fails then too, or can't be tried. */
async function simulateAfter(
  { network, safe, before = [] }: Rehearsal,
  execution: Call,
  overrides: StateOverrides,
): Promise<Answers<true> | undefined> {
  if (before.length === 0) return undefined;
  const what = "the simulated pause, after those before it";
  try {
    const answers = await simulateCalls(network, what, [...before, execution], safe.block, overrides);
    const outcome = answers.value.at(-1);
    return outcome?.ok && outcome.data === TRUE ? { ...answers, value: true } : undefined;
  } catch (error) {
    // Not every provider simulates several calls in a row. Then what is known without is what is said.
    if (error instanceof RetryableError) return undefined;
    throw error;
  }
}

async function explain(rehearsal: Rehearsal, outcome: CallOutcome): Promise<UserError> {
  const { tx } = rehearsal;
  if (outcome.ok) return failed(rehearsal, "The Safe would return false, although its gas fields are zero.");
  const reverted = reasonOf(outcome) === "GS013" ? await innerRevert(rehearsal) : outcome;
  if (reverted === undefined) return failed(rehearsal, `It reverts with ${describeRevert(outcome)}.`);
  if (rehearsal.dialect.saysAlreadyDone(reverted)) return alreadyDone(rehearsal.dialect, tx.to);
  const via = reverted === outcome ? "" : ` (${reasonOf(outcome)} from the Safe)`;
  return failed(rehearsal, `It reverts with ${describeRevert(reverted)}${via}.`);
}

/** GS013 hides why the inner call reverted: the same call, made from the Safe, says it. */
async function innerRevert({ network, safe, tx }: Rehearsal) {
  const answers = await agreeOnCall(
    network,
    "the inner call",
    { from: safe.address, to: tx.to, data: tx.data },
    safe.block,
  );
  return answers.value.ok ? undefined : answers.value;
}

/** `target` is what the act was about: of a role, the contract that keeps it. */
export function alreadyDone({ kind }: Dialect, target: Address): UserError {
  if (kind === "revoke") {
    return new UserError(
      "already_done",
      `The account does not hold this role of ${target} any more, so there is nothing to sign.`,
      "Find out who took it; go on with what else the account may do.",
      { target },
    );
  }
  return new UserError(
    "already_paused",
    `The contract at ${target} is already paused. A second pause would revert, so there is nothing to sign.`,
    "Find out who paused it; go on with what the pause does not cover.",
    { target },
  );
}

function failed({ dialect: { kind }, safe: { address: safe } }: Rehearsal, why: string): UserError {
  const { noun } = actWords(kind === "pause" ? undefined : kind);
  const remedy =
    kind === "pause"
      ? `Check that the Safe ${safe} holds the right to pause the target, then propose again.`
      : `Check that the Safe ${safe} holds the right to make this call, then propose again.`;
  return new UserError("simulation_failed", `This ${noun} would not work. ${why}`, remedy, { safe, why });
}
