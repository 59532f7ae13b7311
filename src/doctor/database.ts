import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import Database from "better-sqlite3";
import { z } from "zod";
import { type Finding, findingsIn } from "./finding.ts";

const { ok, warning, problem } = findingsIn("database");

/** How long to wait for a lock that a running bot holds for a moment. */
const BUSY_TIMEOUT_MS = 2_000;

/** Opens, is sound, can be written, and how its migrations stand. Changes nothing. `databaseUrl` is `file:PATH`. */
export function checkDatabase(databaseUrl: string, migrationsDir: string): Finding[] {
  const path = resolve(databaseUrl.replace(/^file:/, ""));
  if (!existsSync(path)) return [checkPlace(path)];
  let database: Database.Database | undefined;
  try {
    database = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    return [...checkFile(database, path), checkMigrations(database, migrationsDir)];
  } catch (error) {
    return [refused(error, path)];
  } finally {
    database?.close();
  }
}

function checkPlace(path: string): Finding {
  const directory = dirname(path);
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
    return ok("file", `${path} will be created at the first start.`);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return problem(
      "file",
      `${path} can't be created (${code}).`,
      `Create ${directory}, and let the bot's user write there.`,
    );
  }
}

function checkFile(database: Database.Database, path: string): Finding[] {
  const sound = z.string().parse(database.pragma("quick_check(1)", { simple: true }));
  if (sound !== "ok") {
    return [
      problem("file", `${path} is damaged: ${sound}.`, "Stop the bot, keep a copy of the file, and restore a backup."),
    ];
  }
  // Taking the write lock and giving it back shows that it can be written, and writes nothing.
  database.exec("BEGIN IMMEDIATE; ROLLBACK");
  return [ok("file", `${path} opens, is sound and can be written.`)];
}

function refused(error: unknown, path: string): Finding {
  const code = error instanceof Database.SqliteError ? error.code : undefined;
  if (code === undefined) throw error;
  if (code.startsWith("SQLITE_BUSY")) {
    return warning(
      "file",
      `${path} is being written by another process.`,
      "Run this again; if it stays, find out which process it is.",
    );
  }
  if (code === "SQLITE_NOTADB")
    return problem("file", `${path} is no SQLite database.`, "Name another file in DATABASE_URL.");
  const remedy = "Let the bot's user read and write the file and its directory, and see that the disk is not full.";
  return problem("file", `${path} can't be used (${code}).`, remedy);
}

const MigrationsJournal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/** Migrations that this program brings, against those that the file has had: each leaves the time it was made. */
function checkMigrations(database: Database.Database, migrationsDir: string): Finding {
  const journal = JSON.parse(readFileSync(join(migrationsDir, "meta", "_journal.json"), "utf8"));
  const brought = MigrationsJournal.parse(journal).entries;
  const table = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = '__drizzle_migrations'").get();
  if (table === undefined) {
    const others = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
    if (others === 0) return ok("migrations", `The file is empty; ${brought.length} will run at the first start.`);
    return problem("migrations", "The file holds somebody else's tables.", "Name another file in DATABASE_URL.");
  }
  const had = z.array(z.number()).parse(database.prepare("SELECT created_at FROM __drizzle_migrations").pluck().all());
  const unknown = had.filter((when) => !brought.some((migration) => migration.when === when));
  if (unknown.length > 0) {
    const detail = "The file was last used by a newer version of Allstop.";
    return problem("migrations", detail, "Start that version again, or restore a backup made before it ran.");
  }
  const waiting = brought.filter(({ when }) => !had.includes(when));
  if (waiting.length === 0) return ok("migrations", `All ${brought.length} have run.`);
  return ok("migrations", `${waiting.map(({ tag }) => tag).join(", ")} will run at the next start.`);
}
