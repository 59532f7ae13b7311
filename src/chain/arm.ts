import { messageOf, UserError } from "../core/errors.ts";
import type { Hex, ProposalId } from "../core/ids.ts";
import { includesAddress, type Pause } from "../core/pause-state.ts";
import type { SafeState, SignedExecution } from "../core/ports.ts";
import { packSignatures } from "../core/safe-tx.ts";
import { executionTemplate, fillTemplate, unsignedExecution } from "./execution-call.ts";
import { type Executor, mustExecute, warmSigning } from "./executor.ts";
import { type Fees, firstFees, nextFees } from "./fees.ts";
import type { Network } from "./network.ts";
import { createNonces } from "./nonces.ts";
import { askEach } from "./quorum.ts";
import type { Outer } from "./raw-transaction.ts";
import { type ChainWatch, hasChanged, type Snapshot } from "./watch.ts";
import { Quantity, quantity } from "./wire.ts";

export interface ArmoryOptions {
  network: Network;
  executor: Executor | undefined;
  watch: ChainWatch;
  maxFeePerGasMax: bigint;
  onSafeChanged: ((proposal: ProposalId, safe: SafeState) => void) | undefined;
}

/** The proposals of one chain for which everything but the signatures is at hand. */
export interface Armory {
  arm(pause: Pause): Promise<void>;
  disarm(proposal: ProposalId): void;
  sign(pause: Pause, attempt: number): Promise<SignedExecution>;
  /** To be called with every snapshot of the watch. */
  notice(snapshot: Snapshot): void;
}

interface Armed {
  pause: Pause;
  template: Hex;
  gas: bigint;
  /** The Safe as last told to `onSafeChanged`. */
  told: { owners: readonly `0x${string}`[]; threshold: number; nonce: string | bigint };
  /** Block of the newest estimate, and the estimate that is under way. */
  estimatedAt: bigint | undefined;
  estimating: Promise<void> | undefined;
}

const GAS_MIN = 300_000n;
const GAS_SPARE = 60_000n;
/** EIP-7825: no transaction may ask for more. */
const GAS_MAX = 16_777_216n;
/** Used when nothing can be estimated, because the call reverts now: then being refused costs the most. */
const GAS_BLIND = 1_000_000n;
const ESTIMATE_EVERY_BLOCKS = 25n;

export function createArmory({ network, executor, watch, maxFeePerGasMax, onSafeChanged }: ArmoryOptions): Armory {
  const armed = new Map<ProposalId, Armed>();
  const nonces = createNonces();

  async function arm(pause: Pause): Promise<Armed> {
    const { facts } = pause;
    const last = pause.attempts.at(-1);
    if (last !== undefined) nonces.keep(pause.id, last.nonce);
    const template = executionTemplate(facts.safeTx);
    const fresh = { template, gas: GAS_BLIND, told: pause.safe, estimatedAt: undefined, estimating: undefined };
    const entry: Armed = { ...fresh, ...armed.get(pause.id), pause };
    armed.set(pause.id, entry);
    watch.add({ address: facts.safe.address, version: facts.safe.version });
    const [snapshot] = await Promise.all([watch.refresh(), warmSigning()]);
    await (entry.estimating ?? estimate(entry, snapshot));
    return entry;
  }

  /** The rule of §4 of our notes: half as much again over the highest estimate, as real signatures cost more. */
  function estimate(entry: Armed, snapshot: Snapshot): Promise<void> {
    entry.estimating = readEstimate(entry, snapshot).finally(() => {
      entry.estimating = undefined;
    });
    return entry.estimating;
  }

  async function readEstimate(entry: Armed, snapshot: Snapshot): Promise<void> {
    const { facts } = entry.pause;
    const safe = stateOf(entry.pause, snapshot);
    if (executor === undefined || safe === undefined) return;
    entry.estimatedAt = snapshot.head.number;
    const { data, overrides } = unsignedExecution(
      { safe: facts.safe.address, safeTxHash: facts.safeTxHash, tx: facts.safeTx },
      safe,
    );
    const call = { from: executor.address, to: facts.safe.address, data };
    try {
      const said = await askEach(network, async (provider) =>
        Quantity.parse(await provider.request("eth_estimateGas", [call, quantity(snapshot.head.number), overrides])),
      );
      const [highest] = said.map(({ value }) => value).sort((a, b) => (a > b ? -1 : 1));
      if (highest !== undefined) entry.gas = gasLimit(highest);
    } catch (error) {
      network.log?.warn({ proposal: entry.pause.id, error: messageOf(error) }, "Gas could not be estimated.");
    }
  }

  return {
    async arm(pause) {
      await arm(pause);
    },
    disarm(proposal) {
      const entry = armed.get(proposal);
      if (entry === undefined) return;
      armed.delete(proposal);
      nonces.release(proposal);
      const { address } = entry.pause.facts.safe;
      const others = [...armed.values()].some(({ pause }) => pause.facts.safe.address === address);
      if (!others) watch.remove(address);
    },
    async sign(pause, attempt) {
      const signer = mustExecute(executor);
      const entry = armed.get(pause.id) ?? (await arm(pause));
      // A replacement is in no hurry of milliseconds: it looks again whether its nonce is still free.
      const known = attempt > 1 ? undefined : watch.snapshot();
      const snapshot = known ?? (await watch.refresh());
      const safe = stateOf(pause, snapshot) ?? stateOf(pause, await watch.refresh());
      const { account } = snapshot;
      if (safe === undefined || account === undefined) throw new Error(`${pause.id} is armed without its Safe.`);
      const signatures = signaturesFor(pause, safe);
      const fees = priceOf(pause, snapshot, maxFeePerGasMax);
      const nonce = nonces.take(pause.id, account, attempt > 1);
      return signOuter(signer, {
        chainId: network.chainId,
        to: pause.facts.safe.address,
        data: fillTemplate(entry.template, signatures),
        nonce,
        gas: entry.gas,
        ...fees,
      });
    },
    notice(snapshot) {
      for (const entry of armed.values()) {
        const safe = stateOf(entry.pause, snapshot);
        if (safe === undefined) continue;
        const changed = hasChanged(entry.told, safe);
        if (changed) {
          entry.told = safe;
          onSafeChanged?.(entry.pause.id, safe);
        }
        const age = entry.estimatedAt === undefined ? undefined : snapshot.head.number - entry.estimatedAt;
        if (changed || age === undefined || age >= ESTIMATE_EVERY_BLOCKS) void estimate(entry, snapshot);
      }
    },
  };
}

