import { hash as sha256 } from "node:crypto";
import { z } from "zod";
import { Address, Hex, IncidentId, Place, UserRef } from "./ids.ts";
import { incidentLadderEvents, ladderEvents } from "./ladder-events.ts";
import { pauseEvents } from "./pause-events.ts";
import { playbookEvents } from "./playbook-events.ts";
import { readinessEvents } from "./readiness-events.ts";
import { responseEvents, riskEvents } from "./response-events.ts";
import { Role, Severity } from "./severity.ts";

/**
 * The facts that an incident is made of. State is a fold of them, a card is a picture of them, the postmortem is a
 * print of them. A fact is typed and in the past tense, and is never edited: what turned out wrong is corrected by a
 * later fact.
 */
const Text = z.string();
const At = z.iso.datetime();

const declared = z.object({
  kind: z.literal("incident.declared"),
  incident: IncidentId,
  title: Text,
  severity: Severity,
  description: Text.optional(),
  drill: z.boolean(),
  planHash: Text,
  /** The kind of incident that was declared: the playbook that describes its symptoms. */
  playbook: Text.optional(),
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
  ...responseEvents,
  ...riskEvents,
  ...pauseEvents,
  ...rosterEvents,
  ...ladderEvents,
  ...incidentLadderEvents,
  ...readinessEvents,
]);
export type TimelineEvent = z.output<typeof TimelineEvent>;
export type EventOf<K extends TimelineEvent["kind"]> = Extract<TimelineEvent, { kind: K }>;

/** Who caused it: a person's `UserRef`, or the bot itself, or what was seen on a chain. */
export type By = UserRef | "allstop" | `chain:${number}`;

/**
 * A stream is one hash chain: an incident, the roster of signers, the ladder of pauses signed ahead of time, whether
 * each pause would work, or the register of risks.
 */
export type Stream = `incident/${string}` | "roster" | "ladder" | "readiness" | "risk-register";

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
