import type { Doubt, PreparedPause, PrepareOptions, SafeState } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import { probesOf } from "../core/intervention.ts";
import { includesAddress } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { buildSafeTx, hashSafeTx } from "../core/safe-tx.ts";
import { unplanned } from "../core/safe-words.ts";
import { agreeOnHashes } from "./agree-on-hashes.ts";
import type { Call } from "./calls.ts";
import type { Executor } from "./executor.ts";
import { foreseeMovement } from "./movement.ts";
import { mustBeOpen } from "./must-be-open.ts";
import type { Network } from "./network.ts";
import { readDialect } from "./pause-flag.ts";
import { findIntervention, type PlannedIntervention } from "./plan-lookup.ts";
import { probeCall } from "./probes.ts";
import { type Answers, agreeOnCall } from "./quorum.ts";
import { readSafe } from "./read-safe.ts";
import { describeRevert } from "./reverts.ts";
import { simulateExecution } from "./simulate.ts";

export interface PrepareContext {
  plan: LoadedPlan;
  networkOf: (chainId: number) => Network;
  executor: Executor;
  hedge?: Executor;
}

/** See `ChainPort.prepare`. All is read at one block, which the proposal names. */
export async function preparePause(
  context: PrepareContext,
  key: string,
  { nonceFrom = 0n, after = [] }: PrepareOptions = {},
): Promise<PreparedPause> {
  const planned = findIntervention(context.plan, key);
  const { intervention, target, dialect } = planned;
  const doubts: string[] = [];
  const network = witnessed(context.networkOf(planned.chainId), doubts);
  const safe = await readSafe(network, planned.safe.address);
  for (const one of [context.executor, context.hedge]) {
    if (one !== undefined && includesAddress(safe.owners, one.address)) throw executorIsOwner(safe, one);
  }
  await mustBeOpen(network, planned, safe);

  const { to, data, signature, selector, arguments: args } = dialect.call;
  const tx = buildSafeTx({ to, data, nonce: nonceFrom > safe.nonce ? nonceFrom : safe.nonce });
  const hashes = hashSafeTx(network.chainId, safe.address, tx);
  const before = after.map((one) => ({ from: safe.address, ...callOf(context.plan, one) }));
  const { safeTxHash } = hashes;
  const rehearsal = { network, dialect, safe, safeTxHash, tx, executor: context.executor.address, before };
  const [, simulated, probed] = await Promise.all([
    agreeOnHashes(network, safe, [{ tx, safeTxHash: hashes.safeTxHash }]),
    simulateExecution(rehearsal).catch((error) => explainAuthority(network, planned, safe, error)),
    probeNow(network, planned, safe),
  ]);
  const inner = { from: safe.address, to, data };
  const movement =
    dialect.moves && (await foreseeMovement(network, { safe, call: inner, moves: dialect.moves, before }));
  const chain = context.plan.chains[String(network.chainId)];
  return {
    intervention: key,
    title: intervention.title,
    chain: { id: network.chainId, name: network.name, explorer: chain?.explorer },
    safe: {
      address: safe.address,
      label: planned.safe.label,
      version: safe.version,
      owners: safe.owners,
      threshold: safe.threshold,
      ...fittingsOf(safe, planned),
    },
    target: { address: target, label: intervention.targetLabel },
    ...(dialect.kind === "pause" ? {} : { act: dialect.kind }),
    undo: dialect.undo,
    call: { signature, selector, ...(args.length === 0 ? {} : { arguments: args }) },
    ...(movement === undefined ? {} : { movement }),
    safeTx: tx,
    ...hashes,
    simulation: {
      ok: true,
      detail: [succeeded(network, safe, simulated), ...probed, ...unexpected(safe, planned), ...doubts].join(" "),
      providers: simulated.agreed.length,
      of: network.providers.length,
    },
    observed: {
      blockNumber: safe.block.number.toString(),
      blockHash: safe.block.hash,
      nonce: safe.nonce.toString(),
    },
  };
}

function callOf(plan: LoadedPlan, key: string): Pick<Call, "to" | "data"> {
  const { to, data } = findIntervention(plan, key).dialect.call;
  return { to, data };
}

/** Whatever a provider is contradicted in while the proposal is made stands on its card. */
function witnessed(network: Network, doubts: string[]): Network {
  const doubt = (one: Doubt) => {
    doubts.push(`Warning: ${one.detail}`);
    network.doubt?.(one);
  };
  return { ...network, doubt };
}

function fittingsOf({ fittings }: SafeState, { safe }: PlannedIntervention): Partial<PreparedPause["safe"]> {
  const { guard, moduleGuard, modules } = safe;
  const planned = { ...(guard && { guard }), ...(moduleGuard && { moduleGuard }), ...(modules && { modules }) };
  return { ...(fittings && { fittings }), ...(Object.keys(planned).length > 0 && { planned }) };
}

/** What the plan does not know of the Safe, or expects and does not find. It is said, and stops nothing. */
function unexpected({ fittings = {} }: SafeState, { safe }: PlannedIntervention): string[] {
  return unplanned(fittings, safe).map((sentence) => `Warning: ${sentence}`);
}

/** A simulation that failed, with what the contracts themselves say of the Safe's right to call, where they say it. */
async function explainAuthority(
  network: Network,
  planned: PlannedIntervention,
  safe: SafeState,
  error: unknown,
): Promise<never> {
  if (!(error instanceof UserError && error.code === "simulation_failed")) throw error;
  const asked = readDialect(network, planned, safe.block, (reader) => planned.dialect.canPause(reader, safe.address));
  // Contracts that do not say it must not hide what the simulation said.
  const { yes, why } = await asked.catch(() => ({ yes: undefined, why: "" }));
  if (yes !== false) throw error;
  throw new UserError(error.code, `${error.message} ${why}`, error.remedy, error.facts);
}

/**
 * Whether the plan's probes can prove anything: a call that fails today proves nothing by failing tomorrow. It is said,
 * and does not stand in the way of a pause.
 */
async function probeNow(network: Network, { intervention }: PlannedIntervention, safe: SafeState): Promise<string[]> {
  const planned = probesOf(intervention);
  const probes = planned === undefined ? [] : [planned.effectProbe, planned.exitProbe];
  const outcomes = await Promise.all(
    probes.map((probe) => agreeOnCall(network, probe.label, probeCall(intervention, probe), safe.block)),
  );
  return outcomes.map(({ value }, index) => {
    const label = probes[index]?.label ?? "";
    return value.ok
      ? `${label} works now.`
      : `Warning: ${label} does not work now (${describeRevert(value)}), so that it can prove nothing afterwards.`;
  });
}

function succeeded(network: Network, safe: SafeState, { agreed, dissenting, silent }: Answers<unknown>): string {
  const others = [
    ...(dissenting.length > 0 ? [`${dissenting.join(", ")} says otherwise.`] : []),
    ...(silent.length > 0 ? [`${silent.join(", ")} did not answer.`] : []),
  ];
  const all = `Succeeds at block ${safe.block.number} on ${agreed.length} of ${network.providers.length} RPC providers.`;
  return [all, ...others].join(" ");
}

function executorIsOwner(safe: SafeState, executor: Executor): UserError {
  return new UserError(
    "executor_is_owner",
    `The executor ${executor.address} is an owner of the Safe ${safe.address}. A key on a server must not be.`,
    "Use an executor that holds gas money and nothing else, or remove it from the Safe's owners.",
    { safe: safe.address, executor: executor.address },
  );
}
