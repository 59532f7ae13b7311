import { and, desc, eq, max, sql } from "drizzle-orm";
import { type Effect, keyOf, lanesOf } from "../core/effects.ts";
import { formatId } from "../core/ids.ts";
import { foldIncident, type Incident } from "../core/incident.ts";
import type { Cause, Clock, Decision, Journal, StateOf } from "../core/ports.ts";
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
import { counters, effects, events } from "./schema.ts";

type State = Incident | Roster;

/** Called after a commit, with what was written: the outbox wakes up on `effects`. */
export type Listener = (written: { events: StoredEvent[]; effects: Effect[] }) => void;

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
  /** The chats that mirror a room, when something is owed to them. */
  { chats }: { chats: () => readonly string[] },
): SqliteJournal {
  const states = new Map<Stream, State>();
  const listeners: Listener[] = [];
  const statements = prepare(db);

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

  const insertEvent = sqlite.prepare(statements.insertEvent.getQuery().sql);
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
    for (const effect of owed) {
      const key = keyOf(effect);
      const json = JSON.stringify(effect);
      for (const lane of lanesOf(effect, chats())) {
        statements.insertEffect.run({ key: `${key}@${lane}`, lane, effect: json, now });
      }
    }
  }).immediate;
  /** One statement is a transaction of its own. */
  const write: typeof writeAll = (chained, owed, invocation, now) => {
    const [only] = chained;
    if (only !== undefined && chained.length === 1 && owed.length === 0) writeEvent(only, invocation);
    else writeAll(chained, owed, invocation, now);
  };

  const recordNow = (stream: Stream, cause: Cause, decide: (state: never) => Decision): State => {
    const before = load(stream);
    if (cause.invocation !== undefined) {
      const repeated = statements.recorded.get({ stream, invocation: cause.invocation });
      // A redelivered click is the same click.
      if (repeated !== undefined && before !== undefined) return before;
    }
    const decision = decide(before as never);
    const now = clock.now();
    const chained = chain(stream, before, cause, decision, now.toISOString());
    const stored = chained.map((link) => link.stored);
    if (stored.length > 0 || decision.effects.length > 0) {
      write(chained, decision.effects, cause.invocation ?? null, now.getTime());
    }
    const after = stored.reduce<State | undefined>((state, event) => fold(stream, state, event), before);
    if (after === undefined) throw new Error(`Nothing is known of ${stream}, and nothing was recorded.`);
    states.set(stream, after);
    for (const listener of listeners) listener({ events: stored, effects: decision.effects });
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
      const streams = statements.incidentStreams.all();
      return streams.flatMap(({ stream }) => (load(stream as Stream) as Incident | undefined) ?? []);
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
    const { event, at } = "event" in entry ? entry : { event: entry, at: now };
    seq += 1;
    const link = { stream, seq, at, recordedAt: now, by: cause.by, byName: cause.byName, event };
    const json = canonicalJson(event);
    const stored = { ...link, previousHash, hash: hashEvent(previousHash, link, json) };
    previousHash = stored.hash;
    return { stored, json };
  });
}

function fold(stream: Stream, state: State | undefined, stored: StoredEvent): State {
  return stream === "roster"
    ? foldRoster(state as Roster | undefined, stored)
    : foldIncident(state as Incident | undefined, stored);
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
  if (hashEvent(row.previousHash, stored) !== row.hash) {
    throw new Error(`Event ${row.seq} of ${stream} was changed in the database: its hash does not match.`);
  }
  return stored;
}

function isConflict(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "SQLITE_CONSTRAINT_PRIMARYKEY" || code === "SQLITE_CONSTRAINT_TRIGGER";
}

function prepare(db: Store["db"]) {
  const p = sql.placeholder;
  const { insertValues, owedValues } = placeholders();
  return {
    insertEvent: db.insert(events).values(insertValues).prepare(),
    insertEffect: db
      .insert(effects)
      .values(owedValues)
      .onConflictDoUpdate({
        target: effects.key,
        targetWhere: sql`${effects.doneAt} IS NULL`,
        set: { generation: sql`${effects.generation} + 1`, nextAt: sql`min(${effects.nextAt}, excluded.next_at)` },
      })
      .prepare(),
    streamEvents: db
      .select()
      .from(events)
      .where(eq(events.stream, p("stream")))
      .orderBy(events.seq)
      .prepare(),
    recorded: db
      .select({ seq: events.seq })
      .from(events)
      .where(and(eq(events.invocation, p("invocation")), eq(events.stream, p("stream"))))
      .limit(1)
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
    insertValues: {
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
    },
    owedValues: { key: p("key"), lane: p("lane"), effect: p("effect"), owedAt: p("now"), nextAt: p("now") },
  };
}
