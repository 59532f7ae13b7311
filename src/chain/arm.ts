import type { SafeState, SignedExecution } from "../core/chain-port.ts";
import { messageOf, UserError } from "../core/errors.ts";
import type { Address, Hex, ProposalId } from "../core/ids.ts";
import { type Pause, sameAddress } from "../core/pause-state.ts";
import { executionTemplate, fillTemplate, unsignedExecution } from "./execution-call.ts";
import { type Executor, mustExecute, warmSigning } from "./executor.ts";
import { atLeast, type Fees, firstFees, nextFees } from "./fees.ts";
import type { Network } from "./network.ts";
import { createNonces } from "./nonces.ts";
import { askEach } from "./quorum.ts";
import type { Outer } from "./raw-transaction.ts";
import type { SignatureWatch } from "./signatures/signature-watch.ts";
import { packForExecution, restsOnChain } from "./signatures/usable.ts";
import { fingerprint } from "./vigil.ts";
import { type ChainWatch, readAccount, type Snapshot } from "./watch.ts";
import { type Block, Quantity, quantity } from "./wire.ts";

export interface ArmoryOptions {
  network: Network;
  executor: Executor | undefined;
  /** Sends the same execution when the first one's attempts get nowhere. It has nonces of its own. */
  hedge?: Executor;
  watch: ChainWatch;
  /** What the chain says of approvals and of contracts' signatures. */
  signatures: SignatureWatch;
  maxFeePerGasMax: bigint;
}

/** The proposals of one chain for which everything but the signatures is at hand. */
export interface Armory {
  arm(pause: Pause): Promise<void>;
  disarm(proposal: ProposalId): void;
  sign(pause: Pause, attempt: number, by?: Address): Promise<SignedExecution>;
  /** To be called when a head is about to be read, so that what is asked here travels in the same batch. */
  ahead(head: Block): void;
  /** To be called with every snapshot of the watch. */
  notice(snapshot: Snapshot): void;
}

interface Armed {
  pause: Pause;
  template: Hex;
  gas: bigint;
  /** The Safe as it was for the newest estimate. */
  estimatedFor: string;
  /** Block of the newest estimate, and the estimate that is under way. */
  estimatedAt: bigint | undefined;
  estimating: Promise<void> | undefined;
}

const GAS_MIN = 300_000n;
const GAS_SPARE = 60_000n;
/** EIP-7825: no transaction may ask for more. */
export const GAS_MAX = 16_777_216n;
/** Used when nothing can be estimated, because the call reverts now: then being refused costs the most. */
const GAS_BLIND = 1_000_000n;
const ESTIMATE_EVERY_BLOCKS = 25n;

export function createArmory(options: ArmoryOptions): Armory {
  const { network, executor, hedge, watch, signatures, maxFeePerGasMax } = options;
  const armed = new Map<ProposalId, Armed>();
  const nonces = createNonces();
  const hedgeNonces = createNonces();
  const arming = new Map<ProposalId, Promise<void>>();

  async function arm(pause: Pause): Promise<Armed> {
    const { facts } = pause;
    const [own, hedged] = [attemptsOf(pause, executor), attemptsOf(pause, hedge)].map((made) => made.at(-1));
    if (own !== undefined) nonces.keep(pause.id, own.nonce);
    if (hedged !== undefined) hedgeNonces.keep(pause.id, hedged.nonce);
    const template = executionTemplate(facts.safeTx);
    const fresh = { template, gas: GAS_BLIND, estimatedFor: "", estimatedAt: undefined, estimating: undefined };
    const entry: Armed = { ...fresh, ...armed.get(pause.id), pause };
    armed.set(pause.id, entry);
    watch.add({ address: facts.safe.address, version: facts.safe.version });
    signatures.follow(pause);
    const [snapshot] = await Promise.all([watch.refresh(), warmSigning(() => filledByNobody(entry))]);
    await Promise.all([entry.estimating ?? estimate(entry, snapshot), lookAtSignatures(snapshot)]);
    return entry;
  }

  function lookAtSignatures(snapshot: Snapshot): Promise<void> {
    return signatures.look(snapshot.head, (pause) => stateOf(pause, snapshot)?.owners ?? pause.safe.owners);
  }

  /** Half as much again over the highest estimate: real signatures cost more than what stands in for them. */
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
    entry.estimatedFor = fingerprint(safe);
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
    arm(pause) {
      const doing = arm(pause)
        .then(() => undefined)
        .finally(() => arming.delete(pause.id));
      arming.set(pause.id, doing);
      return doing;
    },
    disarm(proposal) {
      const entry = armed.get(proposal);
      if (entry === undefined) return;
      armed.delete(proposal);
      signatures.forget(proposal);
      nonces.release(proposal);
      hedgeNonces.release(proposal);
      const { address } = entry.pause.facts.safe;
      const others = [...armed.values()].some(({ pause }) => pause.facts.safe.address === address);
      if (!others) watch.remove(address);
    },
    async sign(pause, attempt, by) {
      const hedging = hedge !== undefined && by !== undefined && sameAddress(hedge.address, by);
      const signer = mustExecute(hedging ? hedge : executor);
      const own = attemptsOf(pause, signer);
      const entry = armed.get(pause.id) ?? (await arm(pause));
      // Proposed with all its signatures, it is to be sent while it is still being armed: the estimate is worth its wait.
      if (entry.gas === GAS_BLIND) await Promise.allSettled([arming.get(pause.id)]);
      // A replacement is in no hurry of milliseconds: it looks again whether its nonce is still free.
      const known = attempt > 1 ? undefined : watch.snapshot();
      const snapshot = known ?? (await watch.refresh());
      const safe = stateOf(pause, snapshot) ?? stateOf(pause, await watch.refresh());
      const account = hedging ? await readAccount(network, signer.address) : snapshot.account;
      if (safe === undefined || account === undefined) throw new Error(`${pause.id} is armed without its Safe.`);
      const isKnown = attempt === 1 && signatures.standing(pause.id) !== undefined;
      if (restsOnChain(pause, safe) && !isKnown) await lookAtSignatures(snapshot);
      const packed = packForExecution(pause, safe, signatures.standing(pause.id));
      const fees = priceOf(pause, own, snapshot, maxFeePerGasMax);
      const nonce = (hedging ? hedgeNonces : nonces).take(pause.id, account, own.length > 0);
      return signOuter(signer, {
        chainId: network.chainId,
        to: pause.facts.safe.address,
        data: fillTemplate(entry.template, packed.signatures),
        nonce,
        gas: atMost(entry.gas + packed.extraGas),
        ...fees,
      });
    },
    ahead(head) {
      const snapshot = watch.snapshot();
      const ownersOf = (pause: Pause) => (snapshot && stateOf(pause, snapshot)?.owners) ?? pause.safe.owners;
      void signatures.look(head, ownersOf);
      if (snapshot === undefined) return;
      for (const entry of armed.values()) {
        const isOld = entry.estimatedAt === undefined || head.number - entry.estimatedAt >= ESTIMATE_EVERY_BLOCKS;
        if (isOld && entry.estimating === undefined) void estimate(entry, { ...snapshot, head });
      }
    },
    notice(snapshot) {
      for (const entry of armed.values()) {
        const safe = stateOf(entry.pause, snapshot);
        if (safe === undefined) continue;
        const changed = entry.estimatedFor !== fingerprint(safe);
        if (changed && entry.estimating === undefined) void estimate(entry, snapshot);
      }
    },
  };
}

