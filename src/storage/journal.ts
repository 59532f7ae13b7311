import { and, desc, eq, max, sql } from "drizzle-orm";
import { type Effect, keyOf, type Lane, lanesOf, waitOf } from "../core/effects.ts";
import { formatId } from "../core/ids.ts";
import type { Incident } from "../core/incident.ts";
import { foldIncident } from "../core/incident-fold.ts";
import { foldLadder, type Ladder } from "../core/ladder-state.ts";
import type { Cause, Clock, Decision, Journal, StateOf } from "../core/ports.ts";
import { foldReadiness, type Readiness } from "../core/readiness-state.ts";
import { foldRisks, type RiskRegister } from "../core/risk-state.ts";
import { foldRoster, type Roster } from "../core/roster.ts";
import {
  type By,
  canonicalJson,
  GENESIS_HASH,
  hashEvent,
  type StoredEvent,
  type Stream,
  TimelineEvent,
} from "../core/timeline.ts";
import type { Store } from "./database.ts";
import type { OwedEffect } from "./owed.ts";
import { counters, events } from "./schema.ts";

type State = Incident | Roster | Ladder | Readiness | RiskRegister;

/**
 * Called after a commit, with what was written: the outbox wakes up on `effects`. Those of the chain's lane come as they
 * are in the outbox, so that nobody has to read them first.
 */
export type Listener = (written: { events: StoredEvent[]; effects: Effect[]; forChain: OwedEffect[] }) => void;

export interface SqliteJournal extends Journal {
  onRecorded(listener: Listener): void;
}

/**
 * The timeline in SQLite. Deciding and writing happen without a pause between them, so what was checked is still true
 * when it is written. Folded states are kept in memory and follow the store.
 */
export function openJournal(
  { db, sqlite }: Store,
  clock: Clock,
  /** The chats that mirror a room, when something is owed to them; and the clock by which it is waited. */
  { chats, steady = clock }: { chats: () => readonly string[]; steady?: Clock },
): SqliteJournal {
  const states = new Map<Stream, State>();
  const listeners: Listener[] = [];
  const statements = prepare(db);
  const dataVersion = sqlite.prepare("PRAGMA data_version").pluck();
  /** The incidents' streams, newest first, as long as nobody adds one: every act in a chat asks for them. */
  let incidentStreams: { at: unknown; streams: Stream[] } | undefined;

  const load = (stream: Stream): State | undefined => {
    const known = states.get(stream);
    if (known !== undefined) return known;
    let state: State | undefined;
    for (const stored of read(stream)) state = fold(stream, state, stored);
    if (state !== undefined) states.set(stream, state);
    return state;
  };
  const read = (stream: Stream): StoredEvent[] =>
    statements.streamEvents.all({ stream }).map((row) => checked(stream, row));

  // What stands between a signature and its transaction is run without drizzle's mapping.
  const insertEvent = sqlite.prepare(statements.insertEvent.getQuery().sql);
  const insertEffect = sqlite.prepare<[key: string, lane: Lane, effect: string, owedAt: number, nextAt: number], Owing>(
    OWE,
  );
  const recorded = sqlite.prepare("SELECT 1 FROM events WHERE invocation = ? AND stream = ? LIMIT 1").pluck();
  const writeEvent = ({ stored, json }: Chained, invocation: string | null) =>
    insertEvent.run(
      stored.stream,
      stored.seq,
      stored.at,
      stored.recordedAt,
      stored.by,
      stored.byName ?? null,
      json,
      stored.previousHash,
      stored.hash,
      invocation,
    );
  const writeAll = sqlite.transaction((chained: Chained[], owed: Effect[], invocation: string | null, now: number) => {
    for (const link of chained) writeEvent(link, invocation);
    const forChain: OwedEffect[] = [];
    const owedAt = owed.length === 0 ? 0 : steady.now().getTime();
    for (const effect of owed) {
      const key = keyOf(effect);
      const json = JSON.stringify(effect);
      for (const lane of lanesOf(effect, chats())) {
        const row = insertEffect.get(`${key}@${lane}`, lane, json, owedAt, owedAt + waitOf(effect, now));
        if (lane === "chain" && row !== undefined) forChain.push({ lane, effect, owedAt: new Date(owedAt), ...row });
      }
    }
    return forChain;
  }).immediate;
  /** One statement is a transaction of its own. */
  const write: typeof writeAll = (chained, owed, invocation, now) => {
    const [only] = chained;
    if (only === undefined || chained.length > 1 || owed.length > 0) return writeAll(chained, owed, invocation, now);
    writeEvent(only, invocation);
    return [];
  };

  const recordNow = (stream: Stream, cause: Cause, decide: (state: never, now: Date) => Decision): State => {
    const before = load(stream);
    if (cause.invocation !== undefined) {
      const repeated = recorded.get(cause.invocation, stream);
      // A redelivered click is the same click.
      if (repeated !== undefined && before !== undefined) return before;
    }
    const now = clock.now();
    const decision = decide(before as never, now);
    const chained = chain(stream, before, cause, decision, now.toISOString());
    const stored = chained.map((link) => link.stored);
    const isNews = stored.length > 0 || decision.effects.length > 0;
    const forChain = isNews ? write(chained, decision.effects, cause.invocation ?? null, now.getTime()) : [];
    const after = stored.reduce<State | undefined>((state, event) => fold(stream, state, event), before);
    if (after === undefined) throw new Error(`Nothing is known of ${stream}, and nothing was recorded.`);
    states.set(stream, after);
    if (before === undefined) incidentStreams = undefined;
    for (const listener of listeners) listener({ events: stored, effects: decision.effects, forChain });
    return after;
  };

  return {
    async record(stream, cause, decide) {
      try {
        return recordNow(stream, cause, decide as never) as never;
      } catch (error) {
        if (!isConflict(error)) throw error;
        // Somebody else wrote to the stream (another process): read it again and decide anew.
        states.delete(stream);
        return recordNow(stream, cause, decide as never) as never;
      }
    },
    async state<S extends Stream>(stream: S) {
      return load(stream) as StateOf<S> | undefined;
    },
    async events(stream) {
      return read(stream);
    },
    async incidents() {
      // The version changes when another process wrote: then the store is asked again.
      const at = dataVersion.get();
      const known: { at: unknown; streams: Stream[] } =
        incidentStreams !== undefined && incidentStreams.at === at
          ? incidentStreams
          : { at, streams: statements.incidentStreams.all().map(({ stream }) => stream as Stream) };
      incidentStreams = known;
      return known.streams.flatMap((stream) => (load(stream) as Incident | undefined) ?? []);
    },
    async streamOf(invocation) {
      return statements.invocationStream.get({ invocation })?.stream as Stream | undefined;
    },
    async nextNumber(kind) {
      const row = statements.nextNumber.get({ kind });
      if (row === undefined) throw new Error(`No number for ${formatId(kind, 0)}.`);
      return row.last;
    },
    onRecorded(listener) {
      listeners.push(listener);
    },
  };
}

