import { concatHex, encodeAbiParameters, encodeFunctionData, keccak256, numberToHex, padHex, size } from "viem";
import type { Address, Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-shapes.ts";
import { APPROVED_HASHES_SLOT, NONCE_SLOT, safeAbi } from "./abi.ts";
import type { StateOverrides } from "./calls.ts";

/** `execTransaction` up to its last argument, the signatures: made once, when the proposal is armed. */
export function executionTemplate(tx: SafeTx): Hex {
  const withoutSignatures = encodeFunctionData({
    abi: safeAbi,
    functionName: "execTransaction",
    args: [
      tx.to,
      BigInt(tx.value),
      tx.data,
      tx.operation,
      BigInt(tx.safeTxGas),
      BigInt(tx.baseGas),
      BigInt(tx.gasPrice),
      tx.gasToken,
      tx.refundReceiver,
      "0x",
    ],
  });
  // Nothing follows the signatures, so that only their length, the last word, is to be replaced.
  return withoutSignatures.slice(0, -64) as Hex;
}

export function fillTemplate(template: Hex, signatures: Hex): Hex {
  const length = size(signatures);
  const padding = "0".repeat(((32 - (length % 32)) % 32) * 2);
  return `${template}${length.toString(16).padStart(64, "0")}${signatures.slice(2)}${padding}`;
}

/**
 * What stands in for signatures before anyone has signed: a pre-validated entry (v = 1) for each of so many owners, and
 * the storage in which they would have approved the hash. The whole path runs as it will: nonce, hash, guard, role and
 * target. The entries are worth nothing outside such a simulation, and never enter a transaction. A transaction that is
 * to follow others is simulated as if they had run: the Safe's nonce is moved up to its own, and never back.
 */
export function unsignedExecution(
  { safe, safeTxHash, tx }: { safe: Address; safeTxHash: Hex; tx: SafeTx },
  { owners, threshold, nonce }: { owners: Address[]; threshold: number; nonce?: bigint },
): { data: Hex; overrides: StateOverrides } {
  const signers = [...owners].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).slice(0, threshold);
  const entries = signers.map((owner) => concatHex([padHex(owner, { size: 32 }), padHex("0x", { size: 32 }), "0x01"]));
  const approved = signers.map((owner) => [approvedHashSlot(owner, safeTxHash), numberToHex(1, { size: 32 })]);
  const follows = nonce !== undefined && nonce < BigInt(tx.nonce);
  const moved = follows ? [[numberToHex(NONCE_SLOT, { size: 32 }), numberToHex(BigInt(tx.nonce), { size: 32 })]] : [];
  return {
    data: fillTemplate(executionTemplate(tx), concatHex(entries)),
    overrides: { [safe]: { stateDiff: Object.fromEntries([...approved, ...moved]) } },
  };
}

/** Slot of `approvedHashes[owner][safeTxHash]`. */
export function approvedHashSlot(owner: Address, safeTxHash: Hex): Hex {
  const outer = keccak256(
    encodeAbiParameters([{ type: "address" }, { type: "uint256" }], [owner, APPROVED_HASHES_SLOT]),
  );
  return keccak256(concatHex([safeTxHash, outer]));
}
