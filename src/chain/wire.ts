import { z } from "zod";
import { Address, Hex } from "../core/ids.ts";

/** What nodes answer, as we read it. Numbers are bigint, whatever else they send is left out. */
export const Quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]+$/, "This is not a number of a node.")
  .transform((value) => BigInt(value));

export const Block = z.object({
  number: Quantity,
  hash: Hex,
  parentHash: Hex,
  timestamp: Quantity,
  baseFeePerGas: Quantity.optional(),
});
export type Block = z.output<typeof Block>;

/** What the chain takes for the time: contracts know no other clock. */
export function timeOf({ timestamp }: Block): Date {
  return new Date(Number(timestamp) * 1000);
}

export const Log = z.object({
  address: Address,
  topics: z.array(Hex),
  data: Hex,
  blockNumber: Quantity,
  blockHash: Hex,
  transactionHash: Hex,
  logIndex: Quantity,
});
export type Log = z.output<typeof Log>;

export const Receipt = z.object({
  transactionHash: Hex,
  /** The account that sent it. */
  from: Address.optional(),
  status: Quantity,
  blockNumber: Quantity,
  blockHash: Hex,
  gasUsed: Quantity,
  logs: z.array(Log),
});
export type Receipt = z.output<typeof Receipt>;

export const FeeHistory = z.object({ reward: z.array(z.array(Quantity)).nullish() });

export const quantity = (value: bigint | number): Hex => `0x${value.toString(16)}`;
