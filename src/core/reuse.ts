import type { Address, Hex } from "./ids.ts";
import { includesAddress, type Pause, sameAddress } from "./pause-state.ts";
import type { App } from "./ports.ts";
import { recoverOwner } from "./safe-tx.ts";
import type { EventOf } from "./timeline.ts";

type Confirmation = EventOf<"pause.confirmed">;

/** A signature that lies on the timeline already, and for which proposal it was given. */
export type HeldSignature = Pick<Confirmation, "owner" | "signature" | "via"> & { from: string };

/**
 * Owners' signatures over exactly this hash that an earlier proposal gathered: the same call on the same Safe at the
 * same nonce, so that nobody has to sign it twice. Each is recovered again. What was given to a proposal that people
 * took back is left out: they decided against it. So is what only the chain or an owner contract can vouch for: that is
 * asked there anew.
 */
export async function heldSignatures(
  app: Pick<App, "journal">,
  { chainId, safe, safeTxHash }: { chainId: number; safe: Address; safeTxHash: Hex },
): Promise<HeldSignature[]> {
  const earlier = (await app.journal.incidents())
    .flatMap(({ pauses }) => pauses)
    .filter((pause) => pause.withdrawn === undefined && isSame(pause, { chainId, safe, safeTxHash }));
  const held: HeldSignature[] = [];
  for (const { id, confirmations } of earlier) {
    for (const { owner, signature, via, form = "ecdsa" } of confirmations) {
      if (form !== "ecdsa" || includesAddress(ownersOf(held), owner)) continue;
      if (sameAddress(await recoverOwner(safeTxHash, signature), owner)) held.push({ owner, signature, via, from: id });
    }
  }
  return held;
}

function isSame({ facts }: Pause, at: { chainId: number; safe: Address; safeTxHash: Hex }): boolean {
  return (
    facts.chain.id === at.chainId &&
    sameAddress(facts.safe.address, at.safe) &&
    sameAddress(facts.safeTxHash, at.safeTxHash)
  );
}

/** As the new proposal's own facts, each with the proposal that it was given to; of owners that the Safe has now. */
export function reuseEvents(held: HeldSignature[], proposal: string, owners: readonly Address[]): Confirmation[] {
  return held
    .filter(({ owner }) => includesAddress(owners, owner))
    .map(({ from, ...given }) => ({ kind: "pause.confirmed", proposal, ...given, reusedFrom: from }));
}

export function ownersOf(entries: readonly { owner: Address }[]): Address[] {
  return entries.map(({ owner }) => owner);
}
