import { encodeFunctionData, parseAbi } from "viem";
import type { Address, Hex } from "../../core/ids.ts";
import { ZERO_ADDRESS } from "../../core/safe-tx.ts";
import type { BlockRef, CallOutcome } from "../calls.ts";
import type { Network } from "../network.ts";
import { type Answers, agreeOnCall } from "../quorum.ts";
import { reasonOf } from "../reverts.ts";

/** The Safe as it stands at the block that is asked about. */
export interface CheckedSafe {
  address: Address;
  /** 1.3.0, 1.4.1 or 1.5.0, without a suffix. */
  version: string;
  threshold: number;
}

export interface PackedSignatures {
  safeTxHash: Hex;
  /** `0x1901 ‖ domainHash ‖ messageHash`, 66 bytes: what 1.3.0 and 1.4.1 hand to owners that are contracts. */
  preimage: Hex;
  /** As `execTransaction` takes them: exactly `threshold` entries, ascending by owner. */
  signatures: Hex;
}

/** `reason` is the Safe's own code, such as `GS026`, where it gives one; `data` is the revert as it came. */
export type SignatureCheck = { ok: true } | { ok: false; reason: string | undefined; data: Hex };

/**
 * The Safe's own word on packed signatures, at one block, as a quorum of providers relays it. Throws as `agree` does.
 *
 * Asked as nobody: called from an owner, 1.3.0 and 1.4.1 take a forged pre-validated entry (v = 1) of that very owner.
 * The zero address can own no Safe. 1.5.0 has an overload that is told who executes, and rejects the forgery from anyone.
 */
export async function checkSignatures(
  network: Network,
  safe: CheckedSafe,
  packed: PackedSignatures,
  block: BlockRef,
): Promise<Answers<SignatureCheck>> {
  const call = { from: ZERO_ADDRESS, to: safe.address, data: checkCall(safe, packed) };
  const answers = await agreeOnCall(network, "the Safe's check of the signatures", call, block);
  return { ...answers, value: verdictOf(answers.value) };
}

const checkAbi = parseAbi([
  "function checkNSignatures(bytes32 dataHash, bytes data, bytes signatures, uint256 requiredSignatures) view",
]);
const checkWithExecutorAbi = parseAbi([
  "function checkNSignatures(address executor, bytes32 dataHash, bytes signatures, uint256 requiredSignatures) view",
]);

function checkCall({ version, threshold }: CheckedSafe, { safeTxHash, preimage, signatures }: PackedSignatures): Hex {
  const required = BigInt(threshold);
  if (version === "1.5.0") {
    const args = [ZERO_ADDRESS, safeTxHash, signatures, required] as const;
    return encodeFunctionData({ abi: checkWithExecutorAbi, functionName: "checkNSignatures", args });
  }
  const args = [safeTxHash, preimage, signatures, required] as const;
  return encodeFunctionData({ abi: checkAbi, functionName: "checkNSignatures", args });
}

/** It returns nothing when it is content: data in the answer comes from something that is not a Safe. */
function verdictOf(outcome: CallOutcome): SignatureCheck {
  if (outcome.ok) return outcome.data === "0x" ? { ok: true } : { ok: false, reason: undefined, data: outcome.data };
  return { ok: false, reason: reasonOf(outcome), data: outcome.data };
}
