import { keccak256 } from "viem";
import type { PrivateKeyAccount } from "viem/accounts";
import { RetryableError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import { type Pause, validConfirmations } from "../core/pause-state.ts";
import type { SafeState, SignedExecution } from "../core/ports.ts";
import { packSignatures } from "../core/safe-tx.ts";
import { askAll, type Provider } from "./rpc.ts";
import { approvalOverride, execCalldata, preapproved, readSafe } from "./safe.ts";

const GAS_LIMIT_MAX = 16_777_216n; // EIP-7825
const GAS_LIMIT_MIN = 300_000n;
const TIP_MIN = 5_000_000_000n;

/** Everything that an execution needs but the signatures, as of the newest head. */
export interface Armed {
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
  executorNonce: number;
  safe: SafeState;
}

/** Gathers it. The estimate runs before anybody has signed, on overridden approvals; signatures cost more, so it is raised. */
export async function gather(pause: Pause, providers: Provider[], executor: Address, previous?: Armed): Promise<Armed> {
  const { facts } = pause;
  const [safe, fees, nonces] = await Promise.all([
    readSafe({ id: facts.chain.id, providers }, facts.safe.address),
    askAll(providers, async ({ client }) => {
      const [block, tip] = await Promise.all([
        client.getBlock({ blockTag: "latest" }),
        client.estimateMaxPriorityFeePerGas().catch(() => 0n),
      ]);
      return { base: block.baseFeePerGas ?? 0n, tip };
    }),
    askAll(providers, ({ client }) => client.getTransactionCount({ address: executor, blockTag: "latest" })),
  ]);
  const base = largest(fees.map(({ value }) => value.base));
  const suggested = largest(fees.map(({ value }) => value.tip));
  const tip = suggested * 3n > TIP_MIN * 2n ? (suggested * 3n) / 2n : TIP_MIN;
  return {
    gas: previous?.gas ?? (await estimateGas(pause, safe, providers, executor)),
    maxFeePerGas: 4n * base + tip,
    maxPriorityFeePerGas: tip,
    executorNonce: Math.max(...nonces.map(({ value }) => value)),
    safe,
  };
}

async function estimateGas(pause: Pause, safe: SafeState, providers: Provider[], executor: Address): Promise<bigint> {
  const { facts } = pause;
  const { signatures, owners } = preapproved(safe.owners, safe.threshold);
  const estimates = await askAll(providers, ({ client }) =>
    client.estimateGas({
      account: executor,
      to: facts.safe.address,
      data: execCalldata(facts.safeTx, signatures),
      stateOverride: approvalOverride(facts.safe.address, owners, facts.safeTxHash),
    }),
  );
  const raised = (largest(estimates.map(({ value }) => value)) * 3n) / 2n + 60_000n;
  const limit = raised > GAS_LIMIT_MIN ? raised : GAS_LIMIT_MIN;
  return limit > GAS_LIMIT_MAX ? GAS_LIMIT_MAX : limit;
}

/** Packs exactly `threshold` signatures of current owners and signs the outer transaction. No network. */
export async function signExecution(pause: Pause, armed: Armed, account: PrivateKeyAccount): Promise<SignedExecution> {
  const valid = validConfirmations(pause);
  const { threshold } = pause.safe;
  if (valid.length < threshold) throw new RetryableError(`${pause.id} has ${valid.length} signatures of ${threshold}.`);
  const last = pause.attempts.at(-1);
  // Every attempt of one executor shares one nonce, so at most one of them can land.
  const nonce = last?.nonce ?? armed.executorNonce;
  const fees = bumped(armed, last);
  const raw = await account.signTransaction({
    type: "eip1559",
    chainId: pause.facts.chain.id,
    to: pause.facts.safe.address,
    data: execCalldata(pause.facts.safeTx, packSignatures(valid, threshold)),
    gas: armed.gas,
    nonce,
    ...fees,
  });
  return { raw, transactionHash: keccak256(raw), executor: account.address, nonce, gas: armed.gas, ...fees };
}

/** A replacement must pay more on both fees: a quarter more than the last attempt, rounded up, or today's price. */
function bumped(armed: Armed, last: Pause["attempts"][number] | undefined) {
  const more = (fee: string) => (BigInt(fee) * 5n + 3n) / 4n;
  if (last === undefined) {
    return { maxFeePerGas: armed.maxFeePerGas, maxPriorityFeePerGas: armed.maxPriorityFeePerGas };
  }
  return {
    maxFeePerGas: max(armed.maxFeePerGas, more(last.maxFeePerGas)),
    maxPriorityFeePerGas: max(armed.maxPriorityFeePerGas, more(last.maxPriorityFeePerGas)),
  };
}

function largest(values: bigint[]): bigint {
  return values.reduce(max, 0n);
}

function max(a: bigint, b: bigint): bigint {
  if (a > b) return a;
  return b;
}
