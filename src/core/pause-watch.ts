import type { Doubt, Rehearsed, SafeState } from "./chain-port.ts";
import type { ProposalId } from "./ids.ts";
import { getPause, onPause } from "./on-pause.ts";
import type { Rival } from "./pause-shapes.ts";
import { isCollecting, isOpen } from "./pause-state.ts";
import type { App } from "./ports.ts";
import { isSameDoubt, rivalsOf } from "./rivals.ts";
import { noteSafeChange } from "./safe-change.ts";

/** Puts on the timeline what the chain's watch sees around open proposals. Each may reject: it is told again then. */
export function hearChain(app: () => App) {
  return {
    safeChanged: (proposal: ProposalId, { block, ...safe }: SafeState) =>
      noteSafeChange(app(), proposal, { ...safe, blockNumber: block.number }),
    simulated: (proposal: ProposalId, rehearsed: Rehearsed) => noteSimulation(app(), proposal, rehearsed),
    rivals: (proposal: ProposalId, queued: readonly Rival[]) => noteRivals(app(), proposal, queued),
    doubted: (proposal: ProposalId, doubt: Doubt) => noteDoubt(app(), proposal, doubt),
  };
}

/** The whole execution was run again. News only where it succeeds now and did not, or fails now and did not. */
export async function noteSimulation(app: App, proposal: ProposalId, rehearsed: Rehearsed): Promise<void> {
  const { ok, detail, blockNumber, providers, of } = rehearsed;
  const { facts } = await getPause(app, proposal);
  await onPause(app, { by: `chain:${facts.chain.id}` }, proposal, (pause) => {
    const before = pause.simulated?.ok ?? pause.facts.simulation.ok;
    if (before === ok || !isCollecting(pause)) return [];
    return [{ kind: "pause.simulated", proposal, ok, detail, blockNumber: blockNumber.toString(), providers, of }];
  });
}

/**
 * What else is signed for this proposal's nonce: as an outside index lists it, and our own other proposals. One that has
 * all its signatures can be sent by anyone, and then this one can never run.
 */
export async function noteRivals(app: App, proposal: ProposalId, queued: readonly Rival[]): Promise<void> {
  const incidents = await app.journal.incidents();
  const own = incidents.flatMap(({ pauses }) => pauses);
  const { facts } = await getPause(app, proposal);
  await onPause(app, { by: `chain:${facts.chain.id}` }, proposal, (pause) => {
    const rivals = rivalsOf(pause, own, queued);
    if (!isCollecting(pause) || textOf(rivals) === textOf(pause.rivals)) return [];
    return [{ kind: "pause.rivals_changed", proposal, rivals }];
  });
}

/** A provider is named once for each kind of fault, however often it repeats it. */
export async function noteDoubt(app: App, proposal: ProposalId, doubt: Doubt): Promise<void> {
  const { providers, fault, detail } = doubt;
  await onPause(app, { by: `chain:${doubt.chainId}` }, proposal, (pause) => {
    if (!isOpen(pause) || pause.doubted.some((known) => isSameDoubt(known, doubt))) return [];
    return [{ kind: "pause.provider_doubted", proposal, providers, fault, detail }];
  });
}

function textOf(rivals: readonly Rival[]): string {
  return JSON.stringify(rivals.map((one) => [one.safeTxHash, one.confirmations, one.executable, one.proposal]));
}
