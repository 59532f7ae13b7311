import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportRisks } from "../core/risk-export.ts";
import { openReadOnly } from "../storage/database.ts";
import { openJournal } from "../storage/journal.ts";
import { databaseToRead, planForNames } from "./store.ts";

/** Works beside a running bot, and without any chat: it needs the database, and the plan only for people's names. */
export async function printRisks(
  env: NodeJS.ProcessEnv,
  { out, json: asJson }: { out?: string; json?: boolean },
): Promise<void> {
  const store = openReadOnly(databaseToRead(env));
  const plan = planForNames(env);
  try {
    const clock = { now: () => new Date() };
    const journal = openJournal(store, clock, { chats: () => [] });
    const { markdown, json } = await exportRisks({ journal, clock, plan: () => plan });
    if (out === undefined) {
      process.stdout.write(asJson ? json.content : markdown.content);
      return;
    }
    mkdirSync(out, { recursive: true });
    for (const { name, content } of [markdown, json]) {
      writeFileSync(join(out, name), content);
      console.log(join(out, name));
    }
  } finally {
    store.close();
  }
}
