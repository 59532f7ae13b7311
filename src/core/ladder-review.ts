import type { SafeState } from "./chain-port.ts";
import { RetryableError, UserError } from "./errors.ts";
import type { Address, Hex } from "./ids.ts";
import { openForProposals, whyLocked } from "./ladder-open.ts";
import { burned, recordLadder } from "./ladder-record.ts";
import { findRung, isOn, isSameCall, type Rung, type RungSet } from "./ladder-state.ts";
import type { KeptRung, LadderStore } from "./ladder-store.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import type { App } from "./ports.ts";
import { nothing } from "./record-incident.ts";

const BOT = { by: "allstop" } as const;

/**
 * Looks at the whole ladder as chain, plan and store stand now: what is used up is forgotten, what would not do is said,
 * what a crash left half done is ended. Resolves with what could not be looked at, each with its reason.
 */
export async function reviewLadder(app: App, { rehearse }: { rehearse: boolean }): Promise<string[]> {
  const troubles = await endHalfDone(app);
  const ladder = await app.journal.state("ladder");
  const safes = new Map((ladder?.sets ?? []).map((set) => [`${set.facts.chain.id}/${set.facts.safe.address}`, set]));
  for (const set of safes.values()) {
    try {
      await reviewSafe(app, set);
    } catch (error) {
      troubles.push(passing(set, error));
    }
  }
  for (const set of (await app.journal.state("ladder"))?.sets ?? []) {
    try {
      await reviewCall(app, set, rehearse);
    } catch (error) {
      troubles.push(passing(set, error));
    }
  }
  await openForProposals(app, BOT);
  return troubles;
}

/** A chain that does not answer for now says nothing about the rungs. All else is our bug. */
function passing({ facts }: RungSet, error: unknown): string {
  if (error instanceof RetryableError || error instanceof UserError) return `${facts.safe.label}: ${error.message}`;
  throw error;
}

/**
 * Store and timeline are written one after the other: whatever lies in one alone is told, or forgotten. Resolves with
 * what lies there and can't be read.
 */
async function endHalfDone(app: App): Promise<string[]> {
  const store = app.ladder;
  if (store === undefined) return [];
  const ladder = await app.journal.state("ladder");
  const { signatures, unreadable } = store.read();
  const damaged = unreadable.filter(({ fault }) => fault === "damaged");
  for (const kept of [...signatures, ...unreadable.filter(({ fault }) => fault === "locked")]) {
    const { safeTxHash, owner } = kept;
    const found = findRung(ladder, safeTxHash);
    if (found === undefined) store.forget(safeTxHash);
    else if (!isSignedBy(found.rung, owner)) await tellSigned(app, found.set.intervention, kept);
  }
  for (const { safeTxHash, owner } of damaged) store.forget(safeTxHash, owner);
  const missing = (ladder?.sets ?? []).flatMap(({ rungs }) =>
    rungs.flatMap(({ safeTxHash, signatures: told }) =>
      told.flatMap(({ owner }) => (isKept(store, safeTxHash, owner) ? [] : [{ safeTxHash, owner }])),
    ),
  );
  for (const { safeTxHash, owner } of missing) {
    const wasDamaged = damaged.some((one) => one.safeTxHash === safeTxHash && sameAddress(one.owner, owner));
    const why = wasDamaged ? "what lay there was not what was put there." : "it is not in the database any more.";
    await recordLadder(app, BOT, (now) => {
      const found = findRung(now, safeTxHash);
      if (found === undefined || !isSignedBy(found.rung, owner)) return nothing;
      const { intervention } = found.set;
      const { nonce } = found.rung;
      return { events: [{ kind: "ladder.dropped", intervention, nonce, safeTxHash, owner, why }], effects: [] };
    });
  }
  const locked = unreadable.length - damaged.length;
  return locked === 0 ? [] : [`${locked} signatures of the ladder can't be read. ${whyLocked(store.hasKey)}`];
}

function isKept(store: LadderStore, safeTxHash: Hex, owner: Address): boolean {
  return store.list(safeTxHash).some((one) => sameAddress(one.owner, owner));
}

function isSignedBy({ signatures }: Rung, owner: Address): boolean {
  return signatures.some((one) => sameAddress(one.owner, owner));
}

async function tellSigned(app: App, intervention: string, { safeTxHash, owner, nonce, via }: KeptRung): Promise<void> {
  await recordLadder(app, BOT, (now) => {
    const found = findRung(now, safeTxHash);
    if (found === undefined || isSignedBy(found.rung, owner)) return nothing;
    return { events: [{ kind: "ladder.signed", intervention, nonce, safeTxHash, owner, via }], effects: [] };
  });
}

