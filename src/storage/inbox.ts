import { randomBytes } from "node:crypto";
import { asc, eq, isNull, sql } from "drizzle-orm";
import type { Store } from "./database.ts";
import { inbox, settings } from "./schema.ts";

const DONE_DELAY_MS = 200;

/** Every inbound act, written before the platform hears that we have it. */
export function openInbox({ db, sqlite }: Store, now: () => number) {
  // Somebody waits for it, so it is run without drizzle's mapping.
  const insert = sqlite.prepare("INSERT INTO inbox (id, body, received_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");
  const finish = db
    .update(inbox)
    .set({ doneAt: sql`${sql.placeholder("at")}` })
    .where(eq(inbox.id, sql.placeholder("id")))
    .prepare();
  const finished: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const at = now();
    const ids = finished.splice(0);
    if (ids.length > 0) sqlite.transaction(() => ids.forEach((id) => void finish.run({ id, at })))();
  };
  return {
    async seen(id: string, body: unknown): Promise<"new" | "repeated"> {
      return insert.run(id, JSON.stringify(body) ?? "null", now()).changes === 1 ? "new" : "repeated";
    },
    /** Written with others, a moment later: after a crash the act comes again, and the journal knows it. */
    async done(id: string): Promise<void> {
      // What ends after the store was closed is done again at the next start, and found to be known.
      if (closed) return;
      finished.push(id);
      timer ??= setTimeout(flush, DONE_DELAY_MS).unref();
    },
    /** Writes what is waiting. Before the store is closed. */
    close(): void {
      closed = true;
      flush();
    },
    /** Acts that were taken in and not finished: a crash lay between. Oldest first. */
    unfinished(): { id: string; body: unknown; receivedAt: Date }[] {
      const rows = db.select().from(inbox).where(isNull(inbox.doneAt)).orderBy(asc(inbox.receivedAt)).all();
      return rows.map(({ id, body, receivedAt }) => ({ id, body: JSON.parse(body), receivedAt: new Date(receivedAt) }));
    },
  };
}

/** Facts about this installation, kept beside the timeline. */
export function openSettings({ db }: Store) {
  const get = (key: string) => db.select().from(settings).where(eq(settings.key, key)).get()?.value;
  const set = (key: string, value: string) => {
    db.insert(settings).values({ key, value }).onConflictDoUpdate({ target: settings.key, set: { value } }).run();
  };
  return {
    get,
    set,
    /** 32 random bytes, made at the first start: page links are signed with it. */
    secret(): Buffer {
      const known = get("link_secret");
      if (known !== undefined) return Buffer.from(known, "hex");
      const fresh = randomBytes(32);
      set("link_secret", fresh.toString("hex"));
      return fresh;
    },
  };
}
