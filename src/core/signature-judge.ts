import type { ContractOwner } from "./chain-port.ts";
import { UserError } from "./errors.ts";
import type { Address, Hex, ProposalId } from "./ids.ts";
import { includesAddress, type Pause, sameAddress } from "./pause-state.ts";
import { canonicalSignature, hashOldSafeTx, hashSafeTx, recoverOwner } from "./safe-tx.ts";
import { hashSafeMessage } from "./signature-message.ts";

/** Another proposal for the same Safe, by whose hash a mix-up is seen. */
export interface OtherProposal {
  id: ProposalId;
  safeTxHash: Hex;
}

/** What 65 bytes turned out to be. */
export type Judged =
  | { kind: "owner"; owner: Address; signature: Hex }
  /** Of an owner of `owner`, a nested Safe, over its SafeMessage. */
  | { kind: "part"; owner: Address; signer: Address; signature: Hex }
  | { kind: "stranger"; signer: Address; why: string; remedy: string };

/**
 * Whose key made these 65 bytes, and over what: recovered, never claimed. Tried in the order of what is likely: the
 * proposal's own hash; the same as a message, which is what a wallet's "sign message" makes of a hash; the messages of
 * nested Safes; and, so that a mistake can be named, other proposals and other nonces. Throws `UserError`
 * `malformed_signature` for bytes that no key can have made.
 */
export async function judgeSignature(
  pause: Pause,
  given: Hex,
  around: {
    /** Asked only for a signature that is no owner's. */
    nested: () => Promise<ContractOwner[]>;
    others: () => Promise<OtherProposal[]>;
  },
): Promise<Judged> {
  const { facts, safe } = pause;
  const signature = canonicalSignature(given);
  const direct = await recoverOwner(facts.safeTxHash, signature);
  // An owner that has left is one still: its signature is told apart by whoever counts.
  if (includesAddress([...safe.owners, ...facts.safe.owners], direct))
    return { kind: "owner", owner: direct, signature };
  const prefixed = asMessage(signature);
  const signer = prefixed && (await recoverIfAny(facts.safeTxHash, prefixed));
  if (prefixed !== undefined && signer !== undefined && includesAddress(safe.owners, signer)) {
    return { kind: "owner", owner: signer, signature: prefixed };
  }
  const part = await findPart(pause, signature, await around.nested());
  return part ?? (await explain(pause, signature, direct, await around.others()));
}

async function findPart(pause: Pause, signature: Hex, nested: ContractOwner[]): Promise<Judged | undefined> {
  for (const { owner, safe, way, message, why } of nested) {
    if (safe === undefined) continue;
    const { safeMessageHash } = hashSafeMessage(pause.facts.chain.id, owner, message);
    for (const tried of [signature, asMessage(signature)]) {
      if (tried === undefined) continue;
      const signer = await recoverIfAny(safeMessageHash, tried);
      if (signer === undefined || !includesAddress(safe.owners, signer)) continue;
      if (way === "sign") return { kind: "part", owner, signer, signature: tried };
      const remedy = "Let that Safe call approveHash on the chain instead; the signing page shows how.";
      return {
        kind: "stranger",
        signer,
        why: `It is ${signer}'s for the nested Safe ${owner}. ${why ?? ""}`.trim(),
        remedy,
      };
    }
  }
  return undefined;
}

/** How far from the proposal's nonce a signature is still recognised. */
const NONCES_AROUND = 12n;

/** A signature that counts for nothing here, in words that lead to the mistake. */
async function explain(
  { id, facts, safe }: Pause,
  signature: Hex,
  direct: Address,
  others: OtherProposal[],
): Promise<Judged> {
  for (const other of others) {
    const signer = await recoverIfAny(other.safeTxHash, signature);
    if (signer === undefined || !includesAddress(safe.owners, signer)) continue;
    return stranger(
      signer,
      `It is ${signer}'s over ${other.id}, not over ${id}.`,
      `Hand it in there: \`/pause confirm ${other.id} 0x…\`.`,
    );
  }
  const nonce = BigInt(facts.safeTx.nonce);
  const from = nonce > NONCES_AROUND ? nonce - NONCES_AROUND : 0n;
  for (let at = from; at <= nonce + NONCES_AROUND; at += 1n) {
    const { safeTxHash } = hashSafeTx(facts.chain.id, facts.safe.address, { ...facts.safeTx, nonce: at.toString() });
    const signer = await recoverIfAny(safeTxHash, signature);
    if (signer === undefined || !includesAddress(safe.owners, signer)) continue;
    return stranger(
      signer,
      `It is ${signer}'s over this call at nonce ${at}; ${id} is at nonce ${nonce}.`,
      "Compare the nonce and the hashes on the card, then sign again.",
    );
  }
  const old = await recoverIfAny(hashOldSafeTx(facts.safe.address, facts.messageHash), signature);
  if (old !== undefined && includesAddress(safe.owners, old)) {
    const why = `It is ${old}'s, made as for a Safe up to version 1.2.0: without the chain id, so it would be valid on every chain.`;
    return stranger(old, why, "Update the tool that made it, and sign again for this Safe's own version.");
  }
  return stranger(
    direct,
    `This signature over ${id} recovers to ${direct}, which is not an owner of ${facts.safe.label}.`,
    "Was it made for another hash, or with another account? Compare the safeTxHash on the card and sign again.",
  );
}

function stranger(signer: Address, why: string, remedy: string): Judged {
  return { kind: "stranger", signer, why, remedy };
}

/** The same bytes, read as `eth_sign` over the hash. Undefined when they are that already. */
function asMessage(signature: Hex): Hex | undefined {
  const v = Number.parseInt(signature.slice(130), 16);
  return v >= 31 ? undefined : `0x${signature.slice(2, 130)}${(v + 4).toString(16)}`;
}

async function recoverIfAny(hash: Hex, signature: Hex): Promise<Address | undefined> {
  try {
    return await recoverOwner(hash, signature);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** The parts of a nested Safe that its present owners signed, each owner once. */
export function partsOf(pause: Pause, { owner, safe }: ContractOwner): Pause["parts"] {
  const parts: Pause["parts"] = [];
  for (const part of pause.parts) {
    if (!sameAddress(part.owner, owner) || !includesAddress(safe?.owners ?? [], part.signer)) continue;
    if (!parts.some(({ signer }) => sameAddress(signer, part.signer))) parts.push(part);
  }
  return parts;
}
