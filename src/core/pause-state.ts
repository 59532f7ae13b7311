import {
  type Address,
  type Hex,
  type IncidentId,
  type Place,
  type ProposalId,
  platformOf,
  type UserRef,
} from "./ids.ts";
import type { Fittings, Rival } from "./pause-shapes.ts";
import type { By, EventOf, StoredEvent, TimelineEvent } from "./timeline.ts";

/** A pause proposal as the timeline tells it. Its status is derived below, never stored. */
export interface Pause {
  id: ProposalId;
  incident: IncidentId;
  /** What was proposed: the SafeTx, its hashes, and all that a signer was shown. Never changes. */
  facts: EventOf<"pause.proposed">;
  proposedBy: By;
  proposedAt: string;
  /** The plan under which the incident was declared, where that is not the one it was proposed under. */
  declaredUnder?: string;
  /** Its card in each chat that mirrors the room, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  /** The Safe as last seen. A removed owner's signature no longer counts. */
  safe: { owners: Address[]; threshold: number; nonce: string; fittings: Fittings };
  /** What else is signed for this nonce. */
  rivals: Rival[];
  /** The newest run of the whole execution after the proposal's own. */
  simulated?: Omit<EventOf<"pause.simulated">, "kind" | "proposal">;
  /** The final check, with the real signatures. */
  checked?: Omit<EventOf<"pause.checked">, "kind" | "proposal">;
  /** Providers that said otherwise than the others, or are behind. */
  doubted: Omit<EventOf<"pause.provider_doubted">, "kind" | "proposal">[];
  acknowledgements: { owner: Address; by: By; byName?: string; at: string }[];
  declines: { owner: Address; by: By; byName?: string; reason: string; at: string }[];
  confirmations: (Omit<EventOf<"pause.confirmed">, "kind" | "proposal"> & { by: By; byName?: string; at: string })[];
  /** Signatures of owners of a nested Safe, which together make up that Safe's own. */
  parts: (Omit<EventOf<"pause.part_signed">, "kind" | "proposal"> & { by: By; byName?: string; at: string })[];
  asked: { user: UserRef; message?: Place; why?: string }[];
  requested?: { by: By; at: string; cause: "press" | "policy" };
  attempts: (Omit<EventOf<"pause.signed">, "kind" | "proposal"> & {
    at: string;
    broadcastAt?: string;
    /** Mined, reverted, and no failure: another attempt, or somebody else, had executed it before. */
    lost?: { blockNumber: string; why: string };
  })[];
  included?: Omit<EventOf<"pause.included">, "kind" | "proposal"> & { at: string };
  verified?: Omit<EventOf<"pause.verified">, "kind" | "proposal"> & { at: string };
  safeAt?: string;
  finalAt?: string;
  blocked?: Omit<EventOf<"pause.blocked">, "kind" | "proposal">;
  failed?: Omit<EventOf<"pause.failed">, "kind" | "proposal"> & { at: string };
  withdrawn?: { by: By; reason: string; at: string };
  /** The proposal that stands in the place of this one. */
  replacedBy?: ProposalId;
}

export type PauseStatus =
  | "collecting"
  | "ready"
  | "requested"
  | "signed"
  | "broadcast"
  | "included"
  | "verified"
  | "safe"
  | "final"
  | "failed"
  | "withdrawn";

export function statusOf(pause: Pause): PauseStatus {
  if (pause.withdrawn !== undefined) return "withdrawn";
  if (pause.failed !== undefined) return "failed";
  if (pause.finalAt !== undefined) return "final";
  if (pause.safeAt !== undefined) return "safe";
  if (pause.verified !== undefined) return "verified";
  if (pause.included !== undefined) return "included";
  if (pause.attempts.some((attempt) => attempt.broadcastAt !== undefined)) return "broadcast";
  if (pause.attempts.length > 0) return "signed";
  if (pause.requested !== undefined) return "requested";
  return missingFor(pause).length === 0 ? "ready" : "collecting";
}

