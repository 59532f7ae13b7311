import type { ChainPort, SafeState } from "./chain-port.ts";
import type { Effect } from "./effects.ts";
import type { UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { Ladder } from "./ladder-state.ts";
import type { LadderStore } from "./ladder-store.ts";
import type { Rival } from "./pause-shapes.ts";
import type { LoadedPlan } from "./plan.ts";
import type { Playbook } from "./playbook-file.ts";
import type { Readiness } from "./readiness-state.ts";
import type { RiskRegister } from "./risk-state.ts";
import type { Roster } from "./roster.ts";
import type { By, StoredEvent, Stream, TimelineEvent } from "./timeline.ts";

/** The state that a stream folds to. */
export type StateOf<S extends Stream> = S extends "roster"
  ? Roster
  : S extends "ladder"
    ? Ladder
    : S extends "readiness"
      ? Readiness
      : S extends "risk-register"
        ? RiskRegister
        : Incident;

/** What a decision says: new facts, and what is owed because of them. Both empty when there is no news. */
export interface Decision {
  /**
   * A fact, or a fact with the time at which it happened, where that is not now; and with who brought it about, where
   * that is Allstop by itself and not whoever pressed.
   */
  events: (TimelineEvent | { at?: string; by?: "allstop"; event: TimelineEvent })[];
  effects: Effect[];
}

/** Why something is recorded. `invocation` is unique per inbound act: recorded once per stream, however often it comes. */
export interface Cause {
  by: By;
  byName?: string;
  invocation?: string;
}

export interface Journal {
  /**
   * Hands the stream's current state to `decide`, writes what it returns in one transaction, and resolves with the
   * state after. `decide` is pure: it may run twice. `now` is the time at which its facts are recorded. A redelivered `cause.invocation` decides nothing.
   */
  record<S extends Stream>(
    stream: S,
    cause: Cause,
    decide: (state: StateOf<S> | undefined, now: Date) => Decision,
  ): Promise<StateOf<S>>;
  state<S extends Stream>(stream: S): Promise<StateOf<S> | undefined>;
  events(stream: Stream): Promise<StoredEvent[]>;
  /** Every incident, newest first. */
  incidents(): Promise<Incident[]>;
  /** The stream that an invocation was first recorded in: how a repeated declare finds its incident. */
  streamOf(invocation: string): Promise<Stream | undefined>;
  /** The next free number, durable, never handed out twice. Gaps are fine. */
  nextNumber(kind: "INC" | "P" | "R" | "RISK"): Promise<number>;
}

export interface Clock {
  now(): Date;
}

/** What else is signed for a nonce of a Safe, as an outside index such as the Safe Transaction Service lists it. */
export interface QueuePort {
  /** The Safe's owners and threshold say what is executable: the index's own word counts for nothing. */
  queuedAt(safe: Pick<SafeState, "chainId" | "address" | "owners" | "threshold">, nonce: bigint): Promise<Rival[]>;
}

/** Addresses of the bot's own pages. */
export interface Links {
  /** Signing page of one proposal. Unguessable; the same for everybody in the room. */
  sign(proposal: string): string;
  /** Page on which one person links an owner address; good for ten minutes. */
  link(user: UserRef, name: string): string;
  /** Three words shown both in chat and on the page, so that a look-alike page shows. */
  phrase(proposal: string): string;
  /** Page on which owners sign the rungs that event `seq` of the ladder laid. */
  ladder(seq: number): string;
}

export interface App {
  journal: Journal;
  clock: Clock;
  chain: ChainPort;
  links: Links;
  plan(): LoadedPlan;
  playbooks(): Playbook[];
  /** Left out, there is no ladder of pre-signed pauses here. */
  ladder?: LadderStore;
  /** Says what else is signed at a Safe's nonce. Left out, only our own proposals are known. */
  queue?: QueuePort;
}
