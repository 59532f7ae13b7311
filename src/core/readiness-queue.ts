import type { ChainPort, SafeState } from "./chain-port.ts";
import { messageOf } from "./errors.ts";
import type { Hex } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { findSet, isReady, type Ladder, livingRungs } from "./ladder-state.ts";
import { includesAddress, sameAddress, statusOf } from "./pause-state.ts";
import type { App } from "./ports.ts";
import type { Verdict } from "./readiness.ts";
import { buildSafeTx, hashSafeTx } from "./safe-tx.ts";

type Safe = Pick<SafeState, "chainId" | "address" | "owners" | "threshold" | "nonce">;

/**
 * Whether another fully signed transaction lies at the Safe's current nonce: whoever executes it voids every signature
 * that is being gathered for the pause. Ours are looked at, too: a withdrawn proposal stays executable for as long as its
 * nonce is free.
 */
export async function judgeQueue(
  app: Pick<App, "queue"> & { chain: Pick<ChainPort, "planned"> },
  { key, safe, incidents }: { key: string; safe: Safe; incidents: readonly Incident[] },
): Promise<Verdict> {
  const rung = "queue";
  const { to, data } = app.chain.planned(key);
  const ours = hashSafeTx(safe.chainId, safe.address, buildSafeTx({ to, data, nonce: safe.nonce })).safeTxHash;
  let listed: { safeTxHash: Hex; seen: string }[];
  try {
    const queued = (await app.queue?.queuedAt(safe, safe.nonce)) ?? [];
    listed = queued
      .filter(({ executable }) => executable)
      .map(({ safeTxHash }) => ({ safeTxHash, seen: "in the Safe Transaction Service" }));
  } catch (error) {
    // Whatever ails an index that others keep: it is no part of the pause, and does not keep us from proving the rest.
    const says = `What waits at nonce ${safe.nonce} could not be read: ${messageOf(error)}`;
    const remedy = "Look into Safe's own interface for a transaction that is fully signed.";
    return { rung, colour: "amber", code: "queue_unknown", says, remedy };
  }
  const found = [...ownQueued(safe, incidents), ...listed].filter(({ safeTxHash }) => !sameAddress(safeTxHash, ours));
  const [first] = found;
  if (first === undefined) {
    return { rung, colour: "green", code: "queue", says: `Nothing else is known to be signed at nonce ${safe.nonce}.` };
  }
  const more = found.length === 1 ? "" : ` ${found.length - 1} more wait there, too.`;
  return {
    rung,
    colour: "red",
    code: "queue_taken",
    says: `Another transaction is fully signed at nonce ${safe.nonce}, ${first.seen}: whoever executes it voids the signatures of a pause.${more}`,
    remedy: "Execute it, or use up the nonce with an empty transaction of the Safe.",
    facts: found.map(({ safeTxHash }) => ({ label: "safeTxHash", value: safeTxHash })),
  };
}

function ownQueued(safe: Safe, incidents: readonly Incident[]): { safeTxHash: Hex; seen: string }[] {
  return incidents
    .flatMap(({ pauses }) => pauses)
    .filter(({ facts, confirmations }) => {
      if (facts.chain.id !== safe.chainId || !sameAddress(facts.safe.address, safe.address)) return false;
      if (BigInt(facts.safeTx.nonce) !== safe.nonce) return false;
      const valid = confirmations.filter(({ owner }) => includesAddress(safe.owners, owner));
      return new Set(valid.map(({ owner }) => owner.toLowerCase())).size >= safe.threshold;
    })
    .map((pause) => ({
      safeTxHash: pause.facts.safeTxHash,
      seen: `as ${pause.id} (${pause.facts.title}, ${statusOf(pause)})`,
    }));
}

/** Nothing where none were ever signed: that is a choice, and no fault. */
export function judgeLadder(ladder: Ladder | undefined, { key, safe }: { key: string; safe: Safe }): Verdict[] {
  const set = findSet(ladder, key);
  if (set === undefined) return [];
  const rung = "ladder";
  const remedy = `Have the owners sign it ahead again: \`/ladder collect ${key}\`.`;
  if (set.invalid !== undefined) {
    return [{ rung, colour: "amber", code: "ladder_invalid", says: set.invalid.why, remedy: set.invalid.remedy }];
  }
  const usable = livingRungs(set).filter((one) => BigInt(one.nonce) >= safe.nonce && isReady(set, one));
  const nonces = usable.map(({ nonce }) => nonce);
  if (!usable.some(({ nonce }) => BigInt(nonce) === safe.nonce)) {
    const says = `No pause is signed ahead for the Safe's current nonce, ${safe.nonce}.`;
    return [{ rung, colour: "amber", code: "ladder_gap", says, remedy }];
  }
  if (usable.length === 1) {
    return [
      {
        rung,
        colour: "amber",
        code: "ladder_last",
        says: `The last pause that is signed ahead is for nonce ${nonces[0]}.`,
        remedy,
      },
    ];
  }
  return [
    { rung, colour: "green", code: "ladder", says: `Signed ahead for the nonces ${nonces[0]} to ${nonces.at(-1)}.` },
  ];
}
