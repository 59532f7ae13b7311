import { msOf } from "./duration.ts";
import type { UserRef } from "./ids.ts";
import { type Incident, isOver } from "./incident.ts";
import { onCallAt } from "./on-call.ts";
import { pagedFor } from "./page.ts";
import { aliasesOf, type LoadedPlan, type ResponsePlan } from "./plan.ts";
import { currentStep, type Run, type StepState } from "./playbook-state.ts";
import type { Reminder } from "./reminder-state.ts";
import { missingRoles } from "./roles.ts";
import type { Role } from "./severity.ts";
import { ruleFor } from "./severity-rule.ts";

/**
 * What is asked of people by a time, as the timeline and the plan call for it. Its `id` is also the name of the reminder
 * that says it once the time has run out.
 */
export type Duty = {
  id: string;
  /** From when the time counts. Another time is another duty, of which nothing was said yet. */
  since: string;
  afterMs: number;
} & (
  | { kind: "update"; everyMs: number }
  | { kind: "roles"; roles: Role[] }
  /** `afterwards`: of the checklist that is walked once it is resolved. It keeps nobody awake. */
  | { kind: "step"; run: Run; step: StepState; holder: UserRef | undefined; afterwards: boolean }
);

const MINUTE_MS = 60_000;
const ROLES_AFTER_MS = 5 * MINUTE_MS;
const ROLES_AGAIN_MS = 15 * MINUTE_MS;
/** Nobody is told that a step is overdue in the moment in which it becomes the one to do. */
const STEP_GRACE_MS = 2 * MINUTE_MS;
const STEP_SECOND_MS = 5 * MINUTE_MS;
const STEP_AGAIN_MS = 30 * MINUTE_MS;
const STEP_AGAIN_MS_MAX = 4 * 60 * MINUTE_MS;
const AFTERWARDS_AGAIN_MS = 24 * 60 * MINUTE_MS;
const UPDATE_SECOND_MS_MIN = 5 * MINUTE_MS;

type Asking = Pick<ResponsePlan, "severities" | "closing">;

/** All that is due, now or later. Once it is resolved only the checklist before closing is asked for. */
export function dutiesOf(incident: Incident, plan: Asking): Duty[] {
  if (incident.status === "closed") return [];
  if (isOver(incident)) {
    return incident.runs.filter(({ playbook }) => playbook === plan.closing).flatMap(stepDuty(incident));
  }
  return [...updateDuty(incident, plan), ...rolesDuty(incident, plan), ...incident.runs.flatMap(stepDuty(incident))];
}

export function findDuty(incident: Incident, plan: Asking, id: string): Duty | undefined {
  return dutiesOf(incident, plan).find((duty) => duty.id === id);
}

/** The reminder that has said it already. One of an earlier time is about something that is behind us. */
export function reminderOf(incident: Incident, duty: Duty): Reminder | undefined {
  return incident.reminders.find(({ id, since }) => id === duty.id && since === duty.since);
}

export function dueAt({ since, afterMs }: Pick<Duty, "since" | "afterMs">): string {
  return new Date(Date.parse(since) + afterMs).toISOString();
}

function updateDuty(incident: Incident, plan: Pick<ResponsePlan, "severities">): Duty[] {
  const { updateEvery } = ruleFor(plan, incident.severity);
  if (updateEvery === undefined) return [];
  const everyMs = msOf(updateEvery);
  return [{ kind: "update", id: "update", since: incident.updateSince, afterMs: everyMs, everyMs }];
}

function rolesDuty(incident: Incident, plan: Pick<ResponsePlan, "severities">): Duty[] {
  const roles = missingRoles(incident, plan);
  if (roles.length === 0) return [];
  return [{ kind: "roles", id: "roles", since: incident.rolesSince, afterMs: ROLES_AFTER_MS, roles }];
}

function stepDuty(incident: Incident): (run: Run) => Duty[] {
  return (run) => {
    const step = currentStep(run);
    // A step that waits for time to pass asks nothing of anybody.
    if (step?.step.due === undefined || step.step.wait !== undefined) return [];
    const since = run.askedSince;
    const began = Date.parse(since);
    const due = Math.max(Date.parse(run.startedAt) + msOf(step.step.due), began + STEP_GRACE_MS);
    const holder = step.assignee ?? (step.step.role && incident.roles[step.step.role]);
    const id = `step/${run.id}/${step.step.id}`;
    return [
      {
        kind: "step",
        id,
        since,
        afterMs: due - began,
        run,
        step,
        holder,
        afterwards: isOver(incident),
      },
    ];
  };
}

/** How long after it was said for the `stage`th time it is said again. */
export function againAfterMs(duty: Duty, stage: number): number {
  switch (duty.kind) {
    case "update":
      return Math.max(UPDATE_SECOND_MS_MIN, stage === 1 ? Math.round(duty.everyMs / 3) : duty.everyMs);
    case "roles":
      return ROLES_AGAIN_MS;
    case "step":
      if (duty.afterwards) return AFTERWARDS_AGAIN_MS;
      // Each time twice as long: nobody reads the fifth reminder sooner than the fourth.
      return stage === 1 ? STEP_SECOND_MS : Math.min(STEP_AGAIN_MS * 2 ** Math.min(stage - 2, 8), STEP_AGAIN_MS_MAX);
    default:
      return duty satisfies never;
  }
}

/** Roles that nobody wants are asked for aloud twice; from then on the message alone is brought up to date. */
export function rings({ kind }: Duty, stage: number): boolean {
  return kind !== "roles" || stage <= 2;
}

/**
 * Who hears it, with all their accounts: its holder first, the commander and the deputy as well from the second time on.
 * While nobody leads, those on call.
 */
export function whoHears(
  duty: Duty,
  { stage, incident, plan, now }: { stage: number; incident: Incident; plan: LoadedPlan; now: Date },
): UserRef[] {
  const leading = pagedFor(incident, plan, now);
  if (duty.kind === "roles") return leading;
  const holder = holderOf(duty, incident);
  const first = holder === undefined ? onCallAt(plan, now) : aliasesOf(plan, holder);
  return [...new Set(stage === 1 ? first : [...first, ...leading])];
}

/** Whose it is: who took it on, else whoever has the role for it, else the commander. Roles that nobody holds are nobody's. */
export function holderOf(duty: Duty, incident: Incident): UserRef | undefined {
  const commander = incident.roles["incident commander"];
  switch (duty.kind) {
    case "update":
      return reminderOf(incident, duty)?.taken?.user ?? incident.roles["communications lead"] ?? commander;
    case "step":
      return duty.holder ?? commander;
    case "roles":
      return undefined;
    default:
      return duty satisfies never;
  }
}
