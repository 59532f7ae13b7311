import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportIncident } from "../core/export.ts";
import { IncidentId } from "../core/ids.ts";
import { noSuchIncident } from "../core/incident.ts";
import type { Journal } from "../core/ports.ts";
import { openReadOnly } from "../storage/database.ts";
import { openJournal } from "../storage/journal.ts";
import { databaseToRead, planForNames } from "./store.ts";

/** Works beside a running bot, and without any chat: it needs the database, and the plan only for people's names. */
export async function exportToFiles(env: NodeJS.ProcessEnv, typed: string, { out }: { out: string }): Promise<void> {
  const store = openReadOnly(databaseToRead(env));
  const plan = planForNames(env);
  try {
    const clock = { now: () => new Date() };
    const journal = openJournal(store, clock, { chats: () => [] });
    const incident = await findIncident(journal, typed);
    const files = await exportIncident({ journal, clock, plan: () => plan }, incident, async (user) => user);
    mkdirSync(out, { recursive: true });
    for (const { name, content } of [files.markdown, files.json]) {
      writeFileSync(join(out, name), content);
      console.log(join(out, name));
    }
  } finally {
    store.close();
  }
}

async function findIncident(journal: Journal, typed: string): Promise<string> {
  const known = (await journal.incidents()).map(({ id }) => id);
  const parsed = IncidentId.safeParse(typed);
  if (parsed.success && known.includes(parsed.data)) return parsed.data;
  throw new Error(`${noSuchIncident(parsed.data ?? typed).message} In this database: ${known.join(", ") || "none"}.`);
}
