import type { PreparedPause } from "./chain-port.ts";
import { type Draft, mustPlan } from "./draft.ts";
import type { ProposalId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { isOpen, type Pause, sameAddress } from "./pause-state.ts";
import type { App } from "./ports.ts";

/** The last transaction that is to run on the intervention's Safe before it: of this group, or open already. */
export async function lastAhead(
  app: App,
  intervention: string,
  drafts: readonly Draft[] = [],
): Promise<{ proposal: ProposalId; nonce: bigint } | undefined> {
  mustPlan(app, intervention);
  const { chainId, safe } = app.chain.planned(intervention);
  const waiting = (await app.journal.incidents())
    .flatMap(({ pauses }) => pauses)
    .filter((pause) => isOpen(pause) && pause.included === undefined)
    .map(({ id, facts }) => ({ proposal: id, facts }));
  const drafted = drafts.map(({ proposal, prepared }) => ({ proposal, facts: prepared }));
  return [...waiting, ...drafted]
    .filter(({ facts }) => facts.chain.id === chainId && sameAddress(facts.safe.address, safe))
    .map(({ proposal, facts }) => ({ proposal, nonce: BigInt(facts.safeTx.nonce) }))
    .sort((a, b) => (a.nonce < b.nonce ? -1 : 1))
    .at(-1);
}

/** Another transaction has to run before it, as the Safe stood when it was prepared. */
export function isBehind({ safeTx, observed }: PreparedPause): boolean {
  return BigInt(safeTx.nonce) > BigInt(observed.nonce);
}

/** What was to run after a proposal that is taken back, one after the other: the Safe may never come to their nonces. */
export function followersOf(incident: Incident, proposal: ProposalId): Pause[] {
  const next = incident.pauses.filter(
    (pause) => pause.facts.follows === proposal && isOpen(pause) && pause.included === undefined,
  );
  return next.flatMap((pause) => [pause, ...followersOf(incident, pause.id)]);
}
