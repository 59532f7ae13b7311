import { decodeFunctionData, decodeFunctionResult, encodeFunctionData, parseTransaction } from "viem";
import type { Inclusion } from "../core/chain-port.ts";
import { RetryableError } from "../core/errors.ts";
import { Hex } from "../core/ids.ts";
import type { Pause } from "../core/pause-state.ts";
import { safeAbi } from "./abi.ts";
import type { BlockRef, CallOutcome } from "./calls.ts";
import { faultOf } from "./final-faults.ts";
import type { Network } from "./network.ts";
import { agree, agreeOnCall, pinHead } from "./quorum.ts";
import { readStanding } from "./read-safe.ts";
import { findReceipt, type Mined } from "./receipts.ts";
import { describeRevert, reasonOf } from "./reverts.ts";
import { executionLogsOf, findExecutions } from "./safe-logs.ts";
import { Block } from "./wire.ts";

/**
 * What became of an execution. Every attempt's receipt first; then the Safe's nonce, which says whether anything was
 * executed at all; then the Safe's logs, which say what. Whoever sent our signed transaction, it is our pause. Throws
 * `RetryableError` while the Safe's nonce and its logs do not fit together: then a provider lags, and guessing is lying.
 */
export async function lookUpPause(network: Network, pause: Pause): Promise<Inclusion> {
  const mined: Mined[] = [];
  for (const found of await Promise.all(
    pause.attempts.map(({ transactionHash }) => findReceipt(network, transactionHash)),
  )) {
    if (found !== undefined) mined.push(found);
  }
  const succeeded = mined.find((one) => fateOf(pause, one) === "executed");
  if (succeeded !== undefined) return { ...included(succeeded, true), ...lostBeside(pause, mined, succeeded) };

  const head = notBefore(await pinHead(network), mined);
  const nonce = await readNonce(network, pause, head);
  const ours = BigInt(pause.facts.safeTx.nonce);
  if (nonce > ours) {
    const { found, winner } = await whoUsedTheNonce(network, pause, head, nonce);
    return winner === undefined ? found : { ...found, ...lostBeside(pause, mined, winner) };
  }
  const [failed] = mined;
  if (failed === undefined) return { state: "pending" };
  return included(failed, false, await whyItFailed(network, pause, failed));
}

/**
 * The newest of the head and the blocks that hold our attempts: a reverted attempt may have lost to an execution in its
 * own block, and an older head would not know of that yet.
 */
function notBefore(head: BlockRef, mined: Mined[]): BlockRef {
  const blocks = [head, ...mined.map(({ receipt }) => ({ number: receipt.blockNumber, hash: receipt.blockHash }))];
  return blocks.reduce((newest, one) => (one.number > newest.number ? one : newest));
}

function included({ receipt, blockTime }: Mined, executed: boolean, why?: string) {
  const { transactionHash, blockNumber, blockHash, gasUsed, from } = receipt;
  return {
    state: "included" as const,
    transactionHash,
    blockNumber,
    blockHash,
    blockTime,
    gasUsed,
    executed,
    why,
    ...(from !== undefined && { from }),
  };
}

/** Our attempts that were mined and reverted although the pause has run: beaten by another of ours, or by a stranger. */
function lostBeside(
  pause: Pause,
  mined: Mined[],
  winner: Mined,
): Pick<Extract<Inclusion, { state: "included" }>, "lost"> {
  const lost = mined.filter((one) => one !== winner && fateOf(pause, one) === "reverted");
  if (lost.length === 0) return {};
  const { transactionHash, blockNumber } = winner.receipt;
  const after = `It reverted (GS026): ${transactionHash} had used the Safe's nonce before, in block ${blockNumber}.`;
  const before = `It reverted, and ${transactionHash} succeeded after it, in block ${blockNumber}.`;
  return {
    lost: lost.map(({ receipt }) => ({
      transactionHash: receipt.transactionHash,
      blockNumber: receipt.blockNumber,
      why: receipt.blockNumber < blockNumber ? before : after,
    })),
  };
}

/** `executed` takes a receipt that succeeded, this Safe's `ExecutionSuccess` for our hash, and no `ExecutionFailure`. */
export function fateOf(pause: Pause, { receipt }: Mined): "executed" | "inner failed" | "reverted" | "another" {
  if (receipt.status !== 1n) return "reverted";
  const ours = executionLogsOf(pause.facts.safe.address, receipt.logs).filter(
    ({ safeTxHash }) => safeTxHash === pause.facts.safeTxHash,
  );
  if (ours.length === 0) return "another";
  return ours.every(({ success }) => success) ? "executed" : "inner failed";
}

