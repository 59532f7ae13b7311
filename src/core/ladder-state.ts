import type { Address, Hex, IncidentId, ProposalId } from "./ids.ts";
import { includesAddress, sameAddress } from "./pause-state.ts";
import type { By, EventOf, StoredEvent } from "./timeline.ts";

/** All rungs that were laid and not taken away again, as the ladder's own timeline tells it. */
export interface Ladder {
  /** One for each intervention, in the order in which they were first laid. */
  sets: RungSet[];
  openings: { incident: IncidentId; proposal: ProposalId; safeTxHash: Hex; owners: Address[]; by: By; at: string }[];
  head: { seq: number; hash: string; recordedAt: string };
}

/** The rungs of one intervention. */
export interface RungSet {
  intervention: string;
  /** The newest laying: what a signer is shown. `seq` is the event's number, and names the signing page. */
  facts: EventOf<"ladder.laid">;
  seq: number;
  laidBy: By;
  /** Owners, threshold and nonce as last seen. */
  safe: { owners: Address[]; threshold: number; nonce: string };
  /** By rising nonce. */
  rungs: Rung[];
  /** Why these rungs would not do now, where they would not. */
  invalid?: { code: string; why: string; remedy: string; at: string };
}

/** One pre-signed pause: good at one nonce of the Safe, and at no other. */
export interface Rung {
  nonce: string;
  messageHash: Hex;
  safeTxHash: Hex;
  signatures: { owner: Address; at: string }[];
}

export function foldLadder(ladder: Ladder | undefined, stored: StoredEvent): Ladder {
  const head = { seq: stored.seq, hash: stored.hash, recordedAt: stored.recordedAt };
  const { sets = [], openings = [] } = ladder ?? {};
  const { event, at } = stored;
  const change = (intervention: string, how: (set: RungSet) => RungSet) =>
    sets.map((set) => (set.intervention === intervention ? how(set) : set));
  switch (event.kind) {
    case "ladder.laid":
      return { sets: lay(sets, stored, event), openings, head };
    case "ladder.signed": {
      const { intervention, safeTxHash, owner } = event;
      const signed = (rung: Rung): Rung => {
        if (rung.safeTxHash !== safeTxHash) return rung;
        const others = rung.signatures.filter((one) => !sameAddress(one.owner, owner));
        return { ...rung, signatures: [...others, { owner, at }] };
      };
      return { sets: change(intervention, (set) => ({ ...set, rungs: set.rungs.map(signed) })), openings, head };
    }
    case "ladder.dropped": {
      const { intervention, safeTxHash, owner } = event;
      const dropped = (rung: Rung): Rung => {
        if (rung.safeTxHash !== safeTxHash) return rung;
        return { ...rung, signatures: rung.signatures.filter((one) => !sameAddress(one.owner, owner)) };
      };
      return { sets: change(intervention, (set) => ({ ...set, rungs: set.rungs.map(dropped) })), openings, head };
    }
    case "ladder.safe_changed": {
      const { owners, threshold, nonce } = event;
      const seen = (set: RungSet) => (isOn(set, event) ? { ...set, safe: { owners, threshold, nonce } } : set);
      return { sets: sets.map(seen), openings, head };
    }
    case "ladder.invalid": {
      const { code, why, remedy } = event;
      return {
        sets: change(event.intervention, (set) => ({ ...set, invalid: { code, why, remedy, at } })),
        openings,
        head,
      };
    }
    case "ladder.valid":
      return { sets: change(event.intervention, (set) => ({ ...set, invalid: undefined })), openings, head };
    case "ladder.burned": {
      const kept = (rung: Rung) => !event.nonces.includes(rung.nonce);
      const left = change(event.intervention, (set) => ({ ...set, rungs: set.rungs.filter(kept) }));
      return { sets: left.filter(({ rungs }) => rungs.length > 0), openings, head };
    }
    case "ladder.opened": {
      const { incident, proposal, safeTxHash, owners } = event;
      return { sets, openings: [...openings, { incident, proposal, safeTxHash, owners, by: stored.by, at }], head };
    }
    default:
      throw new Error(`${event.kind} does not belong to the ladder.`);
  }
}

/** Rungs laid again keep what was signed of them; those above or below stay, as long as it is the same call. */
function lay(sets: RungSet[], { seq, by }: StoredEvent, facts: EventOf<"ladder.laid">): RungSet[] {
  const before = sets.find(({ intervention }) => intervention === facts.intervention);
  const kept = before !== undefined && isSameCall(before.facts, facts) ? before.rungs : [];
  const fresh = facts.rungs
    .filter(({ safeTxHash }) => !kept.some((rung) => rung.safeTxHash === safeTxHash))
    .map((rung): Rung => ({ ...rung, signatures: [] }));
  const { owners, threshold, nonce } = facts.safe;
  const set: RungSet = {
    intervention: facts.intervention,
    facts,
    seq,
    laidBy: by,
    safe: { owners, threshold, nonce },
    rungs: [...kept, ...fresh].sort((a, b) => (BigInt(a.nonce) < BigInt(b.nonce) ? -1 : 1)),
  };
  return before === undefined ? [...sets, set] : sets.map((one) => (one === before ? set : one));
}

/** What a rung's hash is made of, but for the nonce. */
type Call = Pick<EventOf<"ladder.laid">, "to" | "data"> & { chain: { id: number }; safe: { address: Address } };

export function isSameCall(a: Call, b: Call): boolean {
  return (
    a.chain.id === b.chain.id &&
    sameAddress(a.safe.address, b.safe.address) &&
    sameAddress(a.to, b.to) &&
    sameAddress(a.data, b.data)
  );
}

export function isOn({ facts }: RungSet, { chainId, safe }: { chainId: number; safe: Address }): boolean {
  return facts.chain.id === chainId && sameAddress(facts.safe.address, safe);
}

/** Rungs whose nonce the Safe has not used yet, as last seen. */
export function livingRungs({ rungs, safe }: RungSet): Rung[] {
  return rungs.filter(({ nonce }) => BigInt(nonce) >= BigInt(safe.nonce));
}

/** Signatures of owners that the Safe has now. */
export function validSignatures({ safe }: RungSet, rung: Rung): Rung["signatures"] {
  return rung.signatures.filter(({ owner }) => includesAddress(safe.owners, owner));
}

export function isReady(set: RungSet, rung: Rung): boolean {
  return validSignatures(set, rung).length >= set.safe.threshold;
}

export function findSet(ladder: Ladder | undefined, intervention: string): RungSet | undefined {
  return ladder?.sets.find((set) => set.intervention === intervention);
}

/** The rung of exactly this hash, with the set that it belongs to. */
export function findRung(ladder: Ladder | undefined, safeTxHash: Hex): { set: RungSet; rung: Rung } | undefined {
  for (const set of ladder?.sets ?? []) {
    const rung = set.rungs.find((one) => one.safeTxHash === safeTxHash);
    if (rung !== undefined) return { set, rung };
  }
  return undefined;
}
