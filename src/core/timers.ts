import type { Effect } from "./effects.ts";
import type { IncidentId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { pageTimers } from "./paging.ts";
import type { LoadedPlan } from "./plan.ts";
import { checksOwed } from "./playbook-check.ts";
import { runTimers } from "./playbook-timers.ts";
import type { App, Decision } from "./ports.ts";
import { nothing, recordIncident } from "./record-incident.ts";
import { reminderTimers } from "./reminders.ts";

/**
 * What is to happen by itself unless people are first. Which timers an incident has is a pure function of its timeline
 * and the plan, so none can be forgotten or left over; each is also a row of the outbox, written with the fact that
 * calls for it, so a crash loses none. What a timer does is a fact, after which the timeline no longer calls for it: it
 * can't happen twice.
 */
export interface Timer {
  /** What it is about: `page/1/2`, `remind/update`, `wait/R-0001/cool-down`. */
  id: string;
  /** ISO 8601: from when the time counts. */
  since: string;
  afterMs: number;
}

/** When its time is up, in ms. */
export function endOf({ since, afterMs }: Pick<Timer, "since" | "afterMs">): number {
  return Date.parse(since) + afterMs;
}

/** One kind of timer. `fire` is asked only for one of its `timersOf`, and is pure. */
export interface TimerKind {
  /** What its ids begin with, before the first slash. */
  name: "page" | "remind" | "wait";
  timersOf(incident: Incident, plan: LoadedPlan): Timer[];
  fire(incident: Incident, plan: LoadedPlan, timer: Timer, now: Date): Decision;
}

/** A function, since these modules import each other: at load they may not all be there yet. */
const kinds = (): readonly TimerKind[] => [pageTimers, reminderTimers, runTimers];

/** Once it is closed nothing goes on. Once it is resolved playbooks are still walked: each kind says for itself what counts. */
export function timersOf(incident: Incident, plan: LoadedPlan): Timer[] {
  if (incident.status === "closed") return [];
  return kinds().flatMap((kind) => kind.timersOf(incident, plan));
}

/**
 * The rows that are owed after a decision: the timers and the looks at a chain that it brought about. Those that it
 * ended fire, and find nothing to do.
 */
export function timersOwed(before: Incident | undefined, after: Incident, plan: LoadedPlan): Effect[] {
  const known = new Set(before === undefined ? [] : timersOf(before, plan).map(keyOfTimer));
  const timers = timersOf(after, plan)
    .filter((timer) => !known.has(keyOfTimer(timer)))
    .map((timer): Effect => ({ kind: "timer", incident: after.id, ...timer }));
  return [...timers, ...checksOwed(before, after)];
}

function keyOfTimer({ id, since, afterMs }: Timer): string {
  return `${id} ${since} ${afterMs}`;
}

/**
 * A timer's row is due: does what it is for, if the timeline still calls for it. The row has counted the time, which the
 * machine's clock may not have; a time that is another by now, as after a change of the plan, has a row of its own.
 */
export async function fireTimer(app: App, { incident, ...row }: { incident: IncidentId } & Timer): Promise<void> {
  await recordIncident(app, { by: "allstop" }, incident, (state) => {
    const plan = app.plan();
    const timer = timersOf(state, plan).find(({ id }) => id === row.id);
    const kind = kinds().find(({ name }) => row.id.startsWith(`${name}/`));
    if (timer === undefined || kind === undefined) return nothing;
    if (keyOfTimer(timer) !== keyOfTimer(row)) return { events: [], effects: [{ kind: "timer", incident, ...timer }] };
    return kind.fire(state, plan, timer, app.clock.now());
  });
}

/** Owes every timer anew: after a start, and when the plan has changed. One that is owed already stays one. */
export async function oweTimers(app: App): Promise<void> {
  for (const incident of await app.journal.incidents()) {
    if (incident.status === "closed") continue;
    await recordIncident(app, { by: "allstop" }, incident.id, (state) => ({
      events: [],
      effects: timersOwed(undefined, state, app.plan()),
    }));
  }
}
