import { UserError } from "./errors.ts";
import { formatId, type IncidentId, RunId, type UserRef } from "./ids.ts";
import { findRun, type Incident } from "./incident.ts";
import { aliasesOf } from "./plan.ts";
import { guessEvidence, missingEvidence, mustBeEvidence, wantedEvidence } from "./playbook-evidence.ts";
import type { EvidenceKind, Playbook } from "./playbook-file.ts";
import { missingAt, sayMissing } from "./playbook-gate.ts";
import { goOn, refreshRun } from "./playbook-go-on.ts";
import { beginRun, currentStep, ledPastBy, type Run, type StepState } from "./playbook-state.ts";
import { type AtStep, mustBeCurrent, onStep, type StepRef } from "./playbook-step.ts";
import type { App, Cause } from "./ports.ts";
import { getIncident, nothing, notWhileClosed, recordIncident, streamOf } from "./record-incident.ts";
import type { EventOf } from "./timeline.ts";

export { refreshRun, stepsThatHold } from "./playbook-go-on.ts";
export { agreeAtStep, answerStep } from "./playbook-say.ts";

/** Starts walking a playbook, pinned to its text of now. One that is already being walked is not started twice. */
export async function startPlaybook(
  app: App,
  cause: Cause,
  { incident, playbook: key }: { incident: IncidentId; playbook: string },
): Promise<Run> {
  const playbook = findPlaybook(app, key);
  const before = await getIncident(app, incident);
  const running = underWay(before, key);
  if (running !== undefined) return running;
  const id = formatId("R", await app.journal.nextNumber("R"));
  const { key: _, hash, ...text } = playbook;
  const after = await recordIncident(app, cause, incident, (state) => {
    // What is to be done after an incident is walked once it is resolved.
    if (state.status === "closed") throw notWhileClosed(incident);
    if (underWay(state, key) !== undefined) return nothing;
    const started: EventOf<"playbook.started"> = { kind: "playbook.started", run: id, playbook: key, hash, text };
    const run = beginRun({ by: cause.by, at: app.clock.now().toISOString() }, started);
    return { events: [started, ...goOn(state, run, [])], effects: refreshRun(incident, id) };
  });
  return after.runs.find((run) => run.id === id) ?? underWay(after, key) ?? findRun(after, id);
}

function underWay(incident: Incident, key: string): Run | undefined {
  return incident.runs.find((run) => run.playbook === key && currentStep(run) !== undefined);
}

export function findPlaybook(app: Pick<App, "playbooks">, key: string): Playbook {
  const found = app.playbooks().find((playbook) => playbook.key === key);
  if (found !== undefined) return found;
  const keys = app.playbooks().map((playbook) => playbook.key);
  throw new UserError(
    "unknown_playbook",
    `There is no playbook "${key}".`,
    `There are: ${keys.join(", ")}. Run \`/playbook list\` to read what each is for.`,
    { playbook: key },
  );
}

/**
 * Completes the current step with what it asks for. A second press of the same person is not news. Throws `UserError`
 * `evidence_wanted`, `evidence_unfit`, `answer_wanted`, `people_wanted`.
 */
export function completeStep(
  app: App,
  cause: Cause,
  { note, evidence, ...at }: StepRef & { note?: string; evidence?: string },
): Promise<Incident> {
  return onStep(app, cause, at, (found) => {
    const { step, run } = found;
    if (step.state === "done" && isSame(app, step, cause)) return [];
    mustBeCurrent(run, step);
    mustNotBeSaidOtherwise(app, found);
    const wanted = missingEvidence(step);
    const given = evidence ?? (wanted === "note" ? note : undefined);
    if (given === undefined) {
      if (wanted === undefined) return [{ kind: "playbook.step_completed", run: run.id, step: at.step, note }];
      throw new UserError("evidence_wanted", "This step asks for something first.", wantedEvidence[wanted].wanted, {
        kind: wanted,
      });
    }
    const handed = wanted === undefined ? guessEvidence(given, step.step.evidence) : mustBeEvidence(wanted, given);
    const said = evidence === undefined ? undefined : note;
    return [{ kind: "playbook.step_completed", run: run.id, step: at.step, note: said, evidence: handed }];
  });
}

/** A question is answered and a gate is agreed at: neither is pressed away. */
function mustNotBeSaidOtherwise(app: App, { step }: AtStep): void {
  const { ask, gate } = step.step;
  if (ask !== undefined) {
    throw new UserError(
      "answer_wanted",
      `This step asks: ${ask.question}`,
      `Answer it: ${ask.answers.map(({ say }) => `"${say}"`).join(", ")}.`,
      { step: step.step.id },
    );
  }
  if (gate !== undefined) throw gateHolds(app, step, "completed by a press");
}

