import type { Looked, StepCheck } from "./chain-port.ts";
import type { Effect } from "./effects.ts";
import { RetryableError } from "./errors.ts";
import { findRun, type Incident } from "./incident.ts";
import { ANY_INTERVENTION } from "./playbook-file.ts";
import { goOn, refreshRun } from "./playbook-go-on.ts";
import { currentStep, type Run, type RunEvent, type StepState } from "./playbook-state.ts";
import { findStep, mustBeCurrent, type StepRef } from "./playbook-step.ts";
import type { App, Cause } from "./ports.ts";
import { getIncident, nothing, recordIncident } from "./record-incident.ts";

const BOT: Cause = { by: "allstop" };
/** Soon at first, when people wait for it; then no oftener than anybody reads. */
const LOOK_AGAIN_MS = { min: 5_000, max: 60_000 };
/** What changes to and fro is said once in so long: the timeline is for people. */
const SAY_AGAIN_MS = 60_000;

/**
 * The looks that are owed after a decision: one for each step with a check that became the current one. Pure, and
 * derived like the timers, so that none is forgotten.
 */
export function checksOwed(before: Incident | undefined, after: Incident): Effect[] {
  const known = new Set(before === undefined ? [] : checksOf(before).map(({ key }) => key));
  return checksOf(after)
    .filter(({ key }) => !known.has(key))
    .map(({ run, step }) => ({ kind: "check_step", incident: after.id, run, step }));
}

function checksOf(incident: Incident) {
  if (incident.status === "closed") return [];
  return incident.runs.flatMap((run) => {
    const { check, id } = currentStep(run)?.step ?? {};
    if (check === undefined || id === undefined) return [];
    return [{ key: `${run.id}/${id}/${run.currentSince}`, run: run.id, step: id }];
  });
}

/** Looks a step's check up on the chain. Throws `RetryableError` as long as it does not hold and is the current one. */
export async function lookAtStep(app: App, at: Extract<Effect, { kind: "check_step" }>): Promise<void> {
  const incident = await getIncident(app, at.incident);
  const run = findRun(incident, at.run);
  const step = currentStep(run);
  if (incident.status === "closed" || step?.step.id !== at.step) return;
  const seen = await look(app, incident, step);
  if (seen === undefined) return;
  const now = app.clock.now().getTime();
  await record(app, BOT, at, run, seen, now);
  if (seen.holds) return;
  const elapsed = Math.max(0, now - Date.parse(run.currentSince));
  const retryAfterMs = Math.round(Math.min(LOOK_AGAIN_MS.max, Math.max(LOOK_AGAIN_MS.min, elapsed / 10)));
  throw new RetryableError(`${at.run} ${at.step}: ${seen.means}`, { retryAfterMs, expected: true });
}

/** A person asks to look now. Returns what was seen. Throws `UserError` where the step is not one to look at now. */
export async function lookNow(app: App, cause: Cause, at: StepRef): Promise<Looked> {
  const found = findStep(await getIncident(app, at.incident), at);
  mustBeCurrent(found.run, found.step);
  const seen = (await look(app, found.incident, found.step)) ?? NOTHING_TO_SEE;
  await record(app, cause, at, found.run, seen, Number.POSITIVE_INFINITY);
  return seen;
}

const NOTHING_TO_SEE: Looked = {
  holds: false,
  means: "This step has nothing to look up: press Complete once it is done.",
  detail: "",
};

/** What was seen is said once for each meaning, and only if the step is still where it was looked for. */
async function record(app: App, cause: Cause, at: StepRef, was: Run, seen: Looked, now: number): Promise<void> {
  await recordIncident(app, cause, at.incident, (incident) => {
    const run = findRun(incident, at.run);
    const step = currentStep(run);
    if (incident.status === "closed" || step?.step.id !== at.step || step.step.check === undefined) return nothing;
    // It was done, and reopened meanwhile: that calls for a look of its own.
    if (run.currentSince !== was.currentSince) return nothing;
    const effects = refreshRun(at.incident, at.run);
    if (seen.holds) {
      const held: RunEvent = { kind: "playbook.step_checked", run: run.id, step: at.step, detail: seen.detail };
      return { events: goOn(incident, run, [held]), effects };
    }
    const { looked } = step;
    const isNews = looked === undefined || looked.detail !== seen.means;
    if (!isNews || (looked !== undefined && now - Date.parse(looked.at) < SAY_AGAIN_MS)) return nothing;
    return {
      events: [{ kind: "playbook.step_looked", run: run.id, step: at.step, detail: seen.means }],
      effects,
    };
  });
}

/** What the chains say of a step's check now. Undefined where it has none. */
async function look(app: App, incident: Incident, { step: { check } }: StepState): Promise<Looked | undefined> {
  if (check === undefined) return undefined;
  if (check.paused === ANY_INTERVENTION) return lookAtAll(app, incident, (paused) => ({ paused }));
  if (check.notPaused === ANY_INTERVENTION) return lookAtAll(app, incident, (notPaused) => ({ notPaused }));
  const unproven = check.paused === undefined ? undefined : beingProven(incident, check.paused);
  if (unproven !== undefined) return notYet(`${unproven} is under way, and not proven yet.`);
  const wanted = checkOf(check);
  return wanted === undefined ? notYet("The step does not say what to look up.") : app.chain.lookUpCheck(wanted);
}

function checkOf({ paused, notPaused, owners, named }: NonNullable<StepState["step"]["check"]>): StepCheck | undefined {
  if (paused !== undefined) return { paused };
  if (notPaused !== undefined) return { notPaused };
  if (owners !== undefined) return { owners };
  return named === undefined ? undefined : { named };
}

/** Whatever this incident paused has to be so, all of it. A pause that nobody has proven is none. */
async function lookAtAll(app: App, incident: Incident, wanted: (intervention: string) => StepCheck): Promise<Looked> {
  const proven = incident.pauses.filter(({ facts, verified }) => verified !== undefined && facts.act === undefined);
  if (proven.length === 0)
    return notYet("Nothing is proven to be paused in this incident, so there is nothing to look at.");
  const keys = [...new Set(proven.map(({ facts }) => facts.intervention))];
  const seen = await Promise.all(keys.map((key) => app.chain.lookUpCheck(wanted(key))));
  const failing = seen.filter(({ holds }) => !holds);
  const said = failing.length > 0 ? failing : seen;
  return {
    holds: failing.length === 0,
    means: said.map(({ means }) => means).join(" "),
    detail: said.map(({ detail }) => detail).join(" "),
  };
}

/** What has been sent has a stronger proof coming than what one flag says. */
function beingProven({ pauses }: Incident, intervention: string): string | undefined {
  return pauses.find(
    ({ facts, requested, verified, failed, withdrawn }) =>
      facts.intervention === intervention && requested && !verified && !failed && !withdrawn,
  )?.id;
}

function notYet(means: string): Looked {
  return { holds: false, means, detail: means };
}