function stateOf(pause: Pause, snapshot: Snapshot): SafeState | undefined {
  return snapshot.safes.get(pause.facts.safe.address.toLowerCase());
}

/**
 * Exactly as many signatures as the Safe asks for now, of owners that it has now. Only ECDSA forms enter: a raw v of 0
 * or 1 means something else to a Safe, whoever the bytes say they are from. Throws `UserError` `nonce_used` and
 * `signatures_missing`.
 */
function signaturesFor(pause: Pause, safe: SafeState): Hex {
  const { safeTx, safe: proposed } = pause.facts;
  if (safe.nonce > BigInt(safeTx.nonce)) {
    throw new UserError(
      "nonce_used",
      `The Safe ${proposed.label} is at nonce ${safe.nonce}, and ${pause.id} was signed for ${safeTx.nonce}.`,
      "Find out which transaction used the nonce, then propose again.",
      { proposal: pause.id, nonce: safe.nonce.toString() },
    );
  }
  const usable = new Map<string, { owner: `0x${string}`; signature: Hex }>();
  for (const { owner, signature } of pause.confirmations) {
    const isEcdsa = /^0x[0-9a-f]{128}(1b|1c|1f|20)$/i.test(signature);
    if (isEcdsa && includesAddress(safe.owners, owner)) usable.set(owner.toLowerCase(), { owner, signature });
  }
  if (usable.size < safe.threshold) {
    throw new UserError(
      "signatures_missing",
      `${pause.id} has ${usable.size} signatures of current owners, and the Safe ${proposed.label} now asks for ${safe.threshold}.`,
      "Propose again and let the current owners sign.",
      { proposal: pause.id, signatures: usable.size, threshold: safe.threshold },
    );
  }
  return packSignatures([...usable.values()], safe.threshold);
}

/** Throws `UserError` `fee_cap` when a replacement would have to pay more than the policy allows. */
function priceOf(pause: Pause, snapshot: Snapshot, cap: bigint): Fees {
  const first = firstFees({ baseFee: snapshot.baseFee, tipP95: snapshot.tipP95, cap });
  const last = pause.attempts.at(-1);
  if (last === undefined) return first;
  const previous = {
    maxFeePerGas: BigInt(last.maxFeePerGas),
    maxPriorityFeePerGas: BigInt(last.maxPriorityFeePerGas),
  };
  const next = nextFees(previous, first, cap);
  if (next !== undefined) return next;
  const gwei = cap / 1_000_000_000n;
  throw new UserError(
    "fee_cap",
    `${pause.id} is still not mined at ${gwei} gwei per gas, which is as much as Allstop may pay.`,
    "Raise the cap, or hand the signed transaction to somebody who can get it mined.",
    { proposal: pause.id, maxFeePerGasMax: cap.toString() },
  );
}

function gasLimit(estimate: bigint): bigint {
  const generous = (estimate * 3n + 1n) / 2n + GAS_SPARE;
  if (generous > GAS_MAX) return GAS_MAX;
  return generous < GAS_MIN ? GAS_MIN : generous;
}

async function signOuter(executor: Executor, outer: Outer): Promise<SignedExecution> {
  const { nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = outer;
  const signed = await executor.signTransaction(outer);
  return { ...signed, executor: executor.address, nonce, gas, maxFeePerGas, maxPriorityFeePerGas };
}
