import { parseAbi, toEventSelector } from "viem";
import type { Looked } from "../core/chain-port.ts";
import { msOf } from "../core/duration.ts";
import { messageOf, UserError } from "../core/errors.ts";
import { Hex } from "../core/ids.ts";
import type { PlanCheck } from "../core/plan-response.ts";
import type { Network } from "./network.ts";
import { agree, pinHead } from "./quorum.ts";
import type { Provider } from "./rpc.ts";
import { logsUpTo } from "./safe-logs.ts";
import { Block, type Log, quantity } from "./wire.ts";

type EventCheck = Extract<PlanCheck, { kind: "event" }>;

/** More blocks than that are no look but a search: some fifty questions to each provider, again and again. */
const BLOCKS_MAX = 100_000n;

/** Whether a contract logged an event within a time before the newest block, as a quorum of providers lists it. */
export async function lookAtEvent(network: Network, check: EventCheck): Promise<Looked> {
  const { title, contract, event, within, seen } = check;
  const topic = topicOf(event);
  const head = await pinHead(network);
  const since = head.timestamp - BigInt(Math.ceil(msOf(within) / 1000));
  const { value: logs } = await agree<Log[] | "too many" | "no contract">(
    network,
    `the logs of ${event} at ${contract}`,
    async (provider) => {
      // Where there is no contract nothing is ever seen, which says nothing.
      const code = await provider.request("eth_getCode", [contract, { blockHash: head.hash }]);
      if (Hex.parse(code) === "0x") return "no contract";
      const from = await firstBlockSince(provider, head, since);
      if (from === undefined) return "too many";
      return logsUpTo(provider, { address: contract, topics: [[topic]] }, from, head);
    },
    (found) =>
      typeof found === "string" ? found : found.map(({ transactionHash, logIndex }) => [transactionHash, logIndex]),
  );
  if (logs === "too many") throw tooManyBlocks(check);
  if (logs === "no contract") {
    const remedy = `Correct the contract or the chain of "${title}" in the response plan.`;
    throw new UserError("no_contract", `There is no contract at ${contract} on ${network.name}.`, remedy);
  }
  const last = logs.at(-1);
  const means =
    last === undefined ? `${title}: not seen in the last ${within}.` : `${title}: seen in the last ${within}.`;
  const found = last === undefined ? "" : ` ${logs.length} in all, the last in ${last.transactionHash}.`;
  return {
    holds: (last !== undefined) === seen,
    means,
    detail: `${means}${found} Block ${head.number} of ${network.name}.`,
  };
}

function topicOf(event: string): Hex {
  try {
    // A type that there is not would make a topic that is never seen.
    const [item] = parseAbi([`event ${event}`] as readonly string[]);
    if (item?.type !== "event") throw new Error("it is none.");
    return toEventSelector(item);
  } catch (error) {
    throw new UserError(
      "not_an_event",
      `"${event}" is not an event with its types: ${messageOf(error).split("\n")[0]}`,
      "Write it as in the contract, such as Upgraded(address).",
    );
  }
}

function tooManyBlocks({ title, within }: EventCheck): UserError {
  return new UserError(
    "too_many_blocks",
    `The last ${within} are more than ${BLOCKS_MAX} blocks of this chain.`,
    `Write a shorter time under within of "${title}" in the response plan.`,
  );
}

/** The first block of that time or later; undefined where it lies too far back. By halving: about seventeen questions. */
async function firstBlockSince(provider: Provider, head: Block, since: bigint): Promise<bigint | undefined> {
  const timeAt = async (number: bigint) =>
    Block.parse(await provider.request("eth_getBlockByNumber", [quantity(number), false])).timestamp;
  let low = head.number > BLOCKS_MAX ? head.number - BLOCKS_MAX : 0n;
  if ((await timeAt(low)) >= since) return low === 0n ? low : undefined;
  let high = head.number;
  // Before `low` inclusive it is too early; `high` is late enough, the head itself being so.
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if ((await timeAt(middle)) >= since) high = middle;
    else low = middle;
  }
  return high;
}
