import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { openStory } from "../story.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});
function file(): string {
  const folder = mkdtempSync(join(tmpdir(), "allstop-test-"));
  folders.push(folder);
  return `file:${join(folder, "allstop.db")}`;
}

it("refuses to change, remove or replace an event, whoever asks the database", async () => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare low Something odd");
  const { sqlite } = story.store;
  expect(() => sqlite.exec("UPDATE events SET at = '2020-01-01'")).toThrow("never changed");
  expect(() => sqlite.exec("DELETE FROM events")).toThrow("never removed");
  expect(() => sqlite.exec("INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 1")).toThrow("append-only");
});

it("reads back, after a restart, exactly the state it had", async () => {
  const databaseUrl = file();
  const before = openStory({ databaseUrl });
  await before.type("U0NOOR", "incident declare critical Vault is draining");
  await before.type("U0NOOR", "playbook start active-exploit");
  await before.type("U0NOOR", "pause propose pause-vault");
  const state = await before.incident();
  before.store.close();
  const after = openStory({ databaseUrl });
  expect(await after.incident()).toEqual(state);
  // The outbox remembers what it owed.
  const owed = after.owed.due("chain", Number.MAX_SAFE_INTEGER).map(({ effect }) => effect.kind);
  expect(owed).toEqual(["arm"]);
  after.store.close();
});

it("notices an event that was changed with the triggers taken off", async () => {
  const databaseUrl = file();
  const before = openStory({ databaseUrl });
  await before.type("U0NOOR", "incident declare critical Vault is draining");
  before.store.sqlite.exec("DROP TRIGGER events_are_never_changed");
  before.store.sqlite.exec("UPDATE events SET event = replace(event, 'draining', 'fine') WHERE seq = 1");
  before.store.close();
  const after = openStory({ databaseUrl });
  await expect(after.incident()).rejects.toThrow("was changed in the database");
  after.store.close();
});

it("owes the same picture once, and again when it was owed anew during delivery", async () => {
  const story = openStory();
  await story.type("U0NOOR", "incident declare critical Vault is draining");
  await story.type("U0NOOR", "incident severity high");
  const now = story.app.clock.now().getTime();
  const card = story.owed.due("chat/slack", now).find(({ effect }) => effect.kind === "refresh_card")!;
  await story.type("U0NOOR", "incident severity low");
  expect(story.owed.done(card, now)).toBe(false);
  const again = story.owed.due("chat/slack", now).find(({ effect }) => effect.kind === "refresh_card")!;
  expect(story.owed.done(again, now)).toBe(true);
});