/** Nonce, owners and threshold. A rung whose nonce is used can never run again, and is forgotten. */
async function reviewSafe(app: App, set: RungSet): Promise<void> {
  const { chain, safe } = set.facts;
  const at = { chainId: chain.id, safe: safe.address };
  const key = Object.entries(app.plan().safes).find(
    ([, one]) => one.chain === chain.id && sameAddress(one.address, safe.address),
  )?.[0];
  // A Safe that the plan does not name any more: what stands on it is told to be invalid.
  if (key === undefined) return;
  const state = await app.chain.readSafe(key);
  const used: Hex[] = [];
  await recordLadder(app, { by: `chain:${chain.id}` }, (ladder) => {
    const sets = (ladder?.sets ?? []).filter((one) => isOn(one, at));
    const [first] = sets;
    if (first === undefined) return nothing;
    const changed = sets.find((one) => hasMoved(one, state)) ?? first;
    const passed = sets.map((one) => ({ ...one, rungs: one.rungs.filter(({ nonce }) => BigInt(nonce) < state.nonce) }));
    used.splice(0, used.length, ...passed.flatMap(({ rungs }) => rungs.map(({ safeTxHash }) => safeTxHash)));
    return {
      events: [
        ...(hasMoved(changed, state) ? [safeChanged(changed, state)] : []),
        ...passed.flatMap((one) => burned(one, "nonce_passed")),
      ],
      effects: [],
    };
  });
  for (const hash of used) app.ladder?.forget(hash);
}

function hasMoved({ safe }: RungSet, state: SafeState): boolean {
  return (
    safe.nonce !== state.nonce.toString() ||
    safe.threshold !== state.threshold ||
    safe.owners.length !== state.owners.length ||
    !safe.owners.every((owner) => includesAddress(state.owners, owner))
  );
}

function safeChanged({ facts, safe }: RungSet, state: SafeState) {
  return {
    kind: "ladder.safe_changed" as const,
    chainId: facts.chain.id,
    safe: facts.safe.address,
    owners: state.owners,
    threshold: state.threshold,
    nonce: state.nonce.toString(),
    blockNumber: state.block.number.toString(),
    removed: safe.owners.filter((owner) => !includesAddress(state.owners, owner)),
    thresholdBefore: safe.threshold,
  };
}

/** Whether these rungs still are what the plan would propose, and whether that would go through now. */
async function reviewCall(app: App, set: RungSet, rehearse: boolean): Promise<void> {
  const verdict = againstPlan(app, set) ?? (rehearse ? await tryOut(app, set) : undefined);
  const { intervention } = set;
  await recordLadder(app, BOT, (ladder) => {
    const invalid = ladder?.sets.find((one) => one.seq === set.seq)?.invalid;
    // What the plan mended is mended; what the chain said stands until the chain is asked again.
    const isFine = verdict === "fine" || (verdict === undefined && invalid?.code === PLAN_CHANGED);
    if (isFine && invalid !== undefined) return { events: [{ kind: "ladder.valid", intervention }], effects: [] };
    if (verdict === undefined || verdict === "fine") return nothing;
    if (invalid?.code === verdict.code && invalid.why === verdict.why) return nothing;
    return { events: [{ kind: "ladder.invalid", intervention, ...verdict }], effects: [] };
  });
}

const PLAN_CHANGED = "plan_changed";

interface Fault {
  code: string;
  why: string;
  remedy: string;
}

/** A rung is good for exactly one call. What the plan calls now has to be that one, and a pause. */
function againstPlan(app: App, { intervention, facts }: RungSet): Fault | undefined {
  const fault = (why: string, remedy: string): Fault => ({ code: PLAN_CHANGED, why, remedy });
  const burn = `Forget them with \`/ladder burn ${intervention}\``;
  if (!Object.hasOwn(app.plan().interventions, intervention)) {
    return fault(`The response plan has no intervention "${intervention}" any more.`, `${burn}.`);
  }
  const { kind, chainId, safe, to, data } = app.chain.planned(intervention);
  if (kind !== "pause") return fault(`In the response plan "${intervention}" is not a pause any more.`, `${burn}.`);
  if (isSameCall(facts, { chain: { id: chainId }, safe: { address: safe }, to, data })) return undefined;
  return fault(
    `The response plan calls something else for "${intervention}" than what was signed.`,
    `${burn}, then collect anew.`,
  );
}

/** What the providers lack, or disagree about, says nothing about the rungs. */
const aboutProviders = new Set(["providers_disagree", "wrong_chain", "unknown_chain", "no_rpc", "no_executor"]);

/** The whole execution, simulated now: whether the Safe still holds the right to pause. */
async function tryOut(app: App, { intervention }: RungSet): Promise<Fault | "fine"> {
  try {
    await app.chain.prepare(intervention);
  } catch (error) {
    if (!(error instanceof UserError) || aboutProviders.has(error.code)) throw error;
    // Then there is nothing to pause now, and the rungs wait for the next time.
    if (error.code === "already_paused") return "fine";
    return { code: error.code, why: error.message, remedy: error.remedy };
  }
  return "fine";
}
