import { UserError } from "./errors.ts";
import type { Address, Hex } from "./ids.ts";
import { kindOf, whyNotSignedAhead } from "./intervention.ts";
import { openForProposals, whyLocked } from "./ladder-open.ts";
import { burned, countSignatures, recordLadder } from "./ladder-record.ts";
import { findSet, isReady, isSameCall, type Ladder, livingRungs, type Rung, type RungSet } from "./ladder-state.ts";
import type { LadderStore } from "./ladder-store.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import { aliasesOf } from "./plan.ts";
import type { App, Cause } from "./ports.ts";
import { nothing } from "./record-incident.ts";
import { usersOf } from "./roster.ts";
import { buildSafeTx, canonicalSignature, hashSafeTx, recoverOwner } from "./safe-tx.ts";
import type { TimelineEvent } from "./timeline.ts";

/**
 * The nonce ladder: pauses that owners sign in peace time, one for each nonce that the Safe comes to next, so that an
 * incident need not wake them. A pause fails safe, and so it alone is ever signed ahead of time.
 */
export const RUNGS_MAX = 20;

/** The store, or why there is none. Throws `UserError` `ladder_off`. */
export function mustHaveLadder(app: Pick<App, "ladder">): LadderStore {
  if (app.ladder?.hasKey === true) return app.ladder;
  throw new UserError(
    "ladder_off",
    "The ladder is off: Allstop has no key to keep signatures under.",
    "Set LADDER_KEY to 32 random bytes (openssl rand -hex 32), keep a copy apart from the database, and restart.",
  );
}

/**
 * Lays `count` rungs of an intervention from the Safe's current nonce up, and asks the owners who are linked to sign
 * them. What was signed of them before stays. Throws `UserError`: `ladder_off`, `not_a_pause`, and what `prepare` says.
 */
export async function layLadder(
  app: App,
  cause: Cause,
  { intervention, count }: { intervention: string; count: number },
): Promise<RungSet> {
  mustHaveLadder(app);
  mustBePause(app, intervention);
  const plan = app.plan();
  const prepared = await app.chain.prepare(intervention);
  const { chain, safe, target, call, title, domainHash, safeTx } = prepared;
  const hashed = Array.from({ length: count }, (_, index) => {
    const tx = buildSafeTx({ to: safeTx.to, data: safeTx.data, nonce: BigInt(safeTx.nonce) + BigInt(index) });
    return { tx, ...hashSafeTx(chain.id, safe.address, tx) };
  });
  await app.chain.agreeOnHashes(intervention, hashed);
  const roster = await app.journal.state("roster");
  const after = await recordLadder(app, cause, (ladder) => {
    const laid: Extract<TimelineEvent, { kind: "ladder.laid" }> = {
      kind: "ladder.laid",
      intervention,
      title,
      planHash: plan.hash,
      chain: { id: chain.id, name: chain.name },
      safe: {
        address: safe.address,
        label: safe.label,
        version: safe.version,
        owners: safe.owners,
        threshold: safe.threshold,
        nonce: safeTx.nonce,
      },
      target,
      call: { signature: call.signature, selector: call.selector },
      to: safeTx.to,
      data: safeTx.data,
      domainHash,
      rungs: hashed.map(({ tx, messageHash, safeTxHash }) => ({ nonce: tx.nonce, messageHash, safeTxHash })),
    };
    const before = findSet(ladder, intervention);
    const stale = before !== undefined && !isSameCall(before.facts, laid) ? burned(before, "plan_changed") : [];
    const seq = (ladder?.head.seq ?? 0) + stale.length + 1;
    const users = new Set(
      safe.owners.flatMap((owner) => usersOf(roster, owner).flatMap((user) => aliasesOf(plan, user))),
    );
    return {
      events: [...stale, laid],
      effects: [...users].map((user) => ({ kind: "ask_ladder", seq, user })),
    };
  });
  return mustFind(after, intervention);
}

/** Throws `UserError` `unknown_intervention` or `not_a_pause`. */
function mustBePause(app: Pick<App, "plan" | "chain">, key: string): void {
  const planned = app.chain.planned(key);
  const intervention = Object.hasOwn(app.plan().interventions, key) ? app.plan().interventions[key] : undefined;
  if (planned.kind === "pause" && intervention !== undefined && kindOf(intervention) === "pause") {
    const why = whyNotSignedAhead(intervention);
    if (why === undefined) return;
    throw new UserError(
      "not_fail_safe",
      `"${key}" can't be signed ahead of time. ${why}`,
      "Propose it when it is needed.",
      {
        intervention: key,
      },
    );
  }
  throw new UserError(
    "not_a_pause",
    `"${key}" is not a pause, and nothing else is ever signed ahead of time.`,
    "A pause fails safe, whoever sends it and whenever. Anything else is proposed, looked at and signed when it is needed.",
    { intervention: key },
  );
}