async function readNonce(network: Network, pause: Pause, block: BlockRef): Promise<bigint> {
  const call = { to: pause.facts.safe.address, data: encodeFunctionData({ abi: safeAbi, functionName: "nonce" }) };
  const { value } = await agreeOnCall(network, "the Safe's nonce", call, block);
  return decodeFunctionResult({ abi: safeAbi, functionName: "nonce", data: value.data });
}

/** A reorg may have moved what used the nonce to a block before the one at which the proposal was made. */
const REORG_DEPTH = 64n;

/**
 * The nonce is gone. Every nonce is used by one execution, in order, so that the one which used ours is counted from the
 * newest: ours, sent by anyone, or another.
 */
async function whoUsedTheNonce(
  network: Network,
  pause: Pause,
  head: BlockRef,
  nonce: bigint,
): Promise<{ found: Inclusion; winner?: Mined }> {
  const { safe, safeTx, safeTxHash, observed } = pause.facts;
  const earliest = BigInt(observed.blockNumber) - REORG_DEPTH;
  const from = earliest > 0n ? earliest : 0n;
  const executions = await findExecutions(network, safe.address, { from, to: head });
  const taker = executions.at(-Number(nonce - BigInt(safeTx.nonce)));
  const ours = executions.find((one) => one.safeTxHash === safeTxHash);
  if (ours === undefined && taker === undefined) {
    throw new RetryableError(
      `The Safe is at nonce ${nonce}, and the RPC providers' logs do not show what used the last.`,
    );
  }
  if (ours === undefined) {
    return { found: { state: "superseded", by: taker?.transactionHash, safeTxHash: taker?.safeTxHash, nonce } };
  }
  const winner = await findReceipt(network, ours.transactionHash);
  if (winner === undefined) return { found: { state: "pending" } };
  const executed = fateOf(pause, winner) === "executed";
  return {
    found: included(winner, executed, executed ? undefined : "The Safe logged ExecutionFailure for it."),
    winner,
  };
}

async function whyItFailed(network: Network, pause: Pause, mined: Mined): Promise<string> {
  const fate = fateOf(pause, mined);
  if (fate === "inner failed") return "The Safe logged ExecutionFailure for it.";
  if (fate === "another") return "It is in a block, and the Safe logged no execution of our hash.";
  const attempt = pause.attempts.find(({ transactionHash }) => transactionHash === mined.receipt.transactionHash);
  if (attempt === undefined) return "It reverted.";
  const { data = "0x", gas } = parseTransaction(attempt.raw);
  if (gas !== undefined && mined.receipt.gasUsed * 64n >= gas * 63n) return "It reverted, having used up its gas.";
  const { safe, safeTx } = pause.facts;
  const { blockNumber: number, blockHash: hash } = mined.receipt;
  const call = { from: attempt.executor, to: safe.address, data };
  const { value: again } = await agreeOnCall(network, "the reverted execution", call, { number, hash });
  if (again.ok) return "It reverted, and would not revert now.";
  // What the Safe has against the signatures, only the Safe's own state tells.
  if (/^GS02/.test(reasonOf(again) ?? "")) return sayFault(network, pause, { data, hash, outcome: again });
  if (reasonOf(again) !== "GS013") return `It reverted with ${describeRevert(again)}.`;
  const inner = { from: safe.address, to: safeTx.to, data: safeTx.data };
  const { value: reason } = await agreeOnCall(network, "the inner call", inner, { number, hash });
  return `It reverted with ${describeRevert(reason.ok ? again : reason)}.`;
}

async function sayFault(
  network: Network,
  pause: Pause,
  { data, hash, outcome }: { data: Hex; hash: Hex; outcome: CallOutcome },
): Promise<string> {
  const { value: block } = await agree(network, "the block", async (provider) =>
    Block.parse(await provider.request("eth_getBlockByHash", [hash, false])),
  );
  const { value: safe } = await agree(network, "the Safe", (provider) =>
    readStanding(provider, pause.facts.safe.address, block),
  );
  if (safe === undefined) return "It reverted, and the Safe is gone.";
  const { args } = decodeFunctionData({ abi: safeAbi, data });
  const signatures = args?.at(-1);
  if (typeof signatures !== "string") return "It reverted.";
  const call = { to: pause.facts.safe.address, data };
  const { detail } = await faultOf({ network, pause, block, safe, signatures: Hex.parse(signatures), call, outcome });
  return `It reverted. ${detail}`;
}
