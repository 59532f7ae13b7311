import { duration, md, table, utc } from "./markdown.ts";
import type { Page } from "./paging-state.ts";
import type { StepState } from "./playbook-state.ts";
import type { Printed } from "./postmortem.ts";
import type { By } from "./timeline.ts";

/** What the postmortem tells of the people: who led when, who was called and came, who outside was told, what it taught. */

/** Who held each role, from when until when. */
export function rolesOverTime({ events, names }: Printed): string {
  const held = events.flatMap(({ event, at }) => (event.kind === "role.assigned" ? [{ ...event, at }] : []));
  if (held.length === 0) return "Nobody took a role.";
  const rows = held.map(({ role, user, at }, index) => {
    const until = held.slice(index + 1).find((later) => later.role === role)?.at;
    return [role, md(names[user] ?? user), utc(at), until === undefined ? "–" : utc(until)];
  });
  const sorted = rows.toSorted(([a = ""], [b = ""]) => (a === b ? 0 : a < b ? -1 : 1));
  return table(["Role", "Who", "From (UTC)", "Until (UTC)"], sorted);
}

/** Who was called, level by level, and how long it took until somebody was on it. */
export function pagesAndAnswers(printed: Printed): string {
  const { pages } = printed.incident;
  if (pages.length === 0) return "Nobody was paged.";
  const rows = pages.flatMap((page) =>
    page.levels.map(({ level, at, people }) => [
      String(page.page),
      String(level),
      utc(at),
      md(people.map(({ name }) => name).join(", ") || "nobody"),
      page.levels.at(-1)?.level === level ? md(outcomeOf(page, printed)) : "no answer in time",
    ]),
  );
  return `${firstAnswer(printed)}\n\n${table(["Page", "Level", "Paged (UTC)", "Who", "Answer"], rows)}`;
}

function firstAnswer({ incident, names }: Printed): string {
  const answers = incident.pages.flatMap(({ answered }) => answered ?? []);
  const [first] = answers.toSorted((a, b) => (a.at < b.at ? -1 : 1));
  if (first === undefined) return "Nobody answered.";
  const name = nameOf(first.by, first.byName, names);
  return `${md(name)} was on it ${duration(incident.declaredAt, first.at)} after declaring.`;
}

function outcomeOf({ answered, unanswered, ended, levels }: Page, { names }: Printed): string {
  const from = levels[0]?.at;
  if (answered !== undefined && from !== undefined) {
    return `${nameOf(answered.by, answered.byName, names)}, ${duration(from, answered.at)} after the page began`;
  }
  if (unanswered !== undefined) return "nobody, at any level";
  return ended === undefined ? "none yet" : "none before it was over";
}

/** Who outside was told, by what way, and in which words. */
export function whoWasTold({ incident, names }: Printed): string {
  if (incident.notified.length === 0) return "Nobody outside was told from here.";
  return table(
    ["When (UTC)", "Whom", "By", "Told by", "Words"],
    incident.notified.map(({ at, name, via, by, byName, text }) => [
      utc(at),
      md(name),
      md(via),
      md(nameOf(by, byName, names)),
      md(text),
    ]),
  );
}

/** What stands in the risk register because of it. */
export function risksTaught({ incident: { risks, closed } }: Printed): string {
  const lines = risks.map(({ risk, title, isNew }) => `- ${risk} ${md(title)} (${isNew ? "new" : "known before"})`);
  const none = closed?.noNewRisk === undefined ? [] : [`No new risk: ${md(closed.noNewRisk)}`];
  const said = [lines.join("\n"), ...none].filter((part) => part !== "");
  if (said.length > 0) return said.join("\n\n");
  return closed === undefined ? "Nobody has said yet which risks it taught." : "None was named.";
}

/** What was said at a step: the answer, the words, who agreed, what was handed in. */
export function remarkOf({ answer, remark, agreed, evidence }: StepState, names: Record<string, string>): string {
  return [
    ...(answer === undefined ? [] : [`"${answer}"`]),
    ...(remark === undefined ? [] : [remark]),
    ...(agreed.length === 0 ? [] : [`agreed: ${agreed.map(({ by, byName }) => nameOf(by, byName, names)).join(", ")}`]),
    ...evidence.map(({ kind, value }) => `${kind}: ${value}`),
  ].join("; ");
}

function nameOf(by: By, byName: string | undefined, names: Record<string, string>): string {
  return names[by] ?? byName ?? by;
}