/**
 * Takes in one owner's signature over one of the rungs that are still to come. Which rung it is over, and whose it is,
 * is recovered. Kept first, then told: what a crash leaves untold is told at the next look. Throws `UserError`.
 */
export async function signRung(
  app: App,
  cause: Cause,
  { intervention, signature: given, via }: { intervention: string; signature: Hex; via: "page" | "paste" },
): Promise<{ owner: Address; nonce: string; set: RungSet }> {
  const store = mustHaveLadder(app);
  const set = mustFind(await app.journal.state("ladder"), intervention);
  const signature = canonicalSignature(given);
  const { rung, owner } = await whichRung(set, signature);
  const { chain, safe } = set.facts;
  const { nonce, safeTxHash } = rung;
  store.keep({ chainId: chain.id, safe: safe.address, nonce, safeTxHash, owner, via, signature });
  const by = usersOf(await app.journal.state("roster"), owner)[0] ?? cause.by;
  const after = await recordLadder(app, { ...cause, by }, (ladder) => {
    const known = findSet(ladder, intervention)?.rungs.find((one) => one.safeTxHash === safeTxHash);
    // The rung was taken away in this very moment: the next look forgets what was kept for it.
    if (known === undefined) throw gone(intervention);
    // A signature that we already hold is not news.
    if (known.signatures.some((one) => sameAddress(one.owner, owner))) return nothing;
    return { events: [{ kind: "ladder.signed", intervention, nonce, safeTxHash, owner, via }], effects: [] };
  });
  await openForProposals(app, { by });
  return { owner, nonce, set: mustFind(after, intervention) };
}

async function whichRung(set: RungSet, signature: Hex): Promise<{ rung: Rung; owner: Address }> {
  const living = livingRungs(set);
  const [next] = living;
  if (next === undefined) throw gone(set.intervention);
  const owners = await Promise.all(living.map(({ safeTxHash }) => recoverOwner(safeTxHash, signature)));
  for (const [index, rung] of living.entries()) {
    const owner = set.safe.owners.find((one) => sameAddress(one, owners[index] ?? ""));
    if (owner !== undefined) return { rung, owner };
  }
  throw new UserError(
    "not_an_owner",
    `This is no signature of an owner of ${set.facts.safe.label} over any of these rungs. Over nonce ${next.nonce} it would be ${owners[0]}'s.`,
    "Was it made for another hash, or with another account? Compare the safeTxHash and sign again.",
    { intervention: set.intervention },
  );
}

/**
 * Forgets every signature that an intervention's ladder holds. On the chain they stay good until each nonce is used:
 * whoever else has a copy can still send them. Returns what was forgotten.
 */
export async function burnLadder(
  app: App,
  cause: Cause,
  { intervention, reason }: { intervention: string; reason?: string },
): Promise<{ set: RungSet; signatures: number }> {
  const set = mustFind(await app.journal.state("ladder"), intervention);
  await recordLadder(app, cause, (ladder) => {
    const now = findSet(ladder, intervention);
    return now === undefined ? nothing : { events: burned(now, "by_hand", reason), effects: [] };
  });
  for (const { safeTxHash } of set.rungs) app.ladder?.forget(safeTxHash);
  return { set, signatures: countSignatures(set.rungs) };
}

/** Throws `UserError` `no_ladder`. */
export function mustFind(ladder: Ladder | undefined, intervention: string): RungSet {
  const set = findSet(ladder, intervention);
  if (set === undefined) throw gone(intervention);
  return set;
}

function gone(intervention: string): UserError {
  return new UserError(
    "no_ladder",
    `Nothing of ${intervention} is laid out to be signed ahead of time.`,
    `Begin with \`/ladder collect ${intervention}\`.`,
    { intervention },
  );
}

/** What stands between this ladder and its use, and what to do about it: one sentence. */
export function nextAct(set: RungSet, store: LadderStore | undefined): string {
  if (set.invalid !== undefined) return `${set.invalid.why} ${set.invalid.remedy}`;
  if (store?.hasKey !== true) return `${whyLocked(false)} Nothing can be taken out or put in until it is.`;
  const living = livingRungs(set);
  const open = living.filter((rung) => !isReady(set, rung));
  const [first] = open;
  if (living.length === 0) return `Every nonce is used. Collect anew: \`/ladder collect ${set.intervention}\`.`;
  if (first === undefined)
    return living.length === 1 ? "One is left. Collect more in good time." : "Nothing. It is ready.";
  const missing =
    set.safe.threshold - first.signatures.filter(({ owner }) => includesAddress(set.safe.owners, owner)).length;
  return `${missing} more ${missing === 1 ? "owner has" : "owners have"} to sign, from nonce ${first.nonce} on.`;
}
