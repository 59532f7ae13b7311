import { encodeAbiParameters, hashTypedData, keccak256 } from "viem";
import type { Address, Hex } from "./ids.ts";
import { type SafeTxHashes, safeDomainHash } from "./safe-tx.ts";

/**
 * What the owners of a Safe sign when that Safe owns another one: a `SafeMessage` in the domain of their own Safe, which
 * answers for them by EIP-1271. No network.
 */
const SAFE_MESSAGE_TYPEHASH = "0x60b3cbf8b4a223d68d641b3b6ddf9a298e7f33710cf3d3a9d1146b5a6150fbca";

export const safeMessageTypes = { SafeMessage: [{ name: "message", type: "bytes" }] } as const;

/** `0x1901 ‖ domainHash ‖ messageHash`: 66 bytes whose hash is the safeTxHash. */
export function preimageOf({ domainHash, messageHash }: Pick<SafeTxHashes, "domainHash" | "messageHash">): Hex {
  return `0x1901${domainHash.slice(2)}${messageHash.slice(2)}`;
}

/**
 * The message that an owner contract is asked about. It depends on the version of the Safe that asks, the parent, and
 * not on the child's: up to 1.4.1 the whole preimage (`isValidSignature(bytes,bytes)`), from 1.5.0 on the safeTxHash
 * (`isValidSignature(bytes32,bytes)`).
 */
export function messageForOwner(parentVersion: string, hashes: SafeTxHashes): Hex {
  return takesHash(parentVersion) ? hashes.safeTxHash : preimageOf(hashes);
}

/** Whether a Safe of this version asks its owner contracts by hash alone. */
export function takesHash(parentVersion: string): boolean {
  return parentVersion === "1.5.0";
}

/** `approveHash(safeTxHash)`: the call by which an owner approves on the chain. It costs gas, and can't be withdrawn. */
export function approveHashData(safeTxHash: Hex): Hex {
  return `0xd4d9bdcd${safeTxHash.slice(2)}`;
}

/** What `eth_signTypedData_v4` is given for a message of the Safe `child`. */
export function safeMessageTypedData(chainId: number, child: Address, message: Hex) {
  return {
    domain: { chainId, verifyingContract: child },
    types: safeMessageTypes,
    primaryType: "SafeMessage" as const,
    message: { message },
  };
}

export interface SafeMessageHashes {
  /** As hardware wallets show them: the child's domain, the message's struct, and the hash that is signed. */
  domainHash: Hex;
  messageHash: Hex;
  safeMessageHash: Hex;
}

export function hashSafeMessage(chainId: number, child: Address, message: Hex): SafeMessageHashes {
  return {
    domainHash: safeDomainHash(chainId, child),
    messageHash: keccak256(
      encodeAbiParameters([{ type: "bytes32" }, { type: "bytes32" }], [SAFE_MESSAGE_TYPEHASH, keccak256(message)]),
    ),
    safeMessageHash: hashTypedData(safeMessageTypedData(chainId, child, message)),
  };
}
