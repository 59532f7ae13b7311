import { encodeFunctionData, parseAbi } from "viem";
import type { Address, Hex } from "../../core/ids.ts";
import type { Pause } from "../../core/pause-state.ts";
import { messageForOwner, takesHash } from "../../core/signature-message.ts";
import type { BlockRef, Call, CallOutcome } from "../calls.ts";
import type { Network } from "../network.ts";
import { agreeOnCall } from "../quorum.ts";
import { describeRevert } from "../reverts.ts";

const byBytes = parseAbi(["function isValidSignature(bytes data, bytes signature) view returns (bytes4)"]);
const byHash = parseAbi(["function isValidSignature(bytes32 hash, bytes signature) view returns (bytes4)"]);
const MAGIC_BY_BYTES = "0x20c13b0b";
const MAGIC_BY_HASH = "0x1626ba7e";

export type ContractVerdict = { ok: true } | { ok: false; why: string };

/**
 * What a contract that owns the proposal's Safe says of its signature, asked by that Safe and in the form that its
 * version uses (EIP-1271 in 1.5.0, its draft before), as a quorum of providers relays it. Throws as `agree` does.
 */
export async function askOwnerContract(
  network: Network,
  { facts }: Pick<Pause, "facts">,
  { owner, signature }: { owner: Address; signature: Hex },
  block: BlockRef,
): Promise<ContractVerdict> {
  const { address, version } = facts.safe;
  const hashes = { domainHash: facts.domainHash, messageHash: facts.messageHash, safeTxHash: facts.safeTxHash };
  const message = messageForOwner(version, hashes);
  const asked = takesHash(version);
  const data = asked
    ? encodeFunctionData({ abi: byHash, functionName: "isValidSignature", args: [message, signature] })
    : encodeFunctionData({ abi: byBytes, functionName: "isValidSignature", args: [message, signature] });
  const call: Call = { from: address, to: owner, data };
  const { value } = await agreeOnCall(network, `the signature of ${owner}`, call, block);
  return verdictOf(value, asked ? MAGIC_BY_HASH : MAGIC_BY_BYTES);
}

function verdictOf(outcome: CallOutcome, magic: Hex): ContractVerdict {
  if (!outcome.ok) return { ok: false, why: `asked for it, it reverts with ${describeRevert(outcome)}.` };
  const answer = outcome.data.slice(0, 10);
  if (answer === magic && outcome.data.length >= 66) return { ok: true };
  if (outcome.data === "0x") return { ok: false, why: "it does not answer to isValidSignature." };
  return { ok: false, why: `asked for it, it answers ${outcome.data}.` };
}
