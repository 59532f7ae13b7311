import { z } from "zod";
import { EventInFile, HeadInFile } from "./chain-file.ts";
import { platformOf, type UserRef } from "./ids.ts";
import { type Incident, noSuchIncident } from "./incident.ts";
import { foldIncident } from "./incident-fold.ts";
import { type LoadedPlan, personOf } from "./plan.ts";
import type { App } from "./ports.ts";
import { postmortem } from "./postmortem.ts";
import { streamOf } from "./record-incident.ts";
import { type StoredEvent, TimelineEvent } from "./timeline.ts";

/**
 * The machine-readable timeline. Whoever holds it can check it without us: `allstop verify FILE`. Strict, since what no
 * hash covers must not stand in it as if it were the timeline's.
 */
export const TimelineFile = z.strictObject({
  format: z.literal("allstop-timeline/1"),
  incident: z.string(),
  exportedAt: z.iso.datetime(),
  head: HeadInFile,
  /** Names as they were known at export. They identify nobody; the refs do. */
  names: z.record(z.string(), z.string()),
  events: z.array(EventInFile),
  /** Proofs of who speaks for which owner: each is checked by its own signature. */
  links: z.array(TimelineEvent),
});
export type TimelineFile = z.output<typeof TimelineFile>;

export interface ExportedIncident {
  events: number;
  head: string;
  markdown: { name: string; content: string };
  json: { name: string; content: string };
}

/** Prints an incident: Markdown for people, JSON for machines. `describe` names people whom the plan does not know. */
export async function exportIncident(
  app: Pick<App, "journal" | "clock"> & { plan: () => LoadedPlan | undefined },
  id: string,
  describe: (user: UserRef) => Promise<string>,
): Promise<ExportedIncident> {
  const events = await app.journal.events(streamOf(id));
  const last = events.at(-1);
  const incident = events.reduce<Incident | undefined>(foldIncident, undefined);
  if (incident === undefined || last === undefined) throw noSuchIncident(id);
  const names = await nameAll(app.plan(), events, describe);
  const file: TimelineFile = {
    format: "allstop-timeline/1",
    incident: id,
    exportedAt: app.clock.now().toISOString(),
    head: { seq: last.seq, hash: last.hash },
    names,
    events,
    links: (await app.journal.events("roster")).map(({ event }) => event),
  };
  return {
    events: events.length,
    head: last.hash,
    markdown: { name: `${id}-postmortem.md`, content: postmortem({ incident, events, names }) },
    json: { name: `${id}-timeline.json`, content: `${JSON.stringify(file, null, 1)}\n` },
  };
}

async function nameAll(
  plan: LoadedPlan | undefined,
  events: StoredEvent[],
  describe: (user: UserRef) => Promise<string>,
): Promise<Record<string, string>> {
  const names = new Map<string, string>();
  const refs = new Set<string>();
  for (const { by, byName, event } of events) {
    if (byName !== undefined) names.set(by, byName);
    for (const ref of [by, ...refsIn(event)]) if (platformOf(ref) !== "" && !ref.startsWith("chain:")) refs.add(ref);
  }
  for (const ref of refs) {
    const planned = plan && personOf(plan, ref)?.person.name;
    if (planned !== undefined) names.set(ref, planned);
    // A name that nobody knows any more is left out: the ref still stands in the export.
    else if (!names.has(ref)) names.set(ref, await describe(ref).catch(() => ref));
  }
  return Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function refsIn(event: TimelineEvent): string[] {
  if (event.kind === "room.invited" || event.kind === "reminder.sent") return event.users;
  if (event.kind === "message.captured") return event.author === undefined ? [] : [event.author];
  return "user" in event ? [event.user] : [];
}