interface Chained {
  stored: StoredEvent;
  /** The event's canonical JSON: the bytes that were hashed are the bytes that are stored. */
  json: string;
}

function chain(stream: Stream, before: State | undefined, cause: Cause, decision: Decision, now: string): Chained[] {
  let { seq, hash: previousHash } = before?.head ?? { seq: 0, hash: GENESIS_HASH };
  return decision.events.map((entry) => {
    const { event, at = now, by = undefined } = "event" in entry ? entry : { event: entry };
    seq += 1;
    const who = by === undefined ? { by: cause.by, byName: cause.byName } : { by, byName: undefined };
    const link = { stream, seq, at, recordedAt: now, ...who, event };
    const json = canonicalJson(event);
    const stored = { ...link, previousHash, hash: hashEvent(previousHash, link, json) };
    previousHash = stored.hash;
    return { stored, json };
  });
}

function fold(stream: Stream, state: State | undefined, stored: StoredEvent): State {
  if (stream === "roster") return foldRoster(state as Roster | undefined, stored);
  if (stream === "ladder") return foldLadder(state as Ladder | undefined, stored);
  if (stream === "readiness") return foldReadiness(state as Readiness | undefined, stored);
  if (stream === "risk-register") return foldRisks(state as RiskRegister | undefined, stored);
  return foldIncident(state as Incident | undefined, stored);
}

type Row = typeof events.$inferSelect;

/** A row as it was hashed. A row that does not hash to itself was changed behind our back: that is loud. */
function checked(stream: Stream, row: Row): StoredEvent {
  const stored: StoredEvent = {
    stream,
    seq: row.seq,
    at: row.at,
    recordedAt: row.recordedAt,
    by: row.by as By,
    byName: row.byName ?? undefined,
    event: TimelineEvent.parse(JSON.parse(row.event)),
    previousHash: row.previousHash,
    hash: row.hash,
  };
  // The stored bytes are what was hashed: a newer version may read more into them than was written.
  if (hashEvent(row.previousHash, stored, row.event) !== row.hash) {
    throw new Error(`Event ${row.seq} of ${stream} was changed in the database: its hash does not match.`);
  }
  return stored;
}

function isConflict(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "SQLITE_CONSTRAINT_PRIMARYKEY" || code === "SQLITE_CONSTRAINT_TRIGGER";
}

/** One that is owed already and not delivered yet is owed once: anew, and no later than before. */
type Owing = Pick<OwedEffect, "id" | "generation" | "attempts">;
const OWE = `
  INSERT INTO effects (key, lane, effect, owed_at, next_at) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (key) WHERE done_at IS NULL
  DO UPDATE SET generation = generation + 1, next_at = min(next_at, excluded.next_at)
  RETURNING id, generation, attempts
`;

function prepare(db: Store["db"]) {
  const p = sql.placeholder;
  return {
    insertEvent: db.insert(events).values(placeholders()).prepare(),
    streamEvents: db
      .select()
      .from(events)
      .where(eq(events.stream, p("stream")))
      .orderBy(events.seq)
      .prepare(),
    invocationStream: db
      .select({ stream: events.stream })
      .from(events)
      .where(eq(events.invocation, p("invocation")))
      .limit(1)
      .prepare(),
    incidentStreams: db
      .select({ stream: events.stream, declared: max(events.recordedAt) })
      .from(events)
      .where(and(eq(events.seq, 1), sql`${events.stream} LIKE 'incident/%'`))
      .groupBy(events.stream)
      .orderBy(desc(events.stream))
      .prepare(),
    nextNumber: db
      .insert(counters)
      .values({ kind: p("kind"), last: 1 } as never)
      .onConflictDoUpdate({ target: counters.kind, set: { last: sql`${counters.last} + 1` } })
      .returning({ last: counters.last })
      .prepare(),
  };
}

function placeholders() {
  const p = (name: string) => sql.placeholder(name) as never;
  return {
    stream: p("stream"),
    seq: p("seq"),
    at: p("at"),
    recordedAt: p("recordedAt"),
    by: p("by"),
    byName: p("byName"),
    event: p("event"),
    previousHash: p("previousHash"),
    hash: p("hash"),
    invocation: p("invocation"),
  };
}
