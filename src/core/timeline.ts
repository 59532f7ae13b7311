import { hash as sha256 } from "node:crypto";
import { z } from "zod";
import { Address, Hex, IncidentId, Place, ProposalId, RunId, Uint, UserRef } from "./ids.ts";
import { Role, Severity } from "./plan.ts";
import { PlaybookFile } from "./playbook-file.ts";

/**
 * The facts that an incident is made of. State is a fold of them, a card is a picture of them, the postmortem is a
 * print of them. A fact is typed and in the past tense, and is never edited: what turned out wrong is corrected by a
 * later fact.
 */
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

const declared = z.object({
  kind: z.literal("incident.declared"),
  incident: IncidentId,
  title: Text,
  severity: Severity,
  description: Text.optional(),
  drill: z.boolean(),
  planHash: Text,
  /** Where the command was typed: the card goes there if no room can be opened. */
  origin: Place.optional(),
});

const roomEvents = [
  z.object({ kind: z.literal("room.opened"), room: Place, name: Text, adopted: z.boolean() }),
  z.object({ kind: z.literal("room.card_posted"), message: Place }),
  z.object({ kind: z.literal("room.invited"), users: z.array(UserRef) }),
  z.object({ kind: z.literal("room.invite_failed"), user: UserRef, code: Text, why: Text }),
  z.object({ kind: z.literal("alert.posted"), message: Place }),
  /** An optional step in the chat failed: `step` is its name, `code` the platform's own word, `remedy` what mends it. */
  z.object({ kind: z.literal("chat.degraded"), chat: Text, step: Text, code: Text, why: Text, remedy: Text }),
  z.object({ kind: z.literal("chat.recovered"), chat: Text, step: Text }),
  /** The timeline's head as it was posted where its keeper can't rewrite it: event `seq` and its hash. */
  z.object({ kind: z.literal("head.posted"), message: Place, seq: z.number().int(), hash: Text }),
  z.object({ kind: z.literal("bot.restarted"), awayMs: z.number().int().nonnegative() }),
] as const;

const incidentEvents = [
  declared,
  z.object({ kind: z.literal("severity.changed"), from: Severity, to: Severity, reason: Text.optional() }),
  z.object({
    kind: z.literal("status.changed"),
    from: Text,
    to: z.enum(["active", "mitigated"]),
    reason: Text.optional(),
  }),
  z.object({ kind: z.literal("incident.resolved"), summary: Text }),
  z.object({ kind: z.literal("incident.reopened"), reason: Text }),
  z.object({ kind: z.literal("role.assigned"), role: Role, user: UserRef, previous: UserRef.optional() }),
  z.object({ kind: z.literal("note.added"), text: Text, action: z.boolean() }),
  z.object({ kind: z.literal("update.posted"), text: Text }),
  z.object({
    kind: z.literal("message.captured"),
    message: Place,
    author: UserRef.optional(),
    authorName: Text.optional(),
    /** Absent where the platform would not give the text away; the permalink still stands. */
    text: Text.optional(),
    permalink: Text.optional(),
    via: z.enum(["shortcut", "reaction"]),
  }),
  z.object({ kind: z.literal("message.retracted"), message: Place }),
  z.object({ kind: z.literal("timeline.exported"), events: z.number().int(), head: Text, files: z.array(Text) }),
] as const;

const playbookEvents = [
  z.object({ kind: z.literal("playbook.started"), run: RunId, playbook: Text, hash: Text, text: PlaybookFile }),
  z.object({ kind: z.literal("playbook.step_completed"), run: RunId, step: Text, note: Text.optional() }),
  z.object({ kind: z.literal("playbook.step_checked"), run: RunId, step: Text, detail: Text }),
  z.object({ kind: z.literal("playbook.step_skipped"), run: RunId, step: Text, reason: Text }),
  z.object({ kind: z.literal("playbook.step_assigned"), run: RunId, step: Text, user: UserRef }),
  z.object({ kind: z.literal("playbook.step_noted"), run: RunId, step: Text, text: Text }),
  z.object({ kind: z.literal("playbook.card_posted"), run: RunId, message: Place }),
] as const;

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

