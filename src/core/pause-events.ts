import { z } from "zod";
import { Address, Hex, Place, ProposalId, Uint, UserRef } from "./ids.ts";
import {
  Act,
  CallArgument,
  Check,
  Fittings,
  Rival,
  Route,
  SafeTx,
  SignatureForm,
  SignatureVia,
  Submission,
} from "./pause-shapes.ts";
import { Severity } from "./severity.ts";

const Text = z.string();
const At = z.iso.datetime();

const proposed = z.object({
  kind: z.literal("pause.proposed"),
  proposal: ProposalId,
  /** The proposal that failed, and in whose place this one stands. */
  insteadOf: ProposalId.optional(),
  /** The plan's group with which it was proposed, and the proposal that takes the nonce before this one's. */
  group: Text.optional(),
  follows: ProposalId.optional(),
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
    fittings: Fittings.optional(),
    /** What the plan said of them at that time. */
    planned: Fittings.pick({ guard: true, moduleGuard: true, modules: true }).optional(),
  }),
  target: z.object({ address: Address, label: Text }),
  /** Left out for a pause. */
  act: Act.optional(),
  /** How it is undone and by whom, in words: never by Allstop. */
  undo: Text.optional(),
  call: z.object({ signature: Text, selector: Hex, arguments: z.array(CallArgument).optional() }),
  /** Of an act that moves money: both sides as they stood, and as the simulation left them. Smallest units. */
  movement: z
    .object({
      token: Address,
      tokenLabel: Text,
      decimals: z.number().int().optional(),
      amount: Uint,
      minimumReceived: Uint,
      balances: z.array(z.object({ label: Text, address: Address, before: Uint, after: Uint })),
    })
    .optional(),
  safeTx: SafeTx,
  domainHash: Hex,
  messageHash: Hex,
  safeTxHash: Hex,
  simulation: z.object({ ok: z.boolean(), detail: Text, providers: z.number().int(), of: z.number().int() }),
  observed: z.object({ blockNumber: Uint, blockHash: Hex, nonce: Uint }),
  acknowledgementsRequired: z.number().int(),
  execute: z.enum(["by-press", "when-ready"]),
  submission: Submission.optional(),
  /** `before`: nothing is sent before the final check has passed. Left out, speed comes first. */
  finalCheck: z.literal("before").optional(),
  stillWorks: z.array(Text),
  /** What the plan said of its limits: what justifies it, how long it may last, who decides about it afterwards. */
  limits: z
    .object({
      trigger: Text.optional(),
      longestPause: Text.optional(),
      severityAtLeast: Severity.optional(),
      legalReview: z.enum(["before", "after"]).optional(),
      /** In words: people by name, roles as they are called. */
      extend: z.array(Text).optional(),
      resume: z.array(Text).optional(),
    })
    .optional(),
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
    /** Given to an earlier proposal of the same hash, and good for this one too. */
    reusedFrom: ProposalId.optional(),
  }),
  /** One owner of an owner that is a Safe itself signed for it. It counts once that Safe's own threshold is reached. */
  z.object({
    kind: z.literal("pause.part_signed"),
    proposal: ProposalId,
    /** The Safe that owns the proposal's Safe. */
    owner: Address,
    /** Who signed, an owner of that one, over its SafeMessage. */
    signer: Address,
    /** 65 bytes, canonical. */
    signature: Hex,
    via: SignatureVia,
  }),
  /** What an owner gave no longer holds on the chain: an approval in a block that is gone, a contract that says no now. */
  z.object({ kind: z.literal("pause.signature_lapsed"), proposal: ProposalId, owner: Address, why: Text }),
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
    moduleGuard: Address.optional(),
    singleton: Address.optional(),
    /** As it was seen before, so that this fact alone says what changed. */
    before: z
      .object({ owners: z.array(Address), threshold: z.number().int(), nonce: Uint, ...Fittings.shape })
      .optional(),
    /** The transaction that used the proposal's nonce, where it was found. */
    takenBy: Hex.optional(),
    /** Whether that transaction executed this very proposal. */
    ours: z.boolean().optional(),
  }),
  /** Who else is signed for this nonce, as the transaction service and our own timeline say. */
  z.object({ kind: z.literal("pause.rivals_changed"), proposal: ProposalId, rivals: z.array(Rival) }),
  /** The whole execution, run again on a later block: after the Safe changed, and every few blocks. */
  z.object({
    kind: z.literal("pause.simulated"),
    proposal: ProposalId,
    ok: z.boolean(),
    detail: Text,
    blockNumber: Uint,
    providers: z.number().int(),
    of: z.number().int(),
  }),
  /** The final check: the Safe's own check of the real signatures, and the whole execution with them, at one block. */
  z.object({
    kind: z.literal("pause.checked"),
    proposal: ProposalId,
    ok: z.boolean(),
    /** `before` the send, or `beside` it where speed comes first. */
    when: z.enum(["before", "beside"]),
    code: Text.optional(),
    detail: Text,
    blockNumber: Uint,
    providers: z.number().int(),
    of: z.number().int(),
  }),
  /** A provider said otherwise than the others about the same block, or has fallen behind them. */
  z.object({
    kind: z.literal("pause.provider_doubted"),
    proposal: ProposalId,
    providers: z.array(Text),
    fault: z.enum(["differs", "behind"]),
    detail: Text,
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
  z.object({ kind: z.literal("pause.broadcast"), proposal: ProposalId, transactionHash: Hex, routes: z.array(Route) }),
  /** Every route said no. It is looked for all the same, and then priced anew, sent by another executor, or held. */
  z.object({ kind: z.literal("pause.refused"), proposal: ProposalId, transactionHash: Hex, routes: z.array(Route) }),
  z.object({
    kind: z.literal("pause.included"),
    proposal: ProposalId,
    transactionHash: Hex,
    blockNumber: Uint,
    blockHash: Hex,
    blockTime: At,
    gasUsed: Uint,
    /** Who sent it, where that was not us: anybody may send what the owners have signed. */
    sentBy: Address.optional(),
  }),
  /** Another attempt of ours was mined as well, and reverted: the Safe runs one nonce once. It cost gas, and is no failure. */
  z.object({
    kind: z.literal("pause.attempt_lost"),
    proposal: ProposalId,
    attempt: z.number().int(),
    transactionHash: Hex,
    blockNumber: Uint,
    why: Text,
  }),
  z.object({ kind: z.literal("pause.reorged"), proposal: ProposalId, transactionHash: Hex, blockHash: Hex }),
  z.object({
    kind: z.literal("pause.verified"),
    proposal: ProposalId,
    transactionHash: Hex,
    blockNumber: Uint,
    blockHash: Hex,
    /** Left out for a pause. */
    act: Act.optional(),
    checks: z.array(Check),
  }),
  z.object({ kind: z.literal("pause.safe"), proposal: ProposalId, blockNumber: Uint }),
  z.object({
    kind: z.literal("pause.final"),
    proposal: ProposalId,
    blockNumber: Uint,
    act: Act.optional(),
  }),
  /** It ran and did not do what it should, or can no longer run. `code`: `inner_failed`, `superseded`, `not_verified`, … */
  z.object({
    kind: z.literal("pause.failed"),
    proposal: ProposalId,
    code: Text,
    why: Text,
    remedy: Text,
    transactionHash: Hex.optional(),
    /** Where the Safe stands now, when its nonce was used by another. */
    nonce: Uint.optional(),
    checks: z.array(Check).optional(),
  }),
  /** Waiting for a person: no gas money, fee cap reached, no RPC. It goes on by itself when that is mended. */
  z.object({ kind: z.literal("pause.blocked"), proposal: ProposalId, code: Text, why: Text, remedy: Text }),
  /** All that is needed to send it without Allstop was put into the room. */
  z.object({ kind: z.literal("pause.handed_off"), proposal: ProposalId, file: Text }),
] as const;
