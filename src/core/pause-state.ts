import {
  type Address,
  type Hex,
  type IncidentId,
  type Place,
  type ProposalId,
  platformOf,
  type UserRef,
} from "./ids.ts";
import type { By, EventOf, StoredEvent, TimelineEvent } from "./timeline.ts";

/** A pause proposal as the timeline tells it. Its status is derived below, never stored. */
export interface Pause {
  id: ProposalId;
  incident: IncidentId;
  /** What was proposed: the SafeTx, its hashes, and all that a signer was shown. Never changes. */
  facts: EventOf<"pause.proposed">;
  proposedBy: By;
  proposedAt: string;
  /** Its card in each chat that mirrors the room, by the chat's name. */
  cards: Readonly<Record<string, Place>>;
  /** Owners, threshold and nonce as last seen. A removed owner's signature no longer counts. */
  safe: { owners: Address[]; threshold: number; nonce: string };
  acknowledgements: { owner: Address; by: By; byName?: string; at: string }[];
  declines: { owner: Address; by: By; byName?: string; reason: string; at: string }[];
  confirmations: (Omit<EventOf<"pause.confirmed">, "kind" | "proposal"> & { by: By; byName?: string; at: string })[];
  asked: { user: UserRef; message?: Place; why?: string }[];
  requested?: { by: By; at: string; cause: "press" | "policy" };
  attempts: (Omit<EventOf<"pause.signed">, "kind" | "proposal"> & { at: string; broadcastAt?: string })[];
  included?: Omit<EventOf<"pause.included">, "kind" | "proposal"> & { at: string };
  verified?: Omit<EventOf<"pause.verified">, "kind" | "proposal"> & { at: string };
  safeAt?: string;
  finalAt?: string;
  blocked?: Omit<EventOf<"pause.blocked">, "kind" | "proposal">;
  failed?: Omit<EventOf<"pause.failed">, "kind" | "proposal"> & { at: string };
  withdrawn?: { by: By; reason: string; at: string };
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

/** What still stands between this proposal and its execution, in words. Empty when it is ready. */
export function missingFor(pause: Pause): string[] {
  const missing: string[] = [];
  const signatures = pause.safe.threshold - validConfirmations(pause).length;
  if (signatures > 0) missing.push(`${signatures} more signature${signatures === 1 ? "" : "s"}`);
  const acknowledgements = pause.facts.acknowledgementsRequired - validAcknowledgements(pause).length;
  if (acknowledgements > 0) {
    missing.push(`${acknowledgements} more acknowledgement${acknowledgements === 1 ? "" : "s"}`);
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

export function beginPause(incident: IncidentId, stored: StoredEvent, facts: EventOf<"pause.proposed">): Pause {
  return {
    id: facts.proposal,
    incident,
    facts,
    proposedBy: stored.by,
    proposedAt: stored.at,
    safe: { owners: facts.safe.owners, threshold: facts.safe.threshold, nonce: facts.observed.nonce },
    cards: {},
    acknowledgements: [],
    declines: [],
    confirmations: [],
    asked: [],
    attempts: [],
  };
}

type PauseEvent = Exclude<Extract<TimelineEvent, { proposal: string }>, { kind: "pause.proposed" }>;

/** The proposal after one more fact about it. Never changes the pause it was given. */
export function foldPause(pause: Pause, { by, byName, at }: StoredEvent, event: PauseEvent): Pause {
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
    case "pause.safe_changed":
      return { ...pause, safe: { owners: event.owners, threshold: event.threshold, nonce: event.nonce } };
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
    default:
      return event satisfies never;
  }
}