const pauseEvents = [
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
    /** 65 bytes, canonical: low s, v 27/28 (typed data) or 31/32 (eth_sign). */
    signature: Hex,
    via: z.enum(["page", "paste"]),
  }),
  /** The Safe changed while we were collecting. Derived state follows the newest of these. */
  z.object({
    kind: z.literal("pause.safe_changed"),
    proposal: ProposalId,
    owners: z.array(Address),
    threshold: z.number().int(),
    nonce: Uint,
    blockNumber: Uint,
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

const rosterEvents = [
  z.object({
    kind: z.literal("signer.linked"),
    user: UserRef,
    owner: Address,
    /** The challenge that the owner's key signed, and its signature: anyone can check the link again. */
    challenge: z.object({ user: UserRef, name: Text, nonce: Text, expires: At }),
    signature: Hex,
  }),
  z.object({ kind: z.literal("signer.unlinked"), user: UserRef, owner: Address, reason: Text }),
] as const;

export const TimelineEvent = z.discriminatedUnion("kind", [
  ...incidentEvents,
  ...roomEvents,
  ...playbookEvents,
  ...pauseEvents,
  ...rosterEvents,
]);
export type TimelineEvent = z.output<typeof TimelineEvent>;
export type EventOf<K extends TimelineEvent["kind"]> = Extract<TimelineEvent, { kind: K }>;

/** Who caused it: a person's `UserRef`, or the bot itself, or what was seen on a chain. */
export type By = UserRef | "allstop" | `chain:${number}`;

/** A stream is one hash chain: an incident, or the roster of signers. */
export type Stream = `incident/${string}` | "roster";

export interface StoredEvent {
  stream: Stream;
  /** 1, 2, 3 … without gaps. */
  seq: number;
  /** When it happened: a message's own time, a block's time, else when it was recorded. ISO 8601, UTC. */
  at: string;
  recordedAt: string;
  by: By;
  /** The display name the person bore at the time. Never identifies, only helps to read. */
  byName?: string;
  event: TimelineEvent;
  previousHash: string;
  hash: string;
}

export const GENESIS_HASH = "0".repeat(64);

/** sha256(previous ‖ canonical JSON of all but the hashes). Hex, lower case. */
export function hashEvent(
  previousHash: string,
  stored: Omit<StoredEvent, "hash" | "previousHash">,
  /** The event's canonical JSON, where the caller has it already. */
  eventJson = canonicalJson(stored.event),
): string {
  const { stream, seq, at, recordedAt, by, byName } = stored;
  // The canonical JSON of all seven, its keys in order; the event's own is not made twice.
  const named = byName === undefined ? "" : `"byName":${JSON.stringify(byName)},`;
  const head = `{"at":${JSON.stringify(at)},"by":${JSON.stringify(by)},${named}"event":${eventJson}`;
  const text = `${head},"recordedAt":${JSON.stringify(recordedAt)},"seq":${seq},"stream":${JSON.stringify(stream)}}`;
  return sha256("sha256", previousHash + text, "hex");
}

/** JSON with sorted keys and without undefined: one value has one text. Numbers must be finite. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const table = value as Record<string, unknown>;
    let text = "";
    // Sorted by UTF-16 units. One string is built, without lists in between: this runs at every append.
    for (const key of Object.keys(table).sort()) {
      const item = table[key];
      if (item !== undefined) text += `${text === "" ? "" : ","}${JSON.stringify(key)}:${canonicalJson(item)}`;
    }
    return `{${text}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined || (typeof value === "number" && !Number.isFinite(value))) {
    throw new TypeError(`A ${typeof value} has no canonical JSON.`);
  }
  return text;
}
