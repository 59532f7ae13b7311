import type { Address, Hex } from "./ids.ts";
import type { InterventionKind } from "./intervention.ts";
import type { Check, Fittings, SafeTx } from "./pause-shapes.ts";
import type { Pause } from "./pause-state.ts";
import type { ChainProof } from "./readiness.ts";
import type { EventOf } from "./timeline.ts";

/** A Safe as it stood at one block, read from every provider that answered. */
export interface SafeState {
  chainId: number;
  address: Address;
  version: string;
  owners: Address[];
  threshold: number;
  nonce: bigint;
  /** Guards, modules, handler and singleton, where they were read. */
  fittings?: Fittings;
  block: { number: bigint; hash: Hex; time: Date };
}

/** What an intervention of the plan calls, and on whose authority. */
export interface PlannedCall {
  kind: InterventionKind;
  chainId: number;
  safe: Address;
  to: Address;
  data: Hex;
}

/** A Safe transaction that nobody has signed yet, with all that a signer must be shown. */
export type PreparedPause = Omit<
  EventOf<"pause.proposed">,
  | "kind"
  | "proposal"
  | "insteadOf"
  | "reason"
  | "planHash"
  | "acknowledgementsRequired"
  | "execute"
  | "submission"
  | "finalCheck"
  | "stillWorks"
  | "limits"
>;

export interface PrepareOptions {
  /** The nonce that is wanted, where the Safe has not passed it. */
  nonceFrom?: bigint;
  /** Interventions of the same Safe that run before it: it need only work once they have. */
  after?: string[];
}

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
      /** The account that sent it. */
      from?: Address;
      /** Our other attempts that were mined as well, and reverted because this one had run. */
      lost?: { transactionHash: Hex; blockNumber: bigint; why: string }[];
    }
  /** The Safe's nonce was used by another transaction: ours can never run. `safeTxHash` is what that one executed. */
  | { state: "superseded"; by?: Hex; safeTxHash?: Hex; nonce: bigint };

/** What the final check found, at one block. `code` and `detail` say which fault it is. */
export interface FinalCheck {
  ok: boolean;
  code?: string;
  detail: string;
  blockNumber: bigint;
  providers: number;
  of: number;
}

/** A whole execution, run without being sent. */
export type Rehearsed = Omit<FinalCheck, "code">;

/** Providers that said otherwise than a quorum about the same block, or that do not have it. */
export interface Doubt {
  chainId: number;
  providers: string[];
  fault: "differs" | "behind";
  detail: string;
}

/** An owner that is a contract, and by which way its word can come. */
export interface ContractOwner {
  owner: Address;
  /** Left out for a contract that is no Safe we know: a passkey's signer, say. */
  safe?: { version: string; owners: Address[]; threshold: number };
  /** `sign`: by EIP-1271, over `message`. `approve`: only by calling `approveHash` on the chain; `why` says why. */
  way: "sign" | "approve";
  /** What a Safe's owners sign as a SafeMessage in its own domain. */
  message: Hex;
  why?: string;
}

/** What a playbook's step wants looked up: one of these. Whichever intervention an incident paused has been found before. */
export type StepCheck =
  /** An intervention of the plan that must be paused, or must not be. */
  | { paused: string }
  | { notPaused: string }
  /** A Safe of the plan whose owners must all be people of the plan, or `any` for every Safe. */
  | { owners: string }
  /** One of the plan's own checks. */
  | { named: string };

/** `means` stays the same as long as nothing changes that matters; `detail` has the figures and the block. */
export interface Looked {
  holds: boolean;
  means: string;
  detail: string;
}

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
   * Builds the SafeTx of an intervention at the Safe's current nonce, or where others run before it at a later one; three computations of the safeTxHash must agree,
   * and the whole execution is simulated. Throws `UserError`: `already_paused`, `hash_disagreement`, `simulation_failed` …
   */
  prepare(interventionKey: string, options?: PrepareOptions): Promise<PreparedPause>;
  /** What the plan says that an intervention does. Asks no chain. Throws `UserError` `unknown_intervention`. */
  planned(interventionKey: string): PlannedCall;
  /**
   * Whether protocol-kit and the intervention's own Safe compute the same safeTxHashes as we did. Throws `UserError`
   * `hash_disagreement`, with the values.
   */
  agreeOnHashes(interventionKey: string, hashed: { tx: SafeTx; safeTxHash: Hex }[]): Promise<void>;
  /** Reads whether the intervention's target is paused, now, for a playbook's check. */
  isPaused(interventionKey: string): Promise<{ paused: boolean; detail: string }>;
  /**
   * Looks up what a playbook's step wants. Does not throw for what is wrong: what can't be read, or what providers
   * disagree about, does not hold, and says why.
   */
  lookUpCheck(check: StepCheck): Promise<Looked>;
  /** Which owners of the proposal's Safe are contracts, at the newest head. Throws as `readSafe` does. */
  contractOwners(pause: Pause): Promise<ContractOwner[]>;
  /**
   * Whether an owner contract itself says that this is its signature, asked as the proposal's Safe would ask. `why` when
   * it does not. From then on it is asked again at each head, until the proposal is over.
   */
  checkContractSignature(
    pause: Pause,
    given: { owner: Address; signature: Hex },
  ): Promise<{ ok: true } | { ok: false; why: string }>;
  arm(pause: Pause): Promise<void>;
  disarm(proposal: string): void;
  /** By what an execution may leave: our executors, the first one preferred, and the private relay's name if there is one. */
  routes(chainId: number): { executors: readonly Address[]; privateRelay: string | undefined };
  /**
   * Packs the signatures and signs the outer transaction, as the first executor unless another one is named. No RPC when
   * armed.
   */
  sign(pause: Pause, attempt: number, by?: Address): Promise<SignedExecution>;
  /**
   * The Safe's own check of the signatures in these bytes, from nobody's account, and the whole execution with them, at
   * one block on every provider. Never throws for what they say; `RetryableError` when too few answer.
   */
  check(pause: Pause, signed: { raw: Hex; executor: Address }): Promise<FinalCheck>;
  /**
   * Sends the same bytes to every provider and the private relay at once, or to the relay `only`, and says what each
   * answered. Never throws for a provider's refusal.
   */
  broadcast(chainId: number, raw: Hex, only?: "private"): Promise<RouteOutcome[]>;
  /** Looks for our hashes, then the Safe's logs, then its nonce. */
  lookUp(pause: Pause): Promise<Inclusion>;
  /** The success predicate at one block: receipt, ExecutionSuccess, state, effect probe, exit probe. */
  verify(pause: Pause, at: { transactionHash: Hex; blockHash: Hex }): Promise<Verification>;
  /** Which of the chain's tags the block has reached; "orphaned" when its hash is no longer canonical. */
  finality(chainId: number, block: { number: bigint; hash: Hex }): Promise<"included" | "safe" | "final" | "orphaned">;
  /**
   * Whether every pause of the plan would work now, as far as chains can say: no key is needed, and nothing is sent. Does
   * not throw for what is wrong; it says it.
   */
  proveReadiness(): Promise<ChainProof>;
  /** A text that changes when something changed that readiness depends on. Cheap: one batch for each Safe. */
  readinessMark(): Promise<string>;
  /** Resolves at the next new head of the chain, or with `overdue` when none came for as long as a block takes. */
  nextHead(chainId: number): Promise<"new" | "overdue">;
}
