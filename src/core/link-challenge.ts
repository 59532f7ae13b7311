import { hashTypedData } from "viem";
import { z } from "zod";
import { type Address, type Hex, UserRef } from "./ids.ts";
import { canonicalSignature, recoverOwner } from "./safe-tx.ts";

/**
 * How a person proves that an owner address is theirs: the owner's key signs these words. The domain names Allstop and
 * no contract, so that the signature means nothing to a Safe or to any other contract.
 */
export const LinkChallenge = z.object({
  user: UserRef,
  /** The display name the account bore when it asked; shown in the wallet, identifies nobody. */
  name: z.string(),
  /** 32 hex digits, fresh for every challenge. */
  nonce: z.string(),
  expires: z.iso.datetime(),
});
export type LinkChallenge = z.output<typeof LinkChallenge>;

export const LINK_STATEMENT = "I am the person behind this chat account. This does not sign a transaction.";

const types = {
  Link: [
    { name: "statement", type: "string" },
    { name: "user", type: "string" },
    { name: "name", type: "string" },
    { name: "nonce", type: "string" },
    { name: "expires", type: "string" },
  ],
} as const;

/** What the wallet is asked to sign. Also what `allstop verify` rebuilds from a `signer.linked` event. */
export function linkTypedData({ user, name, nonce, expires }: LinkChallenge) {
  return {
    domain: { name: "Allstop", version: "1" },
    types,
    primaryType: "Link" as const,
    message: { statement: LINK_STATEMENT, user, name, nonce, expires },
  };
}

/**
 * The address whose key signed the challenge, checksummed. Says nothing of whether the challenge has expired or whether
 * the address owns a Safe. Throws `UserError` `malformed_signature` when no key can have made the signature.
 */
export async function recoverLink(challenge: LinkChallenge, signature: Hex): Promise<Address> {
  return recoverOwner(hashTypedData(linkTypedData(challenge)), canonicalSignature(signature));
}

export function isExpired(challenge: LinkChallenge, now: Date): boolean {
  return now.getTime() >= Date.parse(challenge.expires);
}
