import type { Inclusion, SafeState } from "./chain-port.ts";
import { RetryableError } from "./errors.ts";
import { fateEvent } from "./fate.ts";
import type { Hex, ProposalId } from "./ids.ts";
import { getPause, onPause } from "./on-pause.ts";
import { fittingsIn, isCollecting, type Pause } from "./pause-state.ts";
import type { App } from "./ports.ts";
import { differences, standingOf } from "./safe-words.ts";
import type { EventOf } from "./timeline.ts";

/** The Safe as it was seen at a block. */
export type SeenSafe = Pick<SafeState, "owners" | "threshold" | "nonce" | "fittings"> & { blockNumber: bigint };

/**
 * The Safe changed on-chain while a proposal was open. A removed owner's signature stops counting from here. When the
 * nonce is gone, it is found out first what used it: our own hash, sent by somebody, is success; any other ends the
 * proposal. Throws `RetryableError` while that can't be said: to be called again at the next block.
 */
export async function noteSafeChange(app: App, proposal: ProposalId, safe: SeenSafe): Promise<void> {
  const pause = await getPause(app, proposal);
  if (!isNews(pause, safe)) return;
  const gone = safe.nonce > BigInt(pause.facts.safeTx.nonce);
  const fate = gone ? await lookUp(app, pause) : undefined;
  const ending = fate && fateEvent(pause, fate, await takerOf(app, pause, fate));
  await onPause(app, { by: `chain:${pause.facts.chain.id}` }, proposal, (now) => {
    if (!isNews(now, safe)) return [];
    const changed = changeOf(now, safe, fate);
    if (ending === undefined) return [changed];
    return [changed, fate?.state === "included" ? { at: fate.blockTime.toISOString(), event: ending } : ending];
  });
}

function isNews(pause: Pause, safe: SeenSafe): boolean {
  return isCollecting(pause) && differences(standingOf(pause), seen(safe)).length > 0;
}

function seen({ owners, threshold, nonce, fittings = {} }: SeenSafe) {
  return { owners, threshold, nonce: nonce.toString(), ...fittingsIn(fittings) };
}

async function lookUp(app: App, pause: Pause): Promise<Inclusion> {
  const fate = await app.chain.lookUp(pause);
  if (fate.state !== "pending") return fate;
  throw new RetryableError(`The nonce of ${pause.id} is used, and what used it is not to be seen yet.`);
}

function changeOf(pause: Pause, safe: SeenSafe, fate: Inclusion | undefined): EventOf<"pause.safe_changed"> {
  return {
    kind: "pause.safe_changed",
    proposal: pause.id,
    ...seen(safe),
    blockNumber: safe.blockNumber.toString(),
    before: { ...standingOf(pause), owners: [...pause.safe.owners] },
    ...takenBy(fate),
  };
}

function takenBy(fate: Inclusion | undefined): { takenBy?: Hex; ours?: boolean } {
  if (fate?.state === "included") return { takenBy: fate.transactionHash, ours: true };
  if (fate?.state === "superseded" && fate.by !== undefined) return { takenBy: fate.by, ours: false };
  return {};
}

/** The proposal of our own that used the nonce, where it was one: several may have been collecting for it. */
export async function takerOf(app: Pick<App, "journal">, pause: Pause, fate: Inclusion): Promise<Pause | undefined> {
  if (fate.state !== "superseded" || fate.safeTxHash === undefined) return undefined;
  const pauses = (await app.journal.incidents()).flatMap((incident) => incident.pauses);
  return pauses.find(
    ({ id, facts }) =>
      id !== pause.id && facts.safeTxHash === fate.safeTxHash && facts.chain.id === pause.facts.chain.id,
  );
}
