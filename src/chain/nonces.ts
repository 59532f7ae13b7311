import type { ProposalId } from "../core/ids.ts";

/**
 * Which nonce of the executor belongs to which proposal. All attempts of one execution share a nonce, so that at most
 * one of them can land; two executions never share one.
 */
export interface Nonces {
  /** Remembers the nonce of attempts that are already signed. */
  keep(proposal: ProposalId, nonce: number): void;
  /**
   * A first attempt goes behind everything that waits in the pool. A replacement takes the lowest nonce that is free:
   * its own, unless that was used up by a stranger, or a gap opened below it and nothing would ever be mined.
   */
  take(proposal: ProposalId, account: { latest: number; pending: number }, replacement: boolean): number;
  release(proposal: ProposalId): void;
}

export function createNonces(): Nonces {
  const kept = new Map<ProposalId, number>();
  return {
    keep: (proposal, nonce) => void kept.set(proposal, nonce),
    take(proposal, { latest, pending }, replacement) {
      const taken = new Set([...kept].filter(([other]) => other !== proposal).map(([, nonce]) => nonce));
      let nonce = replacement ? latest : Math.max(latest, pending);
      while (taken.has(nonce)) nonce += 1;
      kept.set(proposal, nonce);
      return nonce;
    },
    release: (proposal) => void kept.delete(proposal),
  };
}
