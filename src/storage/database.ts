import { existsSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { drizzle } from "drizzle-orm/better-sqlite3";
import { migrate } from "drizzle-orm/better-sqlite3/migrator";
import { packageRoot } from "../root.ts";

/**
 * Opens the store and brings it up to date. `url` is `file:PATH` or `:memory:`.
 *
 * WAL with `synchronous=FULL`: what was recorded is on disk before anybody hears of it, at about 165 µs a commit.
 */
export function openDatabase(url: string) {
  const sqlite = new Database(url.replace(/^file:/, ""));
  sqlite.pragma("journal_mode = WAL");
  sqlite.pragma("synchronous = FULL");
  sqlite.pragma("foreign_keys = ON");
  // A checkpoint is waited for by whoever commits next: rather a longer one now and then than a short one often.
  sqlite.pragma("wal_autocheckpoint = 4000");
  sqlite.pragma(BUSY);
  const db = drizzle({ client: sqlite });
  migrate(db, { migrationsFolder: join(packageRoot, "migrations") });
  growLog(sqlite);
  sqlite.pragma(BUSY);
  return { db, sqlite, close: () => sqlite.close() };
}

const BUSY = "busy_timeout = 5000";
/** Pages of 4 KiB: more than an incident writes. */
const LOG_PAGES = 1_000;

/**
 * A commit that makes the log longer takes twice as long as one that writes over what is there already, since the file
 * system has to note the new length, too. So the log gets its length now, and not while an incident runs.
 */
function growLog(sqlite: Database.Database): void {
  if (sqlite.memory) return;
  sqlite.exec(`
    BEGIN IMMEDIATE;
    DROP TABLE IF EXISTS log_filler;
    CREATE TABLE log_filler (filler BLOB);
    INSERT INTO log_filler VALUES (zeroblob(${LOG_PAGES * 4096}));
    COMMIT;
    DROP TABLE log_filler;
  `);
  // Behind a reader the log can't start again yet. Nobody waits for that: then it goes on growing, as it would have.
  sqlite.pragma("busy_timeout = 0");
  sqlite.pragma("wal_checkpoint(RESTART)");
}

export type Store = ReturnType<typeof openDatabase>;

/** Opens an existing store to read only, beside a running bot: `allstop export`, `allstop doctor`. */
export function openReadOnly(url: string): Store {
  const path = url.replace(/^file:/, "");
  if (!existsSync(path))
    throw new Error(`There is no database ${path}. Set DATABASE_URL, or go to where the bot runs.`);
  const sqlite = new Database(path, { readonly: true, fileMustExist: true });
  try {
    sqlite.prepare("SELECT 1 FROM events LIMIT 1").get();
  } catch (cause) {
    sqlite.close();
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${path} holds no timeline of Allstop: ${why}. Set DATABASE_URL to the bot's own.`, { cause });
  }
  return { db: drizzle({ client: sqlite }), sqlite, close: () => sqlite.close() };
}
