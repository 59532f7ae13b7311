import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openDatabase } from "../src/storage/database.ts";
import { openJournal } from "../src/storage/journal.ts";
import { atLeast, type Bench, benchFolder, median } from "./measure.ts";

/** Files differ in speed by a fifth for where on the disk they come to lie: several of each are measured. */
const FILES = { full: 6, tiny: 1 };
const ROUNDS = { full: 30, tiny: 2 };
const APPENDS = { full: 100, tiny: 5 };
/** A log of its full length, and compiled code, for both. */
const WARM_APPENDS = { full: 1_500, tiny: 5 };

/** Durable appends through the journal, against raw one-row commits of the same size under the same pragmas, in turn. */
export const appends: Bench = {
  name: "timeline-appends",
  figures: ["timeline-appends"],
  async run(size) {
    const ours: number[] = [];
    const floor: number[] = [];
    for (let file = 0; file < FILES[size]; file += 1) {
      const folder = benchFolder();
      const raw = rawStore(join(folder, "raw.db"));
      const journal = await ourStore(join(folder, "ours.db"));
      for (let n = 0; n < WARM_APPENDS[size]; n += 1) {
        raw.append(n);
        await journal.append(n);
      }
      for (let round = 0; round < ROUNDS[size]; round += 1) {
        floor.push(await perSecond(APPENDS[size], raw.append));
        ours.push(await perSecond(APPENDS[size], journal.append));
      }
      raw.close();
      journal.close();
      rmSync(folder, { recursive: true });
    }
    return [atLeast("timeline-appends", { value: median(ours), floor: median(floor), unit: "per s" }, 0.8)];
  },
};

async function perSecond(times: number, append: (n: number) => unknown): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < times; n += 1) await append(n);
  return (times / (performance.now() - began)) * 1000;
}

async function ourStore(path: string) {
  const store = openDatabase(`file:${path}`);
  const journal = openJournal(store, { now: () => new Date() }, { chats: () => ["slack"] });
  const cause = { by: "slack:U0NOOR" } as const;
  const declared = { title: "Bench", severity: "low", drill: true, planHash: "" } as const;
  await journal.record("incident/INC-0001", cause, () => ({
    events: [{ kind: "incident.declared", incident: "INC-0001", ...declared }],
    effects: [],
  }));
  return {
    append: (n: number) =>
      journal.record("incident/INC-0001", cause, () => ({
        events: [{ kind: "note.added", text: `The attacker's wallet moved again, round ${n}.`, action: false }],
        effects: [],
      })),
    close: store.close,
  };
}

/** The same row, ready made, into a bare table. */
function rawStore(path: string) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.pragma("wal_autocheckpoint = 4000");
  db.exec(
    "CREATE TABLE events (stream TEXT, seq INTEGER, at TEXT, recorded_at TEXT, by TEXT, by_name TEXT, event TEXT, previous_hash TEXT, hash TEXT, invocation TEXT, PRIMARY KEY (stream, seq))",
  );
  const insert = db.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  let seq = 0;
  const at = new Date().toISOString();
  const event = JSON.stringify({
    action: false,
    kind: "note.added",
    text: "The attacker's wallet moved again, round 100.",
  });
  const hash = "0".repeat(64);
  return {
    append(_n: number) {
      seq += 1;
      insert.run("incident/INC-0001", seq, at, at, "slack:U0NOOR", null, event, hash, hash, null);
    },
    close: () => db.close(),
  };
}
