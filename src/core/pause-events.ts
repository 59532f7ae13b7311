import { z } from "zod";
import { Address, Hex, Place, ProposalId, Uint, UserRef } from "./ids.ts";

const Text = z.string();
const At = z.iso.datetime();

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

const proposed = z.object({
  kind: z.literal("pause.proposed"),
  proposal: ProposalId,
  intervention: Text,
  title: Text,
  reason: Text.optional(),
  planHash: Text,
  chain: z.object({ id: z.number().int(), name: Text, explorer: Text.optional() }),
  safe: z.object({
    address: Address,
    label: Text,
    version: Text,
    /** As they stood when proposed; the current ones are read from the chain. */
    owners: z.array(Address),
    threshold: z.number().int(),
  }),
  target: z.object({ address: Address, label: Text }),
  call: z.object({ signature: Text, selector: Hex }),
  safeTx: SafeTx,
  domainHash: Hex,
  messageHash: Hex,
  safeTxHash: Hex,
  simulation: z.object({ ok: z.boolean(), detail: Text, providers: z.number().int(), of: z.number().int() }),
  observed: z.object({ blockNumber: Uint, blockHash: Hex, nonce: Uint }),
  acknowledgementsRequired: z.number().int(),
  execute: z.enum(["by-press", "when-ready"]),
  stillWorks: z.array(Text),
});

/** The facts of a proposal, from its card to its finality. Part of the timeline's union. */
export const pauseEvents = [
  proposed,
  z.object({ kind: z.literal("pause.card_posted"), proposal: ProposalId, message: Place }),
  z.object({
    kind: z.literal("pause.signer_asked"),
    proposal: ProposalId,
    user: UserRef,
    message: Place.optional(),
    why: Text.optional(),
  }),
  z.object({ kind: z.literal("pause.acknowledged"), proposal: ProposalId, owner: Address }),
  z.object({ kind: z.literal("pause.declined"), proposal: ProposalId, owner: Address, reason: Text }),
  z.object({
    kind: z.literal("pause.confirmed"),
    proposal: ProposalId,
    owner: Address,
    /**
     * `ecdsa` (also where left out): 65 bytes, canonical, low s, v 27/28 (typed data) or 31/32 (eth_sign). `contract`:
     * what the owner contract's `isValidSignature` takes, without its static part. `approved`: empty, the approval is on
     * the chain.
     */
    signature: Hex,
    form: SignatureForm.optional(),
    via: SignatureVia,
    /** Of an approval on the chain. */
    transactionHash: Hex.optional(),
  }),
  /** The Safe changed while we were collecting. Derived state follows the newest of these. */
  z.object({
    kind: z.literal("pause.safe_changed"),
    proposal: ProposalId,
    owners: z.array(Address),
    threshold: z.number().int(),
    nonce: Uint,
    blockNumber: Uint,
    /** Told where they are known; the zero address is no guard. */
    guard: Address.optional(),
    modules: z.array(Address).optional(),
    fallbackHandler: Address.optional(),
    /** The transaction that used the proposal's nonce, where it was found. */
    takenBy: Hex.optional(),
  }),
  z.object({ kind: z.literal("pause.withdrawn"), proposal: ProposalId, reason: Text }),
  z.object({ kind: z.literal("pause.execution_requested"), proposal: ProposalId, cause: z.enum(["press", "policy"]) }),
  /** Signed by the executor and on disk, before the first byte leaves. */
  z.object({
    kind: z.literal("pause.signed"),
    proposal: ProposalId,
    attempt: z.number().int(),
    transactionHash: Hex,
    raw: Hex,
    executor: Address,
    nonce: z.number().int(),
    gas: Uint,
    maxFeePerGas: Uint,
    maxPriorityFeePerGas: Uint,
  }),
  z.object({
    kind: z.literal("pause.broadcast"),
    proposal: ProposalId,
    transactionHash: Hex,
    routes: z.array(
      z.object({
        provider: Text,
        outcome: z.enum(["accepted", "known", "refused", "unknown"]),
        detail: Text.optional(),
      }),
    ),
  }),
  z.object({
    kind: z.literal("pause.included"),
    proposal: ProposalId,
    transactionHash: Hex,
    blockNumber: Uint,
    blockHash: Hex,
    blockTime: At,
    gasUsed: Uint,
  }),
  z.object({ kind: z.literal("pause.reorged"), proposal: ProposalId, transactionHash: Hex, blockHash: Hex }),
  z.object({
    kind: z.literal("pause.verified"),
    proposal: ProposalId,
    transactionHash: Hex,
    blockNumber: Uint,
    blockHash: Hex,
    checks: z.array(Check),
  }),
  z.object({ kind: z.literal("pause.safe"), proposal: ProposalId, blockNumber: Uint }),
  z.object({ kind: z.literal("pause.final"), proposal: ProposalId, blockNumber: Uint }),
  /** It ran and did not do what it should, or can no longer run. `code`: `inner_failed`, `superseded`, `not_verified`, … */
  z.object({
    kind: z.literal("pause.failed"),
    proposal: ProposalId,
    code: Text,
    why: Text,
    remedy: Text,
    transactionHash: Hex.optional(),
    checks: z.array(Check).optional(),
  }),
  /** Waiting for a person: no gas money, fee cap reached, no RPC. It goes on by itself when that is mended. */
  z.object({ kind: z.literal("pause.blocked"), proposal: ProposalId, code: Text, why: Text, remedy: Text }),
] as const;
