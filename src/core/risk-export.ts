import { z } from "zod";
import { EventInFile, HeadInFile } from "./chain-file.ts";
import { sayFact } from "./facts.ts";
import { md, quote, table, utc } from "./markdown.ts";
import type { LoadedPlan } from "./plan.ts";
import { personOf } from "./plan.ts";
import type { App } from "./ports.ts";
import { byWeight, noRisks } from "./risk.ts";
import { foldRisks, type Risk, type RiskRegister } from "./risk-state.ts";
import type { StoredEvent } from "./timeline.ts";

/** The register as a file. Whoever holds it can check its chain without us: `allstop verify FILE`. */
export const RiskFile = z.strictObject({
  format: z.literal("allstop-risks/1"),
  exportedAt: z.iso.datetime(),
  head: HeadInFile,
  /** Names as they were known at export. They identify nobody; the refs do. */
  names: z.record(z.string(), z.string()),
  events: z.array(EventInFile),
  /** The register as these events tell it, for whoever does not fold them. */
  risks: z.array(z.record(z.string(), z.unknown())),
});
export type RiskFile = z.output<typeof RiskFile>;

export interface ExportedRisks {
  markdown: { name: string; content: string };
  json: { name: string; content: string };
}

/** Prints the register: Markdown for people, JSON for machines. Throws `UserError` `no_risks` while there are none. */
export async function exportRisks(
  app: Pick<App, "journal" | "clock"> & { plan: () => LoadedPlan | undefined },
): Promise<ExportedRisks> {
  const events = await app.journal.events("risk-register");
  const register = events.reduce<RiskRegister | undefined>(foldRisks, undefined);
  if (register === undefined) throw noRisks();
  const exportedAt = app.clock.now().toISOString();
  const names = nameAll(app.plan(), events);
  const risks = register.risks.toSorted(byWeight);
  const { seq, hash } = register.head;
  const file: RiskFile = {
    format: "allstop-risks/1",
    exportedAt,
    head: { seq, hash },
    names,
    events,
    risks: risks.map((risk) => ({ ...risk })),
  };
  return {
    markdown: { name: "risks.md", content: printRisks({ risks, events, names, exportedAt, head: file.head }) },
    json: { name: "risks.json", content: `${JSON.stringify(file, null, 1)}\n` },
  };
}

/** People by the plan, else as they were called when they said it; owners by their keys. */
function nameAll(plan: LoadedPlan | undefined, events: StoredEvent[]): Record<string, string> {
  const names = new Map<string, string>();
  for (const { by, byName } of events) {
    const name = (plan && personOf(plan, by)?.person.name) ?? byName;
    if (name !== undefined) names.set(by, name);
  }
  for (const { event } of events) {
    const owner = event.kind === "risk.added" ? event.owner : event.kind === "risk.updated" && event.changes.owner;
    const person = owner && plan !== undefined && Object.hasOwn(plan.people, owner) ? plan.people[owner] : undefined;
    if (owner && person !== undefined) names.set(owner, person.name);
  }
  return Object.fromEntries([...names].sort(([a], [b]) => (a < b ? -1 : 1)));
}

interface Printed {
  risks: Risk[];
  events: StoredEvent[];
  names: Record<string, string>;
  exportedAt: string;
  head: RiskFile["head"];
}

function printRisks(printed: Printed): string {
  const { risks, exportedAt, head } = printed;
  const open = risks.filter(({ status }) => status === "open").length;
  return `${[
    "# Risk register",
    `${risks.length === 1 ? "1 risk" : `${risks.length} risks`}, ${open} of them open, as of ${utc(exportedAt)} UTC. What weighs most comes first.`,
    overview(printed),
    ...risks.map((risk) => section(risk, printed)),
    "## History",
    history(printed),
    `---\nHead of the hash chain: event ${head.seq}, \`${head.hash}\`. Check the JSON export with \`allstop verify\`.`,
  ].join("\n\n")}\n`;
}

function overview({ risks, names }: Printed): string {
  return table(
    ["Risk", "What can go wrong", "Likelihood", "Impact", "Status", "Owner", "Incidents"],
    risks.map((risk) => [
      risk.id,
      md(risk.title),
      risk.likelihood,
      risk.impact,
      risk.status,
      md(ownerOf(risk, names)),
      risk.incidents.join(", ") || "–",
    ]),
  );
}

function section(risk: Risk, { names }: Printed): string {
  const { id, title, mitigation, note, seed, addedAt, changedAt } = risk;
  const from = seed === undefined ? "" : `, from the response plan (\`${seed}\`)`;
  return [
    `## ${id}: ${md(title)}`,
    `Added ${utc(addedAt)}${from}; last changed ${utc(changedAt)} UTC.`,
    mitigation === undefined ? "Nothing is done about it so far." : quote(mitigation),
    ...(note === undefined
      ? []
      : [`Last note, ${utc(note.at)}, ${md(names[note.by] ?? note.byName ?? note.by)}:`, quote(note.text)]),
  ].join("\n\n");
}

function history({ events, names }: Printed): string {
  return table(
    ["#", "When (UTC)", "What"],
    events.map((stored) => [String(stored.seq), utc(stored.at), md(sayFact(stored, names))]),
  );
}

function ownerOf({ owner }: Risk, names: Record<string, string>): string {
  if (owner === undefined) return "nobody";
  return (Object.hasOwn(names, owner) ? names[owner] : undefined) ?? owner;
}
