import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-events.ts";
import type { SafeState } from "../core/ports.ts";
import type { CallOutcome } from "./calls.ts";
import type { Dialect } from "./dialects/index.ts";
import { unsignedExecution } from "./execution-call.ts";
import type { Network } from "./network.ts";
import { type Answers, agreeOnCall } from "./quorum.ts";
import { describeRevert, reasonOf } from "./reverts.ts";

export interface Rehearsal {
  network: Network;
  dialect: Dialect;
  safe: SafeState;
  safeTxHash: Hex;
  tx: SafeTx;
  executor: Address;
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
  throw await explain(rehearsal, outcome);
}

async function explain(rehearsal: Rehearsal, outcome: CallOutcome): Promise<UserError> {
  const { tx, safe } = rehearsal;
  if (outcome.ok) return failed("The Safe would return false, although its gas fields are zero.", safe.address);
  const reverted = reasonOf(outcome) === "GS013" ? await innerRevert(rehearsal) : outcome;
  if (reverted === undefined) return failed(`It reverts with ${describeRevert(outcome)}.`, safe.address);
  if (rehearsal.dialect.saysAlreadyDone(reverted)) return alreadyDone(rehearsal.dialect, tx.to);
  const via = reverted === outcome ? "" : ` (${reasonOf(outcome)} from the Safe)`;
  return failed(`It reverts with ${describeRevert(reverted)}${via}.`, safe.address);
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

function failed(why: string, safe: Address): UserError {
  return new UserError(
    "simulation_failed",
    `This pause would not work. ${why}`,
    `Check that the Safe ${safe} holds the right to pause the target, then propose again.`,
    { safe, why },
  );
}
