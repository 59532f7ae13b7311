import type { Address, Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/timeline.ts";

/**
 * The safeTxHash as Safe's own kit computes it: one of three computations that must agree. The kit costs 0.6 s and 72 MB
 * to import, so it is loaded at the first proposal and not at start-up. Its executor is never used.
 */
export async function protocolKitHash(chainId: number, safe: Address, tx: SafeTx, version: string): Promise<Hex> {
  const { calculateSafeTransactionHash } = await import("@safe-global/protocol-kit");
  const data = { ...tx, nonce: Number(tx.nonce) };
  return calculateSafeTransactionHash(safe, data, version, BigInt(chainId)) as Hex;
}
