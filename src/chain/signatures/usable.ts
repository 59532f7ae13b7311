import type { SafeState } from "../../core/chain-port.ts";
import { UserError } from "../../core/errors.ts";
import type { Address, Hex } from "../../core/ids.ts";
import { includesAddress, type Pause, sameAddress } from "../../core/pause-state.ts";
import { chooseSignatures, type OwnerSignature, packSignatures } from "../../core/signature-pack.ts";
import type { Standing } from "./signature-watch.ts";

export interface PackedForExecution {
  signatures: Hex;
  /** What the contract owners among them may use, on top of an estimate made without them. */
  extraGas: bigint;
}

const GAS_PER_CONTRACT = 100_000n;
const ECDSA = /^0x[0-9a-f]{128}(1b|1c|1f|20)$/i;

/**
 * Exactly as many signatures as the Safe asks for now, of owners that it has now, the cheapest ones. ECDSA enters in its
 * four forms alone: a raw v of 0 or 1 means something else to a Safe, whoever the bytes say they are from. An approval or
 * a contract's signature enters only where the chain was last seen to stand by it. Throws `UserError` `nonce_used`,
 * `signatures_missing`, and `signatures_lapsed` where the chain may come to stand by them again.
 */
export function packForExecution(pause: Pause, safe: SafeState, standing: Standing | undefined): PackedForExecution {
  const { safeTx, safe: proposed } = pause.facts;
  if (safe.nonce > BigInt(safeTx.nonce)) {
    throw new UserError(
      "nonce_used",
      `The Safe ${proposed.label} is at nonce ${safe.nonce}, and ${pause.id} was signed for ${safeTx.nonce}.`,
      "Find out which transaction used the nonce, then propose again.",
      { proposal: pause.id, nonce: safe.nonce.toString() },
    );
  }
  const current = onePerOwner(pause.confirmations).filter(({ owner }) => includesAddress(safe.owners, owner));
  const usable = current.filter((one) => isUsable(one, standing));
  if (usable.length < safe.threshold) throw tooFew(pause, safe, usable, current);
  const contracts = chooseSignatures(usable, safe.threshold).filter(({ form }) => form === "contract");
  return {
    signatures: packSignatures(usable, safe.threshold),
    extraGas: GAS_PER_CONTRACT * BigInt(contracts.length),
  };
}

/** Whether this proposal may need to know what the chain says of its signatures: ECDSA stands by itself. */
export function restsOnChain(pause: Pause, safe: SafeState): boolean {
  const own = onePerOwner(pause.confirmations).filter(
    (one) => includesAddress(safe.owners, one.owner) && isEcdsa(one) && ECDSA.test(one.signature),
  );
  return own.length < safe.threshold && pause.confirmations.some((one) => !isEcdsa(one));
}

function isUsable(one: OwnerSignature, standing: Standing | undefined): boolean {
  switch (one.form) {
    case undefined:
    case "ecdsa":
      return ECDSA.test(one.signature);
    case "approved":
      return includesAddress(standing?.approved ?? [], one.owner);
    case "contract":
      return (standing?.contracts ?? []).some(
        ({ owner, signature }) => sameAddress(owner, one.owner) && signature === one.signature,
      );
    default:
      return one.form satisfies never;
  }
}

function isEcdsa({ form }: OwnerSignature): boolean {
  return form === undefined || form === "ecdsa";
}

/** An owner counts once, in the newest form. */
function onePerOwner(confirmations: Pause["confirmations"]): OwnerSignature[] {
  const byOwner = new Map<string, OwnerSignature>();
  for (const { owner, form, signature } of confirmations) byOwner.set(owner.toLowerCase(), { owner, form, signature });
  return [...byOwner.values()];
}

function tooFew(pause: Pause, safe: SafeState, usable: OwnerSignature[], current: OwnerSignature[]): UserError {
  const { label } = pause.facts.safe;
  const facts = { proposal: pause.id, signatures: usable.length, threshold: safe.threshold };
  const lapsed = current.filter((one) => !isEcdsa(one) && !usable.includes(one)).map(({ owner }): Address => owner);
  if (usable.length + lapsed.length >= safe.threshold) {
    return new UserError(
      "signatures_lapsed",
      `The chain does not stand by what ${lapsed.join(" and ")} gave to ${pause.id}: ${usable.length} of ${safe.threshold} signatures hold.`,
      "It goes on by itself when they are there again. Another owner may approve the hash on the chain instead.",
      facts,
    );
  }
  return new UserError(
    "signatures_missing",
    `${pause.id} has ${usable.length} signatures of current owners, and the Safe ${label} now asks for ${safe.threshold}.`,
    "Propose again and let the current owners sign.",
    facts,
  );
}
