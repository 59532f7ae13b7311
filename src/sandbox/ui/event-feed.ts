/**
 * Everything that the workspace pushes to its people, numbered, and kept for a while. A page that was away (a hidden
 * tab, a dropped connection, another person being acted) asks for what it missed; that is how one browser page can be
 * eight people without losing the messages that only one of them may see.
 */
import type { ClientEvent, WorkspaceClient } from "../slack/client-api.ts";

/** Enough for a whole incident. Older events are dropped: channel messages are fetched afresh at every connection. */
const EVENTS_PER_PERSON_MAX = 500;

export interface FeedEntry {
  seq: number;
  as: string;
  event: ClientEvent;
}

export interface EventFeed {
  /** Number of the newest event; 0 before the first. */
  seq(): number;
  /** Events for one person that are newer than `after`, oldest first. */
  since(as: string, after: number): FeedEntry[];
  /** Every event for anyone, as it happens. Returns the function that ends it. */
  listen(listener: (entry: FeedEntry) => void): () => void;
  close(): void;
}

export function startEventFeed(workspace: WorkspaceClient, people: string[]): EventFeed {
  const kept = new Map<string, FeedEntry[]>(people.map((id) => [id, []]));
  const listeners = new Set<(entry: FeedEntry) => void>();
  let seq = 0;

  const unsubscribes = people.map((as) =>
    workspace.subscribe(as, (event) => {
      seq += 1;
      const entry = { seq, as, event };
      const entries = kept.get(as)!;
      entries.push(entry);
      if (entries.length > EVENTS_PER_PERSON_MAX) entries.shift();
      for (const listener of listeners) listener(entry);
    }),
  );

  return {
    seq: () => seq,
    // A number from before a restart of the sandbox is ahead of ours: that page starts over.
    since: (as, after) => (after > seq ? [] : (kept.get(as) ?? []).filter((entry) => entry.seq > after)),
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const unsubscribe of unsubscribes) unsubscribe();
      listeners.clear();
    },
  };
}