/** The Safe has not come to this proposal's nonce yet: another transaction has to run first. */
export function isQueued({ facts, safe }: Pause): boolean {
  return BigInt(safe.nonce) < BigInt(facts.safeTx.nonce);
}

/** What still stands between this proposal and its execution, in words. Empty when it is ready. */
export function missingFor(pause: Pause): string[] {
  const missing: string[] = [];
  const signatures = pause.safe.threshold - validConfirmations(pause).length;
  if (signatures > 0) missing.push(`${signatures} more signature${signatures === 1 ? "" : "s"}`);
  const acknowledgements = pause.facts.acknowledgementsRequired - validAcknowledgements(pause).length;
  if (acknowledgements > 0) {
    missing.push(`${acknowledgements} more acknowledgement${acknowledgements === 1 ? "" : "s"}`);
  }
  if (isQueued(pause)) {
    const { follows, safeTx } = pause.facts;
    missing.push(`${follows ?? `the Safe's transaction ${BigInt(safeTx.nonce) - 1n}`} to run first`);
  }
  return missing;
}

/** Confirmations of owners that the Safe has now. */
export function validConfirmations(pause: Pause): Pause["confirmations"] {
  return pause.confirmations.filter(({ owner }) => includesAddress(pause.safe.owners, owner));
}

export function validAcknowledgements(pause: Pause): Pause["acknowledgements"] {
  return pause.acknowledgements.filter(({ owner }) => includesAddress(pause.safe.owners, owner));
}

/** Still collecting, ready or under way: its card's buttons mean something. */
export function isOpen(pause: Pause): boolean {
  const status = statusOf(pause);
  return status !== "withdrawn" && status !== "failed" && status !== "final";
}

/** May signatures and acknowledgements still be handed in? */
export function isCollecting(pause: Pause): boolean {
  const status = statusOf(pause);
  return status === "collecting" || status === "ready";
}

export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function includesAddress(list: readonly string[], address: string): boolean {
  return list.some((item) => sameAddress(item, address));
}

export function beginPause(
  incident: IncidentId,
  stored: Pick<StoredEvent, "by" | "at">,
  facts: EventOf<"pause.proposed">,
): Pause {
  return {
    id: facts.proposal,
    incident,
    facts,
    proposedBy: stored.by,
    proposedAt: stored.at,
    safe: {
      owners: facts.safe.owners,
      threshold: facts.safe.threshold,
      nonce: facts.observed.nonce,
      fittings: facts.safe.fittings ?? {},
    },
    rivals: [],
    doubted: [],
    cards: {},
    acknowledgements: [],
    declines: [],
    confirmations: [],
    parts: [],
    asked: [],
    attempts: [],
  };
}

type PauseEvent = Exclude<Extract<TimelineEvent, { proposal: string }>, { kind: "pause.proposed" }>;

/** Whether a fact is about a proposal that exists. */
export function isOnPause(event: TimelineEvent): event is PauseEvent {
  return "proposal" in event && event.kind !== "pause.proposed";
}

/** The proposal after one more fact about it. Never changes the pause it was given. */
export function foldPause(
  pause: Pause,
  { by, byName, at }: Pick<StoredEvent, "by" | "byName" | "at">,
  event: PauseEvent,
): Pause {
  switch (event.kind) {
    case "pause.card_posted":
      return { ...pause, cards: { ...pause.cards, [platformOf(event.message)]: event.message } };
    case "pause.signer_asked":
      return { ...pause, asked: [...pause.asked, { user: event.user, message: event.message, why: event.why }] };
    case "pause.acknowledged":
      return {
        ...pause,
        acknowledgements: [...pause.acknowledgements, { owner: event.owner, by, byName, at }],
        declines: pause.declines.filter(({ owner }) => !sameAddress(owner, event.owner)),
      };
    case "pause.declined":
      return {
        ...pause,
        declines: [...pause.declines, { owner: event.owner, by, byName, reason: event.reason, at }],
        acknowledgements: pause.acknowledgements.filter(({ owner }) => !sameAddress(owner, event.owner)),
      };
    case "pause.confirmed": {
      const { kind: _, proposal: __, ...confirmation } = event;
      return { ...pause, confirmations: [...pause.confirmations, { ...confirmation, by, byName, at }] };
    }
    case "pause.part_signed": {
      const { kind: _, proposal: __, ...part } = event;
      return { ...pause, parts: [...pause.parts, { ...part, by, byName, at }] };
    }
    case "pause.signature_lapsed":
      return { ...pause, confirmations: pause.confirmations.filter(({ owner }) => !sameAddress(owner, event.owner)) };
    case "pause.safe_changed":
      return { ...pause, safe: safeAfter(pause.safe, event) };
    case "pause.rivals_changed":
      return { ...pause, rivals: event.rivals };
    case "pause.simulated":
      return { ...pause, simulated: event };
    case "pause.checked":
      return { ...pause, checked: event };
    case "pause.provider_doubted":
      return { ...pause, doubted: [...pause.doubted, event] };
    case "pause.withdrawn":
      return { ...pause, withdrawn: { by, reason: event.reason, at } };
    case "pause.execution_requested":
      return { ...pause, requested: { by, at, cause: event.cause } };
    case "pause.signed": {
      const { kind: _, proposal: __, ...attempt } = event;
      return { ...pause, attempts: [...pause.attempts, { ...attempt, at }], blocked: undefined };
    }
    case "pause.broadcast":
      return {
        ...pause,
        attempts: pause.attempts.map((attempt) =>
          attempt.transactionHash === event.transactionHash && attempt.broadcastAt === undefined
            ? { ...attempt, broadcastAt: at }
            : attempt,
        ),
        blocked: undefined,
      };
    case "pause.included":
      return { ...pause, included: { ...event, at }, blocked: undefined };
    // A route's refusal changes nothing: the attempt is signed, and may be sent again.
    case "pause.refused":
    case "pause.handed_off":
      return pause;
    case "pause.attempt_lost": {
      const { blockNumber, why } = event;
      const isIt = (hash: Hex) => hash === event.transactionHash;
      return {
        ...pause,
        attempts: pause.attempts.map((one) =>
          isIt(one.transactionHash) ? { ...one, lost: { blockNumber, why } } : one,
        ),
      };
    }
    case "pause.reorged":
      return { ...pause, included: undefined, verified: undefined, safeAt: undefined };
    case "pause.verified":
      return { ...pause, verified: { ...event, at } };
    case "pause.safe":
      return { ...pause, safeAt: at };
    case "pause.final":
      return { ...pause, finalAt: at };
    case "pause.failed":
      return { ...pause, failed: { ...event, at } };
    case "pause.blocked":
      return { ...pause, blocked: event };
    case "ladder.opened":
    case "ladder.locked":
      // The signatures that came out of it are confirmations of their own.
      return pause;
    default:
      return event satisfies never;
  }
}

/** What a fact does not tell of a Safe stays as it was seen before. */
function safeAfter(before: Pause["safe"], now: EventOf<"pause.safe_changed">): Pause["safe"] {
  const { owners, threshold, nonce } = now;
  return { owners, threshold, nonce, fittings: { ...before.fittings, ...fittingsIn(now) } };
}

/** Those that are known, so that one may be laid over another. */
export function fittingsIn(from: Fittings): Fittings {
  const { guard, moduleGuard, modules, fallbackHandler, singleton } = from;
  return {
    ...(guard && { guard }),
    ...(moduleGuard && { moduleGuard }),
    ...(modules && { modules }),
    ...(fallbackHandler && { fallbackHandler }),
    ...(singleton && { singleton }),
  };
}
