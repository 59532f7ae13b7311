import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSettings } from "../config.ts";
import { exportIncident } from "../core/export.ts";
import { IncidentId } from "../core/ids.ts";
import { openReadOnly } from "../storage/database.ts";
import { openJournal } from "../storage/journal.ts";

/** Works beside a running bot, and without any chat. */
export async function exportToFiles(env: NodeJS.ProcessEnv, typed: string, { out }: { out: string }): Promise<void> {
  const { config, plan } = readSettings(env);
  const incident = IncidentId.parse(typed);
  const store = openReadOnly(config.databaseUrl);
  try {
    const clock = { now: () => new Date() };
    const journal = openJournal(store, clock, { chats: () => [] });
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
