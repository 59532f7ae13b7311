import type { Rehearsed, SafeState } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { Pause } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Executor } from "./executor.ts";
import { mustBeOpen } from "./must-be-open.ts";
import type { Network } from "./network.ts";
import { findIntervention } from "./plan-lookup.ts";
import { simulateExecution } from "./simulate.ts";

/**
 * A proposal's whole execution, run again on the Safe as it stands now, without a signature: a guard that was set, a
 * role that was taken away, a target that somebody has paused meanwhile. Throws `RetryableError` when too few answer.
 */
export async function rehearseExecution(at: {
  plan: LoadedPlan;
  network: Network;
  executor: Executor;
  pause: Pause;
  safe: SafeState;
}): Promise<Rehearsed> {
  const { plan, network, executor, pause, safe } = at;
  const of = network.providers.length;
  const blockNumber = safe.block.number;
  try {
    const { safeTxHash, safeTx: tx, intervention } = pause.facts;
    const planned = findIntervention(plan, intervention);
    const rehearsal = { network, dialect: planned.dialect, safe, safeTxHash, tx, executor: executor.address };
    // A call that would succeed may be one that is not to be made any more: done meanwhile, or harmful by now.
    const [{ agreed }] = await Promise.all([simulateExecution(rehearsal), mustBeOpen(network, planned, safe)]);
    const detail = `Succeeds at block ${blockNumber} on ${agreed.length} of ${of} RPC providers.`;
    return { ok: true, detail, blockNumber, providers: agreed.length, of };
  } catch (error) {
    // Providers that contradict each other are told of as such, and say nothing about the execution.
    if (!(error instanceof UserError) || error.code === "providers_disagree") throw error;
    return { ok: false, detail: error.message, blockNumber, providers: network.quorum, of };
  }
}
