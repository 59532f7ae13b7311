import { and, asc, eq, gt, isNull, lte, sql } from "drizzle-orm";
import type { Effect, Lane } from "../core/effects.ts";
import type { Store } from "./database.ts";
import { effects } from "./schema.ts";

export interface OwedEffect {
  id: number;
  effect: Effect;
  lane: Lane;
  owedAt: Date;
  generation: number;
  /** Times it was tried before, or may have been. */
  attempts: number;
}

/** A row of `effects` as SQLite gives it. */
interface Row {
  id: number;
  effect: string;
  owed_at: number;
  generation: number;
  attempts: number;
}

/** SQLite's own word for it. */
const NO_LIMIT = -1;

/** The rows of the outbox. Only `storage/` writes SQL. */
export function openOwed({ db, sqlite }: Store) {
  // What is owed from an earlier life may have got out since, without our hearing of it: it is looked for first.
  sqlite.prepare("UPDATE effects SET attempts = 1 WHERE done_at IS NULL AND attempts = 0 AND lane != 'timers'").run();
  const dueQuery = db
    .select()
    .from(effects)
    .where(
      and(
        isNull(effects.doneAt),
        eq(effects.lane, sql.placeholder("lane")),
        lte(effects.nextAt, sql.placeholder("now")),
      ),
    )
    .orderBy(asc(effects.nextAt), asc(effects.id))
    .limit(sql.placeholder("most"))
    .prepare();
  // It stands between a signature and its transaction: run without drizzle's mapping.
  const due = sqlite.prepare<[lane: Lane, now: number, most: number], Row>(dueQuery.getQuery().sql);
  const next = db
    .select({ at: sql<number | null>`min(${effects.nextAt})` })
    .from(effects)
    .where(
      and(
        isNull(effects.doneAt),
        eq(effects.lane, sql.placeholder("lane")),
        gt(effects.nextAt, sql.placeholder("after")),
      ),
    )
    .prepare();
  return {
    /** What is due, the oldest first: at most so many. */
    due(lane: Lane, now: number, most = NO_LIMIT): OwedEffect[] {
      // Our own JSON, written by the journal in the same process or an older one; an unknown kind fails at delivery, loudly.
      return due.all(lane, now, most).map(({ id, effect, owed_at, generation, attempts }) => ({
        id,
        lane,
        effect: JSON.parse(effect) as Effect,
        owedAt: new Date(owed_at),
        generation,
        attempts,
      }));
    },
    /** When the first effect that is not due at `after` becomes due, in ms since the epoch. */
    nextAt(lane: Lane, after: number): number | undefined {
      return next.get({ lane, after })?.at ?? undefined;
    },
    /** False when the same effect was owed again meanwhile: it stays owed, and is delivered once more. */
    done({ id, generation }: OwedEffect, now: number, failure?: string): boolean {
      const result = db
        .update(effects)
        .set({ doneAt: now, failure: failure ?? null })
        .where(and(eq(effects.id, id), eq(effects.generation, generation)))
        .run();
      if (result.changes === 0) db.update(effects).set({ attempts: 0, nextAt: now }).where(eq(effects.id, id)).run();
      return result.changes > 0;
    },
    hurry(lane: Lane, now: number): void {
      db.update(effects)
        .set({ nextAt: now })
        .where(and(isNull(effects.doneAt), eq(effects.lane, lane), gt(effects.attempts, 0), gt(effects.nextAt, now)))
        .run();
    },
    retry({ id }: OwedEffect, at: number, failure: string): void {
      db.update(effects)
        .set({ attempts: sql`${effects.attempts} + 1`, nextAt: at, failure })
        .where(eq(effects.id, id))
        .run();
    },
  };
}

export type Owed = ReturnType<typeof openOwed>;

/** The last time that was written to the outbox, in ms: its clock goes on from there. */
export function lastOwedAt({ sqlite }: Store): number | undefined {
  const last = sqlite.prepare("SELECT max(max(owed_at, ifnull(done_at, 0))) FROM effects").pluck().get();
  return typeof last === "number" ? last : undefined;
}
