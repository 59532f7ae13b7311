import { encodeFunctionData, numberToHex, padHex, parseAbi, sliceHex } from "viem";
import { z } from "zod";
import type { Address, Hex } from "../../core/ids.ts";
import { type BlockRef, mustHold, readAt } from "../calls.ts";
import type { Network } from "../network.ts";
import { agree } from "../quorum.ts";
import { Log } from "../wire.ts";

const abi = parseAbi(["function approvedHashes(address owner, bytes32 hash) view returns (uint256)"]);
const APPROVE_HASH = "0xf2a0eb156472d1440255b0d7c1e19cc07115d1051fe605b0dce69acfec884d9c";
const NOT_APPROVED = numberToHex(0, { size: 32 });

/** One entry of a Safe's `approvedHashes`. */
export interface Approval {
  safe: Address;
  safeTxHash: Hex;
  owner: Address;
}

/** Which of these a quorum of providers says that the Safe holds, at one block. Throws as `agree` does. */
export async function readApprovals(
  network: Network,
  asked: readonly Approval[],
  block: BlockRef,
): Promise<Approval[]> {
  if (asked.length === 0) return [];
  const { value } = await agree(network, "the approved hashes", (provider) =>
    Promise.all(
      asked.map(async ({ safe, safeTxHash, owner }) => {
        const data = encodeFunctionData({ abi, functionName: "approvedHashes", args: [owner, safeTxHash] });
        const word = await readAt(provider, { to: safe, data }, block);
        return word.length === 66 && word !== NOT_APPROVED;
      }),
    ),
  );
  return asked.filter((_, index) => value[index]);
}

export interface ApprovalLog extends Approval {
  transactionHash: Hex;
}

/**
 * `ApproveHash` of these Safes for these hashes, in these blocks, as a quorum of providers lists them. A log alone proves
 * nothing: it tells when to look, and in which transaction it was. Throws as `agree` does.
 */
export async function findApprovals(
  network: Network,
  { safes, hashes }: { safes: readonly Address[]; hashes: readonly Hex[] },
  { from, to }: { from: bigint; to: BlockRef },
): Promise<ApprovalLog[]> {
  const filter = {
    address: safes,
    fromBlock: numberToHex(from),
    toBlock: numberToHex(to.number),
    topics: [APPROVE_HASH, hashes],
  };
  const { value } = await agree(network, "the approvals on the chain", async (provider) => {
    const [logs, held] = await Promise.all([
      provider.request("eth_getLogs", [filter]),
      provider.request("eth_getBlockByNumber", [numberToHex(to.number), false]),
    ]);
    // Logs are asked for by height. Who has another block there, or none yet, has other logs: it lags, and does not lie.
    mustHold(provider, to, held);
    return z
      .array(Log)
      .parse(logs)
      .flatMap(({ address, topics, transactionHash }): ApprovalLog[] => {
        const [topic, safeTxHash, owner] = topics;
        if (topic !== APPROVE_HASH || safeTxHash === undefined || owner === undefined) return [];
        return [{ safe: address, safeTxHash, owner: sliceHex(padHex(owner, { size: 32 }), 12), transactionHash }];
      });
  });
  return value;
}
