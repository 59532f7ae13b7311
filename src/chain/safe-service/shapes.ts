import { hashTypedData } from "viem";
import { z } from "zod";
import { Address, Hex } from "../../core/ids.ts";
import { safeTxTypes } from "../../core/safe-tx.ts";

/**
 * What the Safe Transaction Service says, as far as we read it. None of it is believed: a transaction is what its fields
 * hash to, a signature is whose key it recovers to.
 */
const Number256 = z
  .union([z.string().regex(/^\d{1,78}$/), z.number().int().nonnegative()])
  .transform((value) => BigInt(value));
const Bytes = Hex.nullish().transform((value) => value ?? "0x");

export const ServiceConfirmation = z.object({
  owner: Address,
  /** Null for an approval that the service saw on the chain: we read those ourselves. */
  signature: z.string().nullish(),
});

export const ServiceTransaction = z.object({
  safe: Address,
  to: Address,
  value: Number256,
  data: Bytes,
  operation: z.number().int().min(0).max(1),
  safeTxGas: Number256,
  baseGas: Number256,
  gasPrice: Number256,
  gasToken: Address,
  refundReceiver: Address.nullish().transform((value) => value ?? "0x0000000000000000000000000000000000000000"),
  nonce: Number256,
  confirmations: z
    .array(ServiceConfirmation)
    .nullish()
    .transform((list) => list ?? []),
});
export type ServiceTransaction = z.output<typeof ServiceTransaction>;

export const ServiceList = z.object({ results: z.array(z.unknown()) });

/** The safeTxHash of the fields as they came, whatever hash came with them. */
export function hashOf(chainId: number, tx: ServiceTransaction): Hex {
  return hashTypedData({
    domain: { chainId, verifyingContract: tx.safe },
    types: safeTxTypes,
    primaryType: "SafeTx",
    message: tx,
  });
}
