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
  sqlite.pragma("busy_timeout = 5000");
  const db = drizzle({ client: sqlite });
  migrate(db, { migrationsFolder: join(packageRoot, "migrations") });
  return { db, sqlite, close: () => sqlite.close() };
}

export type Store = ReturnType<typeof openDatabase>;

/** Opens an existing store to read only, beside a running bot: `allstop export`, `allstop doctor`. */
export function openReadOnly(url: string): Store {
  const sqlite = new Database(url.replace(/^file:/, ""), { readonly: true, fileMustExist: true });
  return { db: drizzle({ client: sqlite }), sqlite, close: () => sqlite.close() };
}