function stateOf(pause: Pause, snapshot: Snapshot): SafeState | undefined {
  return snapshot.safes.get(pause.facts.safe.address.toLowerCase());
}

/** What the owners' signatures will make of it, with bytes that are nobody's: worth nothing, and never sent. */
function filledByNobody({ pause, template }: Armed): Hex {
  const { owners, threshold, address } = pause.facts.safe;
  const nobodys: Hex = `0x${"5a".repeat(64)}1b`;
  const confirmations = owners.map((owner) => ({ ...NOBODY, owner, signature: nobodys }));
  const block = { number: 0n, hash: `0x${"00".repeat(32)}` as const, time: new Date(0) };
  const safe = { chainId: 0, address, version: "", owners, threshold, nonce: 0n, block };
  return fillTemplate(template, packForExecution({ ...pause, confirmations }, safe, undefined).signatures);
}

const NOBODY = { by: "allstop" as const, at: "", via: "page" as const };

function attemptsOf(pause: Pause, executor: Executor | undefined): Pause["attempts"] {
  return pause.attempts.filter((one) => executor !== undefined && sameAddress(one.executor, executor.address));
}

/**
 * `own` are the attempts that it would replace. Another executor's attempts are no floor for it, but show what was too
 * little. Throws `UserError` `fee_cap` when a replacement would have to pay more than the policy allows.
 */
function priceOf(pause: Pause, own: Pause["attempts"], snapshot: Snapshot, cap: bigint): Fees {
  const first = firstFees({ baseFee: snapshot.baseFee, tipP95: snapshot.tipP95, cap });
  const last = own.at(-1);
  const other = pause.attempts.at(-1);
  if (last === undefined) return other === undefined ? first : atLeast(first, feesOf(other), cap);
  const next = nextFees(feesOf(last), first, cap);
  if (next !== undefined) return next;
  const gwei = cap / 1_000_000_000n;
  throw new UserError(
    "fee_cap",
    `${pause.id} is in no block yet at ${gwei} gwei per gas, which is as much as Allstop may pay.`,
    "Raise MAX_FEE_GWEI and restart: it goes on by itself. Or send it by hand: the file in the room has all that it takes.",
    { proposal: pause.id, maxFeePerGasMax: cap.toString() },
  );
}

function feesOf({ maxFeePerGas, maxPriorityFeePerGas }: Pause["attempts"][number]): Fees {
  return { maxFeePerGas: BigInt(maxFeePerGas), maxPriorityFeePerGas: BigInt(maxPriorityFeePerGas) };
}

export function gasLimit(estimate: bigint): bigint {
  const generous = (estimate * 3n + 1n) / 2n + GAS_SPARE;
  return atMost(generous < GAS_MIN ? GAS_MIN : generous);
}

function atMost(gas: bigint): bigint {
  return gas > GAS_MAX ? GAS_MAX : gas;
}

async function signOuter(executor: Executor, outer: Outer): Promise<SignedExecution> {
  const { nonce, gas, maxFeePerGas, maxPriorityFeePerGas } = outer;
  const signed = await executor.signTransaction(outer);
  return { ...signed, executor: executor.address, nonce, gas, maxFeePerGas, maxPriorityFeePerGas };
}
