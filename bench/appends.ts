import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { openDatabase } from "../src/storage/database.ts";
import { openJournal } from "../src/storage/journal.ts";
import { atLeast, type Bench, benchFolder, median } from "./measure.ts";

const ROUNDS = 7;
const APPENDS = 400;

/** Durable appends through the journal, against raw one-row commits of the same size under the same pragmas. */
export const appends: Bench = {
  name: "timeline-appends",
  async run() {
    const folder = benchFolder();
    try {
      const raw = rawStore(join(folder, "raw.db"));
      const store = openDatabase(`file:${join(folder, "ours.db")}`);
      const journal = openJournal(store, { now: () => new Date() }, { chats: () => ["slack"] });
      const cause = { by: "slack:U0NOOR" } as const;
      await journal.record("incident/INC-0001", cause, () => ({
        events: [
          {
            kind: "incident.declared",
            incident: "INC-0001",
            title: "Bench",
            severity: "low",
            drill: true,
            planHash: "",
          },
        ],
        effects: [],
      }));
      const ours = async () => {
        const began = performance.now();
        for (let n = 0; n < APPENDS; n += 1) {
          await journal.record("incident/INC-0001", cause, () => ({
            events: [{ kind: "note.added", text: `The attacker's wallet moved again, round ${n}.`, action: false }],
            effects: [],
          }));
        }
        return (APPENDS / (performance.now() - began)) * 1000;
      };
      const floor = () => {
        const began = performance.now();
        for (let n = 0; n < APPENDS; n += 1) raw();
        return (APPENDS / (performance.now() - began)) * 1000;
      };
      const [a, b]: [number[], number[]] = [[], []];
      for (let round = 0; round < ROUNDS; round += 1) {
        b.push(floor());
        a.push(await ours());
      }
      store.close();
      return [atLeast("timeline-appends", median(a.slice(1)), "per s", median(b.slice(1)), 0.8)];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** The same row, ready made, into a bare table. */
function rawStore(path: string) {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
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
  return () => {
    seq += 1;
    insert.run("incident/INC-0001", seq, at, at, "slack:U0NOOR", null, event, hash, hash, null);
  };
}
