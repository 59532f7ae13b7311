import { sliceHex } from "viem";
import { z } from "zod";
import type { Address, Hex } from "../core/ids.ts";
import { EXECUTION_FAILURE, EXECUTION_SUCCESS } from "./abi.ts";
import { type BlockRef, mustHold } from "./calls.ts";
import type { Network } from "./network.ts";
import { agree } from "./quorum.ts";
import { type Provider, RpcRefusal, RpcUnavailable } from "./rpc.ts";
import { Log, quantity } from "./wire.ts";

/** One `ExecutionSuccess` or `ExecutionFailure` of a Safe. Each uses up one of its nonces. */
export interface ExecutionLog {
  safeTxHash: Hex;
  success: boolean;
  transactionHash: Hex;
  blockHash: Hex;
}

/** The execution logs of this Safe among any logs. The same event of another contract says nothing. */
export function executionLogsOf(safe: Address, logs: Log[]): ExecutionLog[] {
  return logs.flatMap((log) => {
    const [topic, indexed] = log.topics;
    if (log.address.toLowerCase() !== safe.toLowerCase()) return [];
    if (topic !== EXECUTION_SUCCESS && topic !== EXECUTION_FAILURE) return [];
    // From 1.4.0 on the hash is indexed; 1.3.0 has it in the data, before the payment. The topic is the same.
    const safeTxHash = indexed ?? sliceHex(log.data, 0, 32);
    const { transactionHash, blockHash } = log;
    return [{ safeTxHash, success: topic === EXECUTION_SUCCESS, transactionHash, blockHash }];
  });
}

/** Providers limit how many blocks one question may span; most allow this many. */
const SPAN_MAX = 2_000n;
const SPAN_MIN = 10n;

/** All executions of a Safe in these blocks, oldest first, as a quorum of providers lists them. */
export async function findExecutions(
  network: Network,
  safe: Address,
  { from, to: head }: { from: bigint; to: BlockRef },
): Promise<ExecutionLog[]> {
  const { value } = await agree(network, `the executions of ${safe}`, (provider) =>
    collect(provider, safe, from, head),
  );
  return value;
}

async function collect(provider: Provider, safe: Address, from: bigint, head: BlockRef): Promise<ExecutionLog[]> {
  const topics = [[EXECUTION_SUCCESS, EXECUTION_FAILURE]];
  return executionLogsOf(safe, await logsUpTo(provider, { address: safe, topics }, from, head));
}

/** One provider's logs from a block on up to a head that it must hold, oldest first. */
export async function logsUpTo(
  provider: Provider,
  wanted: { address: Address; topics: readonly (readonly string[])[] },
  from: bigint,
  head: BlockRef,
): Promise<Log[]> {
  const found: Log[] = [];
  const { number: to } = head;
  // Logs are asked for by height. Who has another block there, or none yet, has other logs, and says nothing about ours.
  const holding = provider
    .request("eth_getBlockByNumber", [quantity(to), false])
    .then((held) => mustHold(provider, head, held));
  let span = SPAN_MAX;
  for (let start = from; start <= to; ) {
    const end = start + span - 1n < to ? start + span - 1n : to;
    const filter = { ...wanted, fromBlock: quantity(start), toBlock: quantity(end) };
    try {
      const [logs] = await Promise.all([provider.request("eth_getLogs", [filter]), holding]);
      found.push(...z.array(Log).parse(logs));
      start = end + 1n;
    } catch (error) {
      // A range that is too large is refused in many words; a smaller one is tried before giving up.
      if (!isTooWide(error) || span <= SPAN_MIN) throw error;
      span /= 4n;
    }
  }
  await holding;
  return found.sort((a, b) => Number(a.blockNumber - b.blockNumber) || Number(a.logIndex - b.logIndex));
}

/** Some say so under the number that elsewhere means that we ask too often. */
function isTooWide(error: unknown): boolean {
  if (error instanceof RpcRefusal) return true;
  return error instanceof RpcUnavailable && error.limited && /more than|range/i.test(error.message);
}
