import type { Address, Hex } from "./ids.ts";
import { includesAddress, type Pause, sameAddress } from "./pause-state.ts";
import { canonicalSignature, recoverOwner } from "./safe-tx.ts";
import { hashSafeMessage, messageForOwner } from "./signature-message.ts";
import { splitSignatures } from "./signature-pack.ts";
import type { EventOf } from "./timeline.ts";

/** What could be recomputed of one confirmation, and what could not. */
export interface VerifiedSignature {
  /** How many signatures of keys were recovered, each to whom the timeline says it is of. */
  recovered: number;
  /** What only the chain can tell, as a sentence. */
  rests?: string;
}

/**
 * Checks a confirmation as far as that can be done offline: a key's signature wholly, a contract's down to the keys that
 * signed for it, an approval on the chain not at all. `pause` is the proposal as it stood then. Throws with what does
 * not hold.
 */
export async function verifyConfirmation(pause: Pause, event: EventOf<"pause.confirmed">): Promise<VerifiedSignature> {
  const { owner, form, signature, transactionHash } = event;
  if (!includesAddress(pause.safe.owners, owner)) throw new Error(`${owner} was no owner of the Safe then.`);
  switch (form) {
    case undefined:
    case "ecdsa": {
      const signer = await recoverOwner(pause.facts.safeTxHash, canonicalSignature(signature));
      if (!sameAddress(signer, owner)) throw new Error(`Its signature is ${signer}'s, not ${owner}'s.`);
      return { recovered: 1 };
    }
    case "approved": {
      if (signature !== "0x") throw new Error("It says that the approval is on the chain, and has a signature.");
      const where =
        transactionHash === undefined
          ? "before it was proposed, or in a transaction not found"
          : `in ${transactionHash}`;
      const rests = `${owner} approved ${pause.id} on the chain, ${where}: look for the Safe's ApproveHash of ${pause.facts.safeTxHash}.`;
      return { recovered: 0, rests };
    }
    case "contract":
      return verifyContract(pause, owner, signature);
    default:
      return form satisfies never;
  }
}

/** Checks the signature of one owner of a nested Safe. Throws with what does not hold. */
export async function verifyPart(pause: Pause, event: EventOf<"pause.part_signed">): Promise<VerifiedSignature> {
  const { owner, signer, signature } = event;
  if (!includesAddress(pause.safe.owners, owner)) throw new Error(`${owner} was no owner of the Safe then.`);
  const recovered = await recoverOwner(messageHashOf(pause, owner), canonicalSignature(signature));
  if (!sameAddress(recovered, signer)) throw new Error(`Its signature is ${recovered}'s, not ${signer}'s.`);
  return { recovered: 1, rests: `${signer} signed ${pause.id} for the Safe ${owner}: that it owned it then.` };
}

async function verifyContract(pause: Pause, owner: Address, signature: Hex): Promise<VerifiedSignature> {
  const entries = splitSignatures(signature) ?? [];
  const keys = entries.flatMap((entry) => (entry.kind === "ecdsa" ? [entry.signature] : []));
  if (keys.length === 0) {
    return {
      recovered: 0,
      rests: `The contract ${owner} stood by its signature for ${pause.id}: what it signs with is its own.`,
    };
  }
  const hash = messageHashOf(pause, owner);
  const signers = await Promise.all(keys.map((key) => recoverOwner(hash, canonicalSignature(key))));
  const known = pause.parts.filter((part) => sameAddress(part.owner, owner)).map((part) => part.signer);
  const strange = known.length === 0 ? undefined : signers.find((signer) => !includesAddress(known, signer));
  if (strange !== undefined)
    throw new Error(`It holds a signature of ${strange}, who is not among those who signed for ${owner}.`);
  if (new Set(signers).size < signers.length) throw new Error("It holds two signatures of one key.");
  const rests = `${signers.join(", ")} signed ${pause.id} for the Safe ${owner}: that they owned it then, and were enough.`;
  return { recovered: keys.length, rests };
}

/** The version of the Safe that asks says over what its owner contracts sign. */
function messageHashOf({ facts }: Pause, owner: Address): Hex {
  const message = messageForOwner(facts.safe.version, facts);
  return hashSafeMessage(facts.chain.id, owner, message).safeMessageHash;
}
