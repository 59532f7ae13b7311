import { type Due, dueIn } from "../../core/due.ts";
import { sayMs } from "../../core/duration.ts";
import type { Incident } from "../../core/incident.ts";
import type { ResponsePlan } from "../../core/plan.ts";
import type { Block, Span } from "../view.ts";

/** Things that one line names: the rest is on the reminders and the playbooks' own cards. */
const NAMED_MAX = 3;

/**
 * What is overdue, and what is due next: `Next update due 21 Nov 03:40`. How long that is from now is said only with
 * `now`, where what is shown is made for the moment: on a card that stands, it would be wrong a minute later. Roles that
 * are missing stand on the card by themselves.
 */
export function dueLine(incident: Incident, plan: Pick<ResponsePlan, "severities">, now?: Date): Span[] | undefined {
  const all = dueIn(incident, plan).filter(({ duty }) => duty.kind !== "roles");
  const overdue = all.filter((due) => due.overdue);
  const next = all.find((due) => !due.overdue);
  const named = [...overdue, ...(next === undefined ? [] : [next])].slice(0, NAMED_MAX);
  if (named.length === 0) return undefined;
  return named.flatMap((due, index) => [...(index === 0 ? [] : [" · "]), ...sayDue(due, now)]);
}

function sayDue(due: Due, now: Date | undefined): Span[] {
  const { at, overdue } = due;
  const what = nameOf(due);
  const leftMs = now === undefined ? undefined : Date.parse(at) - now.getTime();
  if (overdue) {
    const late = leftMs === undefined || leftMs > 0 ? [] : [`, ${sayMs(-leftMs)} late`];
    return [{ bold: `${what} OVERDUE` }, ", was due ", { time: at }, ...late];
  }
  const left = leftMs === undefined ? [] : leftMs > 0 ? [` (in ${sayMs(leftMs)})`] : [" (now)"];
  return [`${what} due `, { time: at }, ...left];
}

/** A step by its number: what it says stands beside this line already. */
function nameOf({ what, duty }: Due): string {
  if (duty.kind !== "step") return what;
  return `${duty.run.id} step ${duty.run.steps.indexOf(duty.step) + 1}`;
}

/** The same as a block of the pinned card, where anything is due. */
export function dueBlocks(plan: Pick<ResponsePlan, "severities">, incident: Incident): Block[] {
  const text = dueLine(incident, plan);
  return text === undefined ? [] : [{ kind: "text", text }];
}
