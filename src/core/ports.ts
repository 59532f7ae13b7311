import type { Effect } from "./effects.ts";
import type { Address, Hex, UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import type { Check } from "./pause-events.ts";
import type { Pause } from "./pause-state.ts";
import type { LoadedPlan } from "./plan.ts";
import type { Playbook } from "./playbook-file.ts";
import type { Roster } from "./roster.ts";
import type { By, EventOf, StoredEvent, Stream, TimelineEvent } from "./timeline.ts";

/** The state that a stream folds to. */
export type StateOf<S extends Stream> = S extends "roster" ? Roster : Incident;

/** What a decision says: new facts, and what is owed because of them. Both empty when there is no news. */
export interface Decision {
  /** A fact, or a fact with the time at which it happened, where that is not now. */
  events: (TimelineEvent | { at: string; event: TimelineEvent })[];
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
   * state after. `decide` is pure: it may run twice. A redelivered `cause.invocation` decides nothing.
   */
  record<S extends Stream>(
    stream: S,
    cause: Cause,
    decide: (state: StateOf<S> | undefined) => Decision,
  ): Promise<StateOf<S>>;
  state<S extends Stream>(stream: S): Promise<StateOf<S> | undefined>;
  events(stream: Stream): Promise<StoredEvent[]>;
  /** Every incident, newest first. */
  incidents(): Promise<Incident[]>;
  /** The stream that an invocation was first recorded in: how a repeated declare finds its incident. */
  streamOf(invocation: string): Promise<Stream | undefined>;
  /** The next free number, durable, never handed out twice. Gaps are fine. */
  nextNumber(kind: "INC" | "P" | "R"): Promise<number>;
}

export interface Clock {
  now(): Date;
}

/** A Safe as it stood at one block, read from every provider that answered. */
export interface SafeState {
  chainId: number;
  address: Address;
  version: string;
  owners: Address[];
  threshold: number;
  nonce: bigint;
  block: { number: bigint; hash: Hex; time: Date };
}

/** A Safe transaction that nobody has signed yet, with all that a signer must be shown. */
export type PreparedPause = Omit<
  EventOf<"pause.proposed">,
  "kind" | "proposal" | "reason" | "planHash" | "acknowledgementsRequired" | "execute" | "stillWorks"
>;

export interface SignedExecution {
  transactionHash: Hex;
  raw: Hex;
  executor: Address;
  nonce: number;
  gas: bigint;
  maxFeePerGas: bigint;
  maxPriorityFeePerGas: bigint;
}

export type RouteOutcome = EventOf<"pause.broadcast">["routes"][number];

/** What is to be known about the attempts of one execution, found by looking for our own hashes and the Safe's logs. */
export type Inclusion =
  | { state: "pending" }
  | {
      state: "included";
      transactionHash: Hex;
      blockNumber: bigint;
      blockHash: Hex;
      blockTime: Date;
      gasUsed: bigint;
      /** True when the Safe logged ExecutionSuccess for our safeTxHash. */
      executed: boolean;
      why?: string;
    }
  /** The Safe's nonce was used by another transaction: ours can never run. */
  | { state: "superseded"; by?: Hex; nonce: bigint };

export interface Verification {
  blockNumber: bigint;
  blockHash: Hex;
  checks: Check[];
  ok: boolean;
}

/** The chain side, as core and the outbox see it. Implemented by `chain/` over viem. */
export interface ChainPort {
  /** Reads a Safe of the plan now; throws `UserError` when it is no Safe we support, `RetryableError` when no RPC answers. */
  readSafe(safeKey: string): Promise<SafeState>;
  /** The last state seen of a Safe that a proposal is armed for, without asking. At most one poll old. */
  lastSafe(chainId: number, safe: Address): SafeState | undefined;
  /**
   * Builds the SafeTx of an intervention at the Safe's current nonce; three computations of the safeTxHash must agree,
   * and the whole execution is simulated. Throws `UserError`: `already_paused`, `hash_disagreement`, `simulation_failed` …
   */
  prepare(interventionKey: string): Promise<PreparedPause>;
  /** Reads whether the intervention's target is paused, now, for a playbook's check. */
  isPaused(interventionKey: string): Promise<{ paused: boolean; detail: string }>;
  arm(pause: Pause): Promise<void>;
  disarm(proposal: string): void;
  /** Packs the signatures and signs the outer transaction. No RPC when armed. */
  sign(pause: Pause, attempt: number): Promise<SignedExecution>;
  /** Sends the same bytes to every provider at once and says what each answered. Never throws for a provider's refusal. */
  broadcast(chainId: number, raw: Hex): Promise<RouteOutcome[]>;
  /** Looks for our hashes, then the Safe's logs, then its nonce. */
  lookUp(pause: Pause): Promise<Inclusion>;
  /** The success predicate at one block: receipt, ExecutionSuccess, state, effect probe, exit probe. */
  verify(pause: Pause, at: { transactionHash: Hex; blockHash: Hex }): Promise<Verification>;
  /** Which of the chain's tags the block has reached; "orphaned" when its hash is no longer canonical. */
  finality(chainId: number, block: { number: bigint; hash: Hex }): Promise<"included" | "safe" | "final" | "orphaned">;
  /** Resolves at the next new head of the chain, or after its poll interval. */
  nextHead(chainId: number): Promise<void>;
}

/** Addresses of the bot's own pages. */
export interface Links {
  /** Signing page of one proposal. Unguessable; the same for everybody in the room. */
  sign(proposal: string): string;
  /** Page on which one person links an owner address; good for ten minutes. */
  link(user: UserRef, name: string): string;
  /** Three words shown both in chat and on the page, so that a look-alike page shows. */
  phrase(proposal: string): string;
}

export interface App {
  journal: Journal;
  clock: Clock;
  chain: ChainPort;
  links: Links;
  plan(): LoadedPlan;
  playbooks(): Playbook[];
}
