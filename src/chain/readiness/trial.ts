import { concatHex, numberToHex, padHex } from "viem";
import type { Address, Hex } from "../../core/ids.ts";
import type { SafeTx } from "../../core/pause-shapes.ts";
import { hashSafeTx } from "../../core/safe-tx.ts";
import type { BlockRef, Call, CallOutcome, StateOverrides } from "../calls.ts";
import { executionTemplate, fillTemplate, unsignedExecution } from "../execution-call.ts";
import type { Network } from "../network.ts";
import { type Answers, agreeOnCall, askEach } from "../quorum.ts";
import type { Standing } from "../read-safe.ts";
import { Quantity, quantity } from "../wire.ts";

/** Storage slot of a Safe's threshold. */
const THRESHOLD_SLOT = numberToHex(4, { size: 32 });
/** What `execTransaction` returns when the inner call succeeded. */
const TRUE = `0x${"1".padStart(64, "0")}`;

/** What the whole transaction would come to now, tried in three ways. */
export interface Trial {
  /** Sent by an owner who is all the threshold there is: the path without anybody's signature. */
  byOwner: CallOutcome;
  /** Sent by each executor, with the real threshold. */
  byExecutor: { executor: Address; outcome: CallOutcome; gas: bigint | undefined }[];
  /** The inner call alone, as the Safe makes it: why a transaction fails that the Safe reports as GS013. */
  inner: CallOutcome;
  /** Providers that agreed on all of it, and those that said otherwise of any of it. */
  agreed: string[];
  dissenting: string[];
}

export interface Tried {
  network: Network;
  safe: Address;
  standing: Standing;
  tx: SafeTx;
  executors: readonly Address[];
  block: BlockRef;
}

/** One batch for each provider; nothing is signed. Throws as `agree` does. */
export async function tryPause({ network, safe, standing, tx, executors, block }: Tried): Promise<Trial> {
  const { safeTxHash } = hashSafeTx(network.chainId, safe, tx);
  const real = unsignedExecution({ safe, safeTxHash, tx }, standing);
  const answers: Answers<CallOutcome>[] = [];
  const heard = (one: Answers<CallOutcome>) => {
    answers.push(one);
    return one.value;
  };
  const alone = singleOwner(safe, standing, tx);
  const [byOwner, inner, byExecutor] = await Promise.all([
    agreeOnCall(network, "the pause, tried by an owner", alone.call, block, alone.overrides).then(heard),
    agreeOnCall(network, "the inner call", { from: safe, to: tx.to, data: tx.data }, block).then(heard),
    Promise.all(
      executors.map(async (executor) => {
        const call = { from: executor, to: safe, data: real.data };
        const [outcome, gas] = await Promise.all([
          agreeOnCall(network, "the pause, tried by the executor", call, block, real.overrides).then(heard),
          estimate(network, call, block, real.overrides),
        ]);
        return { executor, outcome, gas };
      }),
    ),
  ]);
  const agreed = network.providers
    .map(({ name }) => name)
    .filter((name) => answers.every((one) => one.agreed.includes(name)));
  const dissenting = [...new Set(answers.flatMap((one) => one.dissenting))];
  return { byOwner, inner, byExecutor, agreed, dissenting };
}

export function succeeded(outcome: CallOutcome): boolean {
  return outcome.ok && outcome.data === TRUE;
}

/**
 * `execTransaction` from an owner with one pre-validated entry (v = 1) for that owner, where the threshold is one. An
 * owner who sends it needs no signature: nonce, hash, guard, role and target are gone through as they will be.
 */
export function singleOwner(
  safe: Address,
  { owners }: Pick<Standing, "owners">,
  tx: SafeTx,
): { call: Call; overrides: StateOverrides } {
  const [owner] = owners;
  if (owner === undefined) throw new Error(`The Safe ${safe} has no owners.`);
  const entry: Hex = concatHex([padHex(owner, { size: 32 }), padHex("0x", { size: 32 }), "0x01"]);
  return {
    call: { from: owner, to: safe, data: fillTemplate(executionTemplate(tx), entry) },
    overrides: { [safe]: { stateDiff: { [THRESHOLD_SLOT]: numberToHex(1, { size: 32 }) } } },
  };
}

/** The highest that anybody says; nodes estimate by their own rules, so nothing is to be agreed on. */
async function estimate(
  network: Network,
  call: Call,
  block: BlockRef,
  overrides: StateOverrides,
): Promise<bigint | undefined> {
  const said = await askEach(network, async (provider) =>
    Quantity.parse(await provider.request("eth_estimateGas", [call, quantity(block.number), overrides])),
  );
  return said.map(({ value }) => value).sort((a, b) => (a > b ? -1 : 1))[0];
}
