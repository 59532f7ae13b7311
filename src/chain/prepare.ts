import { encodeFunctionData } from "viem";
import { UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-events.ts";
import { includesAddress } from "../core/pause-state.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { PreparedPause, SafeState } from "../core/ports.ts";
import { buildSafeTx, hashSafeTx } from "../core/safe-tx.ts";
import { safeAbi } from "./abi.ts";
import type { Executor } from "./executor.ts";
import type { Network } from "./network.ts";
import { readPauseFlag } from "./pause-flag.ts";
import { findIntervention, type PlannedIntervention } from "./plan-lookup.ts";
import { probeCall } from "./probes.ts";
import { type Answers, agreeOnCall } from "./quorum.ts";
import { readSafe } from "./read-safe.ts";
import { describeRevert } from "./reverts.ts";
import { kitSafeTxHash } from "./safe-hash.ts";
import { alreadyPaused, simulateExecution } from "./simulate.ts";

export interface PrepareContext {
  plan: LoadedPlan;
  networkOf: (chainId: number) => Network;
  executor: Executor;
}

/** See `ChainPort.prepare`. All is read at one block, which the proposal names. */
export async function preparePause(context: PrepareContext, key: string): Promise<PreparedPause> {
  const planned = findIntervention(context.plan, key);
  const { intervention, target, dialect } = planned;
  const network = context.networkOf(planned.chainId);
  const safe = await readSafe(network, planned.safe.address);
  if (includesAddress(safe.owners, context.executor.address)) throw executorIsOwner(safe, context.executor);
  if ((await readPauseFlag(network, dialect, target, safe.block)).value) throw alreadyPaused(target);

  const tx = buildSafeTx({ to: target, data: dialect.pause.data, nonce: safe.nonce });
  const hashes = hashSafeTx(network.chainId, safe.address, tx);
  const rehearsal = { network, dialect, safe, safeTxHash: hashes.safeTxHash, tx, executor: context.executor.address };
  const [, simulated, probed] = await Promise.all([
    agreeOnHash(network, safe, tx, hashes.safeTxHash),
    simulateExecution(rehearsal),
    probeNow(network, planned, safe),
  ]);
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
    },
    target: { address: target, label: intervention.targetLabel },
    call: { signature: dialect.pause.signature, selector: dialect.pause.selector },
    safeTx: tx,
    ...hashes,
    simulation: {
      ok: true,
      detail: [succeeded(network, safe, simulated), ...probed].join(" "),
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

/**
 * The safeTxHash by three computations that know nothing of each other: ours, protocol-kit's, and the Safe's own as a
 * quorum of providers relays it. Throws `UserError` `hash_disagreement`, showing all three.
 */
async function agreeOnHash(network: Network, safe: SafeState, tx: SafeTx, ours: Hex): Promise<void> {
  const [kit, onChain] = await Promise.all([
    kitSafeTxHash(network.chainId, safe.address, safe.version, tx),
    agreeOnCall(network, "the safeTxHash", { to: safe.address, data: hashCall(tx) }, safe.block),
  ]);
  const theirs = onChain.value.ok ? onChain.value.data : "a revert";
  if (kit === ours && theirs === ours) return;
  throw new UserError(
    "hash_disagreement",
    `The safeTxHash is not certain: Allstop computes ${ours}, protocol-kit ${kit}, and the Safe itself says ${theirs}.`,
    "Nobody should sign. Check the RPC providers and the Safe's address, then propose again.",
    { ours, kit, safe: theirs },
  );
}

function hashCall(tx: SafeTx): Hex {
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = tx;
  const gas = [BigInt(safeTxGas), BigInt(baseGas), BigInt(gasPrice)] as const;
  const args = [to, BigInt(value), data, operation, ...gas, gasToken, refundReceiver, BigInt(nonce)] as const;
  return encodeFunctionData({ abi: safeAbi, functionName: "getTransactionHash", args });
}

/**
 * Whether the plan's probes can prove anything: a call that fails today proves nothing by failing tomorrow. It is said,
 * and does not stand in the way of a pause.
 */
async function probeNow(network: Network, { intervention }: PlannedIntervention, safe: SafeState): Promise<string[]> {
  const probes = [intervention.effectProbe, intervention.exitProbe];
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
