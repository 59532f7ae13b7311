import { z } from "zod";
import { Address, Hex, IncidentId, ProposalId, Uint } from "./ids.ts";

const Text = z.string();

/**
 * The facts of the nonce ladder: pauses that owners signed ahead of time, one for each nonce that the Safe comes to next.
 * They stand on a stream of their own. A signature itself is in none of them before it is opened: it lies encrypted
 * beside the timeline, and these facts say only whose it is and what it is over.
 */
const laid = z.object({
  kind: z.literal("ladder.laid"),
  intervention: Text,
  title: Text,
  planHash: Text,
  chain: z.object({ id: z.number().int(), name: Text }),
  safe: z.object({
    address: Address,
    label: Text,
    version: Text,
    owners: z.array(Address),
    threshold: z.number().int(),
    /** Where it stood when the rungs were laid. */
    nonce: Uint,
  }),
  target: z.object({ address: Address, label: Text }),
  call: z.object({ signature: Text, selector: Hex }),
  to: Address,
  data: Hex,
  domainHash: Hex,
  rungs: z.array(z.object({ nonce: Uint, messageHash: Hex, safeTxHash: Hex })).min(1),
});

const opened = z.object({
  kind: z.literal("ladder.opened"),
  incident: IncidentId,
  proposal: ProposalId,
  nonce: Uint,
  safeTxHash: Hex,
  /** Whose signatures were taken out. Those of others stay where they are. */
  owners: z.array(Address).min(1),
});

export const BurnCause = z.enum(["nonce_passed", "by_hand", "plan_changed"]);
export type BurnCause = z.output<typeof BurnCause>;

export const ladderEvents = [
  laid,
  /** An owner's signature over one rung was taken in. */
  z.object({
    kind: z.literal("ladder.signed"),
    intervention: Text,
    nonce: Uint,
    safeTxHash: Hex,
    owner: Address,
    via: z.enum(["page", "paste"]),
  }),
  /** A signature that was taken in can't be used any more: its row is gone, or does not hold what was put there. */
  z.object({
    kind: z.literal("ladder.dropped"),
    intervention: Text,
    nonce: Uint,
    safeTxHash: Hex,
    owner: Address,
    why: Text,
  }),
  /** Owners, threshold or nonce of a Safe that rungs stand on are others now. */
  z.object({
    kind: z.literal("ladder.safe_changed"),
    chainId: z.number().int(),
    safe: Address,
    owners: z.array(Address),
    threshold: z.number().int(),
    nonce: Uint,
    blockNumber: Uint,
    /** Who was an owner before, and is none now. */
    removed: z.array(Address),
    thresholdBefore: z.number().int(),
  }),
  /** As the plan or the chain stands now, these rungs would not pause what they were signed for. */
  z.object({ kind: z.literal("ladder.invalid"), intervention: Text, code: Text, why: Text, remedy: Text }),
  z.object({ kind: z.literal("ladder.valid"), intervention: Text }),
  /** Forgotten here. What was signed and whose nonce is not used yet stays valid on the chain. */
  z.object({
    kind: z.literal("ladder.burned"),
    intervention: Text,
    nonces: z.array(Uint).min(1),
    signatures: z.number().int(),
    cause: BurnCause,
    reason: Text.optional(),
  }),
  opened,
] as const;

/** What an incident's own timeline says of the ladder. The opening stands on both. */
export const incidentLadderEvents = [
  /** There are signatures for this very hash, and they could not be read. */
  z.object({
    kind: z.literal("ladder.locked"),
    proposal: ProposalId,
    signatures: z.number().int(),
    why: Text,
    remedy: Text,
  }),
] as const;
