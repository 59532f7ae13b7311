import type { ContractOwner } from "./chain-port.ts";
import { UserError } from "./errors.ts";
import type { ProposalId } from "./ids.ts";
import { getPause, onPause } from "./on-pause.ts";
import { includesAddress, isCollecting, type Pause, sameAddress } from "./pause-state.ts";
import type { App } from "./ports.ts";
import { partsOf } from "./signature-judge.ts";
import { packSignatures } from "./signature-pack.ts";

/**
 * Puts the signatures of a nested Safe's owners together where there are enough, and counts that Safe as an owner where
 * it says itself, at the newest head, that they hold. Does nothing when there are too few, or when it is counted already.
 * Throws `RetryableError` while no RPC answers.
 */
export async function settleNested(app: App, { proposal }: { proposal: ProposalId }): Promise<void> {
  const pause = await getPause(app, proposal);
  if (!isCollecting(pause) || pause.parts.length === 0) return;
  for (const nested of await app.chain.contractOwners(pause)) await settleOne(app, pause, nested);
}

async function settleOne(app: App, pause: Pause, nested: ContractOwner): Promise<void> {
  const { owner, safe } = nested;
  const parts = partsOf(pause, nested);
  const last = parts.at(-1);
  const isIn = (now: Pause) => now.confirmations.some((one) => sameAddress(one.owner, owner));
  if (safe === undefined || last === undefined || parts.length < safe.threshold || isIn(pause)) return;
  const signed = parts.map(({ signer, signature }) => ({ owner: signer, signature }));
  const signature = packSignatures(signed, safe.threshold);
  const answer = await app.chain.checkContractSignature(pause, { owner, signature });
  const { by, byName, via } = last;
  await onPause(app, { by, byName }, pause.id, (now) => {
    if (!isCollecting(now) || isIn(now) || !includesAddress(now.safe.owners, owner)) return [];
    if (answer.ok) {
      return [{ kind: "pause.confirmed", proposal: now.id, owner, signature, form: "contract", via }];
    }
    const why = `${parts.length} of its owners signed, and it does not stand by them: ${answer.why}`;
    return [{ kind: "pause.signature_lapsed", proposal: now.id, owner, why }];
  });
}

/** Throws `UserError` `unknown_owner` unless `owner` is a nested Safe of this proposal whose owners can sign for it. */
export function nestedSafe(contracts: ContractOwner[], owner: string): ContractOwner & { safe: object } {
  const found = contracts.find((one) => sameAddress(one.owner, owner));
  if (found?.safe !== undefined && found.way === "sign") return { ...found, safe: found.safe };
  throw new UserError(
    "unknown_owner",
    found?.why ?? `${owner} is not a Safe that owns this one.`,
    "Choose one that the signing page lists.",
    { owner },
  );
}
