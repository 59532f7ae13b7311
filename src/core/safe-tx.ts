import { encodeAbiParameters, hashMessage, hashTypedData, keccak256, serializeSignature, toHex } from "viem";
import { z } from "zod";
import { recoverSigner } from "./curve.ts";
import { UserError } from "./errors.ts";
import type { Address, Hex } from "./ids.ts";
import type { SafeTx } from "./pause-shapes.ts";

/**
 * Safe transactions as data: how they are hashed, and whose signature a signature is. Rules of Safe 1.3.0 and later,
 * whose EIP-712 domain carries the chain id. No network.
 */
export const ZERO_ADDRESS = "0x0000000000000000000000000000000000000000" as const;
const DOMAIN_TYPEHASH = "0x47e79534a245952e8b16893a336b85a3d9ea9fa8c573f3d803afb92a79469218";
const SECP256K1_N = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export const safeTxTypes = {
  SafeTx: [
    { name: "to", type: "address" },
    { name: "value", type: "uint256" },
    { name: "data", type: "bytes" },
    { name: "operation", type: "uint8" },
    { name: "safeTxGas", type: "uint256" },
    { name: "baseGas", type: "uint256" },
    { name: "gasPrice", type: "uint256" },
    { name: "gasToken", type: "address" },
    { name: "refundReceiver", type: "address" },
    { name: "nonce", type: "uint256" },
  ],
} as const;

/** The only kind of Safe transaction that we make: a plain call, all gas and refund fields zero. */
export function buildSafeTx({ to, data, nonce }: { to: Address; data: Hex; nonce: bigint }): SafeTx {
  return {
    to,
    value: "0",
    data,
    operation: 0,
    safeTxGas: "0",
    baseGas: "0",
    gasPrice: "0",
    gasToken: ZERO_ADDRESS,
    refundReceiver: ZERO_ADDRESS,
    nonce: nonce.toString(),
  };
}

/** What `eth_signTypedData_v4` is given, numbers as decimal strings as wallets want them. */
export function safeTypedData(chainId: number, safe: Address, tx: SafeTx) {
  return {
    domain: { chainId, verifyingContract: safe },
    types: safeTxTypes,
    primaryType: "SafeTx" as const,
    message: tx,
  };
}

export interface SafeTxHashes {
  domainHash: Hex;
  messageHash: Hex;
  safeTxHash: Hex;
}

export function hashSafeTx(chainId: number, safe: Address, tx: SafeTx): SafeTxHashes {
  const message = {
    ...tx,
    value: BigInt(tx.value),
    safeTxGas: BigInt(tx.safeTxGas),
    baseGas: BigInt(tx.baseGas),
    gasPrice: BigInt(tx.gasPrice),
    nonce: BigInt(tx.nonce),
  };
  const typed = { types: safeTxTypes, primaryType: "SafeTx" as const, message };
  return {
    domainHash: safeDomainHash(chainId, safe),
    messageHash: hashStruct(message),
    safeTxHash: hashTypedData({ domain: { chainId, verifyingContract: safe }, ...typed }),
  };
}

const OLD_DOMAIN_TYPEHASH = "0x035aff83d86937d35b32e04f0ddc6ff469290eef2f1b692d8a815c89404d4749";

/**
 * The hash of a Safe up to version 1.2.0, whose domain has no chain id, so that a signature over it is valid on every
 * chain. Only ever used to recognise one, and to refuse it.
 */
export function hashOldSafeTx(safe: Address, messageHash: Hex): Hex {
  const domain = encodeAbiParameters([{ type: "bytes32" }, { type: "address" }], [OLD_DOMAIN_TYPEHASH, safe]);
  return keccak256(`0x1901${keccak256(domain).slice(2)}${messageHash.slice(2)}`);
}

/** Constant for one Safe on one chain. Its transactions and its messages share it. */
export function safeDomainHash(chainId: number, safe: Address): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, { type: "uint256" }, { type: "address" }],
      [DOMAIN_TYPEHASH, BigInt(chainId), safe],
    ),
  );
}

const SAFE_TX_TYPEHASH = "0xbb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8";

function hashStruct(tx: {
  to: Address;
  value: bigint;
  data: Hex;
  operation: 0;
  safeTxGas: bigint;
  baseGas: bigint;
  gasPrice: bigint;
  gasToken: Address;
  refundReceiver: Address;
  nonce: bigint;
}): Hex {
  const word = { type: "uint256" } as const;
  const address = { type: "address" } as const;
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, address, word, { type: "bytes32" }, word, word, word, word, address, address, word],
      [
        SAFE_TX_TYPEHASH,
        tx.to,
        tx.value,
        keccak256(tx.data),
        BigInt(tx.operation),
        tx.safeTxGas,
        tx.baseGas,
        tx.gasPrice,
        tx.gasToken,
        tx.refundReceiver,
        tx.nonce,
      ],
    ),
  );
}

/** `0x` and 130 hex digits, as wallets and offline tools print it. */
export const Signature = z
  .string()
  .trim()
  .regex(/^0x[0-9a-fA-F]{130}$/, "A signature is 0x and 130 hex digits: paste it whole, as the wallet printed it.")
  .transform((value) => value.toLowerCase() as Hex);

/**
 * One form per signature: low s; v 27/28 over the hash itself, or 31/32 over the prefixed hash (`eth_sign`). A wallet's
 * v of 0 or 1 becomes 27 or 28 *before* anything looks at it: packed raw, the Safe would read it as something else.
 */
export function canonicalSignature(signature: Hex): Hex {
  const v = Number.parseInt(signature.slice(130), 16);
  const known: Record<number, [yParity: 0 | 1, prefixed: boolean]> = {
    0: [0, false],
    1: [1, false],
    27: [0, false],
    28: [1, false],
    31: [0, true],
    32: [1, true],
  };
  const form = known[v];
  if (form === undefined) throw malformed(`Its last byte is ${v}, which no wallet writes.`);
  let [yParity, prefixed] = form;
  let s = BigInt(`0x${signature.slice(66, 130)}`);
  if (s === 0n || s >= SECP256K1_N) throw malformed("Its second half is not a number that a key can make.");
  if (s > SECP256K1_N / 2n) {
    s = SECP256K1_N - s;
    yParity = yParity === 0 ? 1 : 0;
  }
  const head = serializeSignature({ r: `0x${signature.slice(2, 66)}`, s: toHex(s, { size: 32 }), yParity }).slice(
    0,
    130,
  );
  return `${head}${(yParity + (prefixed ? 31 : 27)).toString(16)}` as Hex;
}

/** Whose key made this canonical signature over the safeTxHash. Identity is recovered, never claimed. */
export async function recoverOwner(safeTxHash: Hex, signature: Hex): Promise<Address> {
  const v = Number.parseInt(signature.slice(130), 16);
  const prefixed = v >= 31;
  const plain: Hex = prefixed ? `0x${signature.slice(2, 130)}${(v - 4).toString(16)}` : signature;
  const owner = await recoverSigner(prefixed ? hashMessage({ raw: safeTxHash }) : safeTxHash, plain);
  if (owner === undefined) throw malformed("No key can have made it.");
  return owner;
}

function malformed(why: string): UserError {
  return new UserError(
    "malformed_signature",
    `This is not a signature. ${why}`,
    "Copy it from the wallet again, all 132 characters, or sign on the signing page.",
  );
}

/** A hash as hardware wallets show it: upper case, in groups of four. */
export function groupHash(hash: Hex): string {
  return (
    hash
      .slice(2)
      .toUpperCase()
      .match(/.{1,4}/g) ?? []
  ).join(" ");
}
