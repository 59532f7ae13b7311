import type { Address, Hex } from "../../core/ids.ts";
import type { InterventionKind } from "../../core/intervention.ts";
import type { CallArgument } from "../../core/pause-shapes.ts";
import type { Reader } from "./reader.ts";

/**
 * One intervention of the plan in the words of its family of contracts: what the Safe calls, how the contract says that
 * it took effect, and what a person must know before asking for it. Which dialect it is stands in the plan and is never
 * guessed from a selector: the same selector means different things to different families.
 */
export interface Dialect {
  kind: InterventionKind;
  /** The call as the Safe makes it. Every argument comes from the plan. */
  call: PlannedCall;
  /** What the contracts themselves say at the reader's block. */
  state(reader: Reader): Promise<DialectState>;
  /** How a guarded function reverts once it took effect. Another revert proves nothing. */
  effectReverts: ExpectedRevert[];
  /** Whether the call itself, reverting like this, says that there is nothing left to do. */
  saysAlreadyDone(revert: { data: Hex; message: string }): boolean;
  /** Whether the authority holds the right, as far as that can be read. The simulation has the last word. */
  canPause(reader: Reader, authority: Address): Promise<Answer>;
  /** When the pause that is in force ends by itself; undefined when it does not, or when none is in force. */
  pauseExpiry(reader: Reader): Promise<Date | undefined>;
  /** Whether there is a pause left to use, now or once the one in force has ended. */
  rePauseAvailable(reader: Reader): Promise<Answer>;
  /** What the family leaves open, in words; the plan says what that means for its users. */
  whatStillWorks: string;
  /** Whether the call succeeds again where it took effect already. */
  idempotent: boolean;
  /** What makes the call dearer as the protocol grows; undefined when nothing does. */
  gasGrowsWith?: string;
  /** How it is undone, and by whom. Never by Allstop. */
  undo: string;
  /** Money that it moves. Its proof is then in the balances. */
  moves?: Movement;
}

export interface PlannedCall {
  /** The contract that is called: not always the one that is stopped. */
  to: Address;
  signature: string;
  selector: Hex;
  data: Hex;
  arguments: CallArgument[];
}

export interface DialectState {
  /** It is paused, or the role is gone: there is nothing left to do. */
  done: boolean;
  /** What was read, such as `paused() is true`. */
  says: string;
  /** Why the call must not be made as things stand, although it is not done; it may even harm. */
  obstacle?: { why: string; remedy: string };
}

/** Custom errors by the start of their data, its selector at least; older ones by their reason, whole or its start. */
export interface ExpectedRevert {
  label: string;
  selector?: Hex;
  reason?: string;
  reasonStart?: string;
}

/** Yes, no, or that it can't be read from these contracts. */
export interface Answer {
  yes: boolean | undefined;
  why: string;
}

export interface Movement {
  token: Address;
  tokenLabel: string;
  from: Address;
  recipient: Address;
  recipientLabel: string;
  /** In the token's smallest units. */
  amount: bigint;
  /** The least that must arrive. */
  minimumReceived: bigint;
}