function gateHolds(app: App, step: StepState, how: string): UserError {
  const { gate } = step.step;
  const missing = gate === undefined ? "" : sayMissing(missingAt(app.plan(), step), gate);
  return new UserError(
    "people_wanted",
    `Nobody gets past this step alone: it can't be ${how}.`,
    `It still needs ${missing}, who press "I agree".`,
    { step: step.step.id },
  );
}

/** Leaves the current step out. A gate can't be. */
export function skipStep(app: App, cause: Cause, { reason, ...at }: StepRef & { reason: string }): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run }) => {
    if (step.state === "skipped" && isSame(app, step, cause)) return [];
    mustBeCurrent(run, step);
    if (step.step.gate !== undefined) throw gateHolds(app, step, "skipped");
    return [{ kind: "playbook.step_skipped", run: run.id, step: at.step, reason }];
  });
}

/**
 * Brings a step back that is behind us; a question brings back what its answer led past. What came of later steps
 * stands. Throws `UserError` `not_behind_us`, `led_past`.
 */
export function reopenStep(app: App, cause: Cause, { reason, ...at }: StepRef & { reason: string }): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run }) => {
    const question = ledPastBy(run, at.step);
    if (question !== undefined) {
      throw new UserError(
        "led_past",
        `The answer "${question.answer ?? ""}" to "${question.step.do}" leads past "${step.step.do}".`,
        `Reopen ${question.step.id}, and answer it again.`,
        { run: run.id, step: at.step, reopen: question.step.id },
      );
    }
    if (step.state === "done" || step.state === "skipped") {
      return [{ kind: "playbook.step_reopened", run: run.id, step: at.step, reason }];
    }
    const isNow = currentStep(run)?.step.id === at.step;
    throw new UserError(
      "not_behind_us",
      isNow ? `"${step.step.do}" is open: it is the step to do now.` : `"${step.step.do}" comes later.`,
      "Only a step that was done or skipped can be reopened.",
      { run: run.id, step: at.step },
    );
  });
}

export function assignStep(app: App, cause: Cause, { user, ...at }: StepRef & { user: UserRef }): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run }) => {
    const { assignee } = step;
    if (assignee !== undefined && aliasesOf(app.plan(), assignee).includes(user)) return [];
    if (step.state !== "todo") mustBeCurrent(run, step);
    return [{ kind: "playbook.step_assigned", run: run.id, step: at.step, user }];
  });
}

export function noteStep(app: App, cause: Cause, { text, ...at }: StepRef & { text: string }): Promise<Incident> {
  return onStep(app, cause, at, ({ run }) => [{ kind: "playbook.step_noted", run: run.id, step: at.step, text }]);
}

/** Hands something in at a step, without completing it. The same thing twice is no news. */
export function evidenceStep(
  app: App,
  cause: Cause,
  { evidence: given, ...at }: StepRef & { evidence: string },
): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run }) => {
    const evidence = guessEvidence(given, step.step.evidence);
    const isKnown = step.evidence.some(({ kind, value }) => kind === evidence.kind && value === evidence.value);
    return isKnown ? [] : [{ kind: "playbook.step_evidenced", run: run.id, step: at.step, evidence }];
  });
}

/** What has to be handed in before the step that is due is done. Undefined where nothing is. */
export async function evidenceWantedAt(app: Pick<App, "journal">, at: StepRef): Promise<EvidenceKind | undefined> {
  const incident = await app.journal.state(streamOf(at.incident));
  const run = incident?.runs.find(({ id }) => id === at.run);
  const step = run && currentStep(run);
  if (step?.step.id !== at.step || step.step.ask !== undefined || step.step.gate !== undefined) return undefined;
  return missingEvidence(step);
}

/** A step as `R-0001/confirm`, with its run beside it, or by its id alone where one run has it behind it. */
export async function runOfStep(
  app: Pick<App, "journal">,
  { incident, run, step: named }: { incident: IncidentId; run?: RunId; step: string },
): Promise<StepRef> {
  const [given, id] = named.includes("/") ? named.split("/", 2) : [run, named];
  const step = id ?? named;
  if (given !== undefined) return { incident, run: RunId.parse(given), step };
  const { runs } = await getIncident(app, incident);
  const having = runs.filter(({ steps }) => steps.some((one) => one.step.id === step && one.state !== "todo"));
  const [only] = having;
  if (only !== undefined && having.length === 1) return { incident, run: only.id, step };
  throw new UserError(
    "which_run",
    having.length === 0 ? `No step "${step}" is behind us in ${incident}.` : `Several playbooks have a step "${step}".`,
    having.length === 0
      ? "See the playbook's card for what is."
      : `Name the run as well: ${having.map(({ id: one }) => `${one}/${step}`).join(" or ")}.`,
    { incident, step },
  );
}

/** Whether the person who acts is who ended the step. */
function isSame(app: App, step: StepState, { by }: Cause): boolean {
  return step.by !== undefined && aliasesOf(app.plan(), by).includes(step.by);
}
