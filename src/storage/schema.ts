import { sql } from "drizzle-orm";
import { blob, index, integer, primaryKey, sqliteTable, text, uniqueIndex } from "drizzle-orm/sqlite-core";
import type { Lane } from "../core/effects.ts";

/** The timeline. Triggers in the first migration refuse UPDATE and DELETE on it. */
export const events = sqliteTable(
  "events",
  {
    stream: text().notNull(),
    seq: integer().notNull(),
    at: text().notNull(),
    recordedAt: text("recorded_at").notNull(),
    by: text().notNull(),
    byName: text("by_name"),
    /** Canonical JSON of the event: the very bytes that were hashed. */
    event: text().notNull(),
    previousHash: text("previous_hash").notNull(),
    hash: text().notNull(),
    /** The inbound act that caused it. One act is recorded once per stream. */
    invocation: text(),
  },
  (table) => [
    primaryKey({ columns: [table.stream, table.seq] }),
    index("events_invocation").on(table.invocation).where(sql`${table.invocation} IS NOT NULL`),
  ],
);

/** What is owed to the world. A row is written with the events that call for it, and marked done once delivered. */
export const effects = sqliteTable(
  "effects",
  {
    id: integer().primaryKey({ autoIncrement: true }),
    key: text().notNull(),
    /** `chain`, or `chat/` and the chat's name. */
    lane: text().$type<Lane>().notNull(),
    effect: text().notNull(),
    owedAt: integer("owed_at").notNull(),
    /** Counts up when the same effect is owed again before it was delivered: what is shown must be newer than that. */
    generation: integer().notNull().default(1),
    attempts: integer().notNull().default(0),
    nextAt: integer("next_at").notNull(),
    doneAt: integer("done_at"),
    /** Why the last attempt failed; for a refusal, why it was given up. */
    failure: text(),
  },
  (table) => [
    uniqueIndex("effects_owed_key").on(table.key).where(sql`${table.doneAt} IS NULL`),
    index("effects_owed").on(table.lane, table.nextAt).where(sql`${table.doneAt} IS NULL`),
  ],
);

/** Every inbound act, written before the platform is told that we have it. A repeated id is the same act. */
export const inbox = sqliteTable(
  "inbox",
  {
    id: text().primaryKey(),
    body: text().notNull(),
    receivedAt: integer("received_at").notNull(),
    doneAt: integer("done_at"),
  },
  (table) => [index("inbox_open").on(table.receivedAt).where(sql`${table.doneAt} IS NULL`)],
);

export const counters = sqliteTable("counters", {
  kind: text().primaryKey(),
  last: integer().notNull(),
});

/** Facts about this installation: the secret that page links are made with, when the bot was last alive. */
export const settings = sqliteTable("settings", {
  key: text().primaryKey(),
  value: text().notNull(),
});

/**
 * Pauses that owners signed ahead of time. `sealed` is nonce, ciphertext and tag of AES-256-GCM, bound to all the other
 * columns but `stored_at`; the key is in no table.
 */
export const ladderSignatures = sqliteTable(
  "ladder_signatures",
  {
    chainId: integer("chain_id").notNull(),
    safe: text().notNull(),
    nonce: text().notNull(),
    safeTxHash: text("safe_tx_hash").notNull(),
    owner: text().notNull(),
    via: text().$type<"page" | "paste">().notNull(),
    /** Which key it is sealed under: says when another one is at hand. */
    keyId: text("key_id").notNull(),
    sealed: blob({ mode: "buffer" }).notNull(),
    storedAt: integer("stored_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.safeTxHash, table.owner] })],
);
