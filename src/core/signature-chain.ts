import type { Address, Hex, ProposalId } from "./ids.ts";
import { getPause, onPause } from "./on-pause.ts";
import { includesAddress, isCollecting, sameAddress, statusOf } from "./pause-state.ts";
import type { App } from "./ports.ts";

/** What the chain says of the owners' words at one head. */
export interface ChainSignatures {
  /** Owners whose `approveHash` stands, with the transaction where it was found. */
  approved: { owner: Address; transactionHash?: Hex | undefined }[];
  /** Owners whose approval or contract signature stands no more. */
  lapsed: { owner: Address; why: string }[];
}

/**
 * Counts approvals that the chain holds, and stops counting what it no longer does. While an execution waits to be
 * signed, approvals are still counted and nothing lapses: what is missing then is told there. Resolves with the owners
 * that are counted, in whichever form.
 */
export async function noteChainSignatures(
  app: App,
  proposal: ProposalId,
  { approved, lapsed }: ChainSignatures,
): Promise<Address[]> {
  const { facts } = await getPause(app, proposal);
  const after = await onPause(app, { by: `chain:${facts.chain.id}` }, proposal, (pause) => {
    const status = statusOf(pause);
    if (!isCollecting(pause) && status !== "requested") return [];
    const restsOnChain = (owner: Address) =>
      pause.confirmations.find((one) => sameAddress(one.owner, owner) && (one.form ?? "ecdsa") !== "ecdsa");
    const counted = pause.confirmations.map(({ owner }) => owner);
    const gone = lapsed.flatMap(({ owner, why }) => {
      const one = status === "requested" ? undefined : restsOnChain(owner);
      return one === undefined ? [] : [{ owner: one.owner, why }];
    });
    const news = approved.flatMap(({ owner, transactionHash }) => {
      const known = pause.safe.owners.find((one) => sameAddress(one, owner));
      return known === undefined || includesAddress(counted, known) ? [] : [{ owner: known, transactionHash }];
    });
    return [
      ...gone.map(({ owner, why }) => ({ kind: "pause.signature_lapsed" as const, proposal, owner, why })),
      ...news.map(({ owner, transactionHash }) => ({
        kind: "pause.confirmed" as const,
        proposal,
        owner,
        signature: "0x" as const,
        form: "approved" as const,
        via: "chain" as const,
        ...(transactionHash && { transactionHash }),
      })),
    ];
  });
  return after.confirmations.map(({ owner }) => owner);
}
