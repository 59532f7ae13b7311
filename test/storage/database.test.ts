import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDatabase } from "../../src/storage/database.ts";
import { openStory } from "../story.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "allstop-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));
const path = () => join(folder, "allstop.db");

it("gives the log its length before an incident needs it, and leaves nothing of that behind", () => {
  const store = openDatabase(`file:${path()}`);
  expect(statSync(`${path()}-wal`).size).toBeGreaterThan(4_000_000);
  const tables = store.sqlite.prepare("SELECT name FROM sqlite_master WHERE name LIKE '%filler%'").all();
  expect(tables).toEqual([]);
  store.close();
  expect(existsSync(`${path()}-wal`)).toBe(false);
  const first = statSync(path()).size;
  openDatabase(`file:${path()}`).close();
  // The next start takes the same pages again.
  expect(statSync(path()).size).toBe(first);
});

it("opens beside a reader without waiting for it", () => {
  const first = openDatabase(`file:${path()}`);
  const reading = first.sqlite.prepare("SELECT name FROM sqlite_master").iterate();
  reading.next();
  const second = openDatabase(`file:${path()}`);
  expect(second.sqlite.pragma("busy_timeout", { simple: true })).toBe(5000);
  reading.return?.();
  second.close();
  first.close();
});

it("hears of an incident that another process declared", async () => {
  const here = openStory({ databaseUrl: `file:${path()}` });
  await here.type("U0NOOR", "incident declare low Something odd");
  const there = openStory({ databaseUrl: `file:${path()}` });
  expect((await there.app.journal.incidents()).map(({ id }) => id)).toEqual(["INC-0001"]);
  // Both stories number their acts from one: the first of this one is known already.
  await there.type("U0NOOR", "incident list");
  await there.type("U0NOOR", "incident declare critical Vault is draining");
  expect((await here.app.journal.incidents()).map(({ id }) => id)).toEqual(["INC-0002", "INC-0001"]);
  expect((await there.app.journal.incidents()).map(({ id }) => id)).toEqual(["INC-0002", "INC-0001"]);
  there.store.close();
  here.store.close();
});
