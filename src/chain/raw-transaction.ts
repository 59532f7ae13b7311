import { keccak256 } from "viem";
import type { Address, Hex } from "../core/ids.ts";

/** A transaction of type 2 (EIP-1559), without an access list. */
export interface Outer {
  chainId: number;
  nonce: number;
  maxPriorityFeePerGas: bigint;
  maxFeePerGas: bigint;
  gas: bigint;
  to: Address;
  value?: bigint;
  data: Hex;
}

export interface RawTransaction {
  raw: Hex;
  transactionHash: Hex;
}

/**
 * Writes a transaction out twice: to be hashed for its signature, and with the signature for the chain. Its fields are
 * encoded once, as bytes: this stands between the last signature and the send.
 */
export async function signRaw(
  outer: Outer,
  sign: (hash: Hex) => Promise<{ r: Hex; s: Hex; yParity: number }>,
): Promise<RawTransaction> {
  const { chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gas, to, value = 0n, data } = outer;
  const fields = Buffer.concat([
    ...[chainId, nonce, maxPriorityFeePerGas, maxFeePerGas, gas].map(encodeNumber),
    encodeBytes(Buffer.from(to.slice(2), "hex")),
    encodeNumber(value),
    encodeBytes(Buffer.from(data.slice(2), "hex")),
    NO_ACCESS_LIST,
  ]);
  const { r, s, yParity } = await sign(keccak256(typed(fields)));
  const signed = typed(Buffer.concat([fields, ...[yParity, BigInt(r), BigInt(s)].map(encodeNumber)]));
  return { raw: `0x${signed.toString("hex")}`, transactionHash: keccak256(signed) };
}

const TYPE = Buffer.from([2]);
const NO_ACCESS_LIST = Buffer.from([0xc0]);

function typed(fields: Buffer): Buffer {
  return Buffer.concat([TYPE, prefix(0xc0, fields.length), fields]);
}

/** RLP: a number is its bytes without leading zeros, and nothing at all when it is zero. */
function encodeNumber(value: number | bigint): Buffer {
  const hex = BigInt(value).toString(16);
  return encodeBytes(
    value === 0 || value === 0n ? EMPTY : Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex"),
  );
}

const EMPTY = Buffer.alloc(0);

function encodeBytes(bytes: Buffer): Buffer {
  const [first = 0x80] = bytes;
  // A small byte stands for itself.
  return bytes.length === 1 && first < 0x80 ? bytes : Buffer.concat([prefix(0x80, bytes.length), bytes]);
}

/** RLP: up to 55 bytes the first byte says how many; beyond, it says how many bytes say how many. */
function prefix(base: 0x80 | 0xc0, length: number): Buffer {
  if (length <= 55) return Buffer.from([base + length]);
  const digits = length.toString(16);
  const size = Buffer.from(digits.padStart(digits.length + (digits.length % 2), "0"), "hex");
  return Buffer.concat([Buffer.from([base + 55 + size.length]), size]);
}
