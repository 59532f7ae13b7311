import { z } from "zod";
import { Address, Hex, ProposalId, Uint } from "./ids.ts";

const Text = z.string();

export const Check = z.object({
  /** `executed`, `state`, `effect`, `exit`, in the order they were made. */
  name: z.enum(["receipt", "executed", "state", "effect", "exit"]),
  ok: z.boolean(),
  /** What was seen, in a sentence: `deposit() reverts with EnforcedPause()`. */
  detail: Text,
});
export type Check = z.output<typeof Check>;

export const SafeTx = z.object({
  to: Address,
  value: Uint,
  data: Hex,
  operation: z.literal(0),
  safeTxGas: z.literal("0"),
  baseGas: z.literal("0"),
  gasPrice: z.literal("0"),
  gasToken: Address,
  refundReceiver: Address,
  nonce: Uint,
});
export type SafeTx = z.output<typeof SafeTx>;

/** How an owner's word reaches the Safe's own check of signatures. */
export const SignatureForm = z.enum(["ecdsa", "contract", "approved"]);
export type SignatureForm = z.output<typeof SignatureForm>;

/** By which way a signature came here. What it is worth is found out again in each case. */
export const SignatureVia = z.enum(["page", "paste", "file", "service", "chain", "ladder"]);
export type SignatureVia = z.output<typeof SignatureVia>;

/** What a Safe is beside its owners, threshold and nonce. The zero address is none. Left out where it is not known. */
export const Fittings = z.object({
  guard: Address.optional(),
  /** Safe 1.5.0 and later. */
  moduleGuard: Address.optional(),
  modules: z.array(Address).optional(),
  fallbackHandler: Address.optional(),
  singleton: Address.optional(),
});
export type Fittings = z.output<typeof Fittings>;

/** Another transaction that is signed, or being signed, for the same nonce of the same Safe. */
export const Rival = z.object({
  safeTxHash: Hex,
  confirmations: z.number().int(),
  /** It has all the signatures that it needs: anyone may send it, and void ours. */
  executable: z.boolean(),
  /** Where it is one of our own. */
  proposal: ProposalId.optional(),
});
export type Rival = z.output<typeof Rival>;

/** `private-first`: the chain's private relay alone for one slot, then everybody. Absent is `everywhere`: both at once. */
export const Submission = z.enum(["everywhere", "private-first"]);
export type Submission = z.output<typeof Submission>;

/** What one way to the chain said of our bytes. `unknown` may mean that they are on their way. */
export const Route = z.object({
  provider: Text,
  /** Set for the private relay. */
  route: z.literal("private").optional(),
  outcome: z.enum(["accepted", "known", "refused", "unknown"]),
  detail: Text.optional(),
});

/** An argument of the call as people read it, never shortened. */
export const CallArgument = z.object({ name: Text, type: Text, value: Text, meaning: Text.optional() });
export type CallArgument = z.output<typeof CallArgument>;

/** An act that is no pause; left out in a fact, it is one. */
export const Act = z.enum(["withdraw", "revoke"]);
