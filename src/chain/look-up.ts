import { decodeFunctionResult, encodeFunctionData, parseTransaction } from "viem";
import type { Pause } from "../core/pause-state.ts";
import type { Inclusion } from "../core/ports.ts";
import { safeAbi } from "./abi.ts";
import type { Network } from "./network.ts";
import { agreeOnCall, pinHead } from "./quorum.ts";
import { findReceipt, type Mined } from "./receipts.ts";
import { describeRevert, reasonOf } from "./reverts.ts";
import { executionLogsOf, findExecutions } from "./safe-logs.ts";
import type { Block } from "./wire.ts";

/**
 * What became of an execution. Every attempt's receipt first; then the Safe's nonce, which says whether anything was
 * executed at all; then the Safe's logs, which say what. Whoever sent our signed transaction, it is our pause.
 */
export async function lookUpPause(network: Network, pause: Pause): Promise<Inclusion> {
  const mined: Mined[] = [];
  for (const found of await Promise.all(
    pause.attempts.map(({ transactionHash }) => findReceipt(network, transactionHash)),
  )) {
    if (found !== undefined) mined.push(found);
  }
  const succeeded = mined.find((one) => fateOf(pause, one) === "executed");
  if (succeeded !== undefined) return included(succeeded, true);

  const head = await pinHead(network);
  const nonce = await readNonce(network, pause, head);
  const ours = BigInt(pause.facts.safeTx.nonce);
  if (nonce > ours) return await whoUsedTheNonce(network, pause, head, nonce);
  const [failed] = mined;
  if (failed === undefined) return { state: "pending" };
  return included(failed, false, await whyItFailed(network, pause, failed));
}

function included({ receipt, blockTime }: Mined, executed: boolean, why?: string): Inclusion {
  const { transactionHash, blockNumber, blockHash, gasUsed } = receipt;
  return { state: "included", transactionHash, blockNumber, blockHash, blockTime, gasUsed, executed, why };
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

async function readNonce(network: Network, pause: Pause, head: Block): Promise<bigint> {
  const call = { to: pause.facts.safe.address, data: encodeFunctionData({ abi: safeAbi, functionName: "nonce" }) };
  const { value } = await agreeOnCall(network, "the Safe's nonce", call, head);
  return decodeFunctionResult({ abi: safeAbi, functionName: "nonce", data: value.data });
}

/** The nonce is gone. The first execution since the proposal used it: ours, sent by anyone, or another. */
async function whoUsedTheNonce(network: Network, pause: Pause, head: Block, nonce: bigint): Promise<Inclusion> {
  const from = BigInt(pause.facts.observed.blockNumber) + 1n;
  const executions = await findExecutions(network, pause.facts.safe.address, { from, to: head.number });
  const ours = executions.find(({ safeTxHash }) => safeTxHash === pause.facts.safeTxHash);
  if (ours === undefined) return { state: "superseded", by: executions[0]?.transactionHash, nonce };
  const mined = await findReceipt(network, ours.transactionHash);
  if (mined === undefined) return { state: "pending" };
  const executed = fateOf(pause, mined) === "executed";
  return included(mined, executed, executed ? undefined : "The Safe logged ExecutionFailure for it.");
}

async function whyItFailed(network: Network, pause: Pause, mined: Mined): Promise<string> {
  const fate = fateOf(pause, mined);
  if (fate === "inner failed") return "The Safe logged ExecutionFailure for it.";
  if (fate === "another") return "It was mined, and the Safe logged no execution of our hash.";
  const attempt = pause.attempts.find(({ transactionHash }) => transactionHash === mined.receipt.transactionHash);
  if (attempt === undefined) return "It reverted.";
  const { data, gas } = parseTransaction(attempt.raw);
  if (gas !== undefined && mined.receipt.gasUsed * 64n >= gas * 63n) return "It reverted, having used up its gas.";
  const { safe, safeTx } = pause.facts;
  const block = { number: mined.receipt.blockNumber, hash: mined.receipt.blockHash };
  const call = { from: attempt.executor, to: safe.address, data: data ?? "0x" };
  const { value: again } = await agreeOnCall(network, "the reverted execution", call, block);
  if (again.ok) return "It reverted, and would not revert now.";
  if (reasonOf(again) !== "GS013") return `It reverted with ${describeRevert(again)}.`;
  const inner = { from: safe.address, to: safeTx.to, data: safeTx.data };
  const { value: reason } = await agreeOnCall(network, "the inner call", inner, block);
  return `It reverted with ${describeRevert(reason.ok ? again : reason)}.`;
}
