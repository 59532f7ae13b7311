import type { Rival } from "./pause-shapes.ts";
import { isOpen, type Pause, sameAddress, validConfirmations } from "./pause-state.ts";

/**
 * What else is signed for a proposal's nonce: as an index lists it (`queued`), and among our own proposals. In one order;
 * what both know is one.
 */
export function rivalsOf(pause: Pause, own: readonly Pause[], queued: readonly Rival[]): Rival[] {
  const { facts } = pause;
  const ours = own
    .filter(
      (other) =>
        other.id !== pause.id &&
        // What people took back, or what failed, stays executable with the signatures that it has.
        (isOpen(other) || other.confirmations.length > 0) &&
        other.included === undefined &&
        other.facts.chain.id === facts.chain.id &&
        sameAddress(other.facts.safe.address, facts.safe.address) &&
        other.facts.safeTx.nonce === facts.safeTx.nonce &&
        other.facts.safeTxHash !== facts.safeTxHash,
    )
    .map((other): Rival => {
      const confirmations = validConfirmations(other).length;
      const { id, safe } = other;
      return {
        safeTxHash: other.facts.safeTxHash,
        confirmations,
        executable: confirmations >= safe.threshold,
        proposal: id,
      };
    });
  const known = new Map(ours.map((rival) => [rival.safeTxHash.toLowerCase(), rival]));
  for (const rival of queued) {
    const hash = rival.safeTxHash.toLowerCase();
    const mine = known.get(hash);
    if (hash === facts.safeTxHash.toLowerCase()) continue;
    const confirmations = Math.max(rival.confirmations, mine?.confirmations ?? 0);
    const executable = rival.executable || mine?.executable === true;
    known.set(hash, {
      safeTxHash: rival.safeTxHash,
      confirmations,
      executable,
      ...(mine?.proposal && { proposal: mine.proposal }),
    });
  }
  return [...known.values()].sort((a, b) => (a.safeTxHash < b.safeTxHash ? -1 : 1));
}

/** Which of the rivals could void this proposal at once, and could not before. */
export function newlyExecutable(before: readonly Rival[], now: readonly Rival[]): Rival[] {
  const known = new Set(before.filter(({ executable }) => executable).map(({ safeTxHash }) => safeTxHash));
  return now.filter(({ executable, safeTxHash }) => executable && !known.has(safeTxHash));
}

export function isSameDoubt(
  a: { providers: readonly string[]; fault: string },
  b: { providers: readonly string[]; fault: string },
): boolean {
  const named = ({ providers }: { providers: readonly string[] }) => [...providers].sort().join(" ");
  return a.fault === b.fault && named(a) === named(b);
}
