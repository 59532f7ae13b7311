import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { handOff } from "../core/handoff.ts";
import { ProposalId } from "../core/ids.ts";
import { getPause } from "../core/on-pause.ts";
import { openReadOnly } from "../storage/database.ts";
import { openJournal } from "../storage/journal.ts";
import { databaseToRead } from "./store.ts";

/** Writes the file that `/pause handoff` puts into the room: from the database alone, without a bot, a chat or an RPC. */
export async function handOffToFile(env: NodeJS.ProcessEnv, typed: string, { out }: { out: string }): Promise<void> {
  const store = openReadOnly(databaseToRead(env));
  try {
    const journal = openJournal(store, { now: () => new Date() }, { chats: () => [] });
    const { name, content } = handOff(await getPause({ journal }, ProposalId.parse(typed)));
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, name), content);
    console.log(join(out, name));
  } finally {
    store.close();
  }
}
