import { UserError } from "./errors.ts";
import type { UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { missingEvidence, readEvidence, wantedEvidence } from "./playbook-evidence.ts";
import { agreedAt, personKeyOf, roleAtGate, sayMissing, sayRoles } from "./playbook-gate.ts";
import type { RunEvent, StepState } from "./playbook-state.ts";
import { byWhom, mustBeCurrent, onStep, type StepRef, sayNow } from "./playbook-step.ts";
import type { App, Cause } from "./ports.ts";

/**
 * Answers the question of the current step, which decides how it goes on. `answer` is its number from 1 on, or its words.
 * The same answer twice is no news; another one is taken only once the question is reopened. Throws `UserError`
 * `no_question`, `unknown_answer`, `already_answered`, `evidence_wanted`.
 */
export function answerStep(
  app: App,
  cause: Cause,
  { answer: given, note, ...at }: StepRef & { answer: string; note?: string },
): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run }) => {
    const answer = readAnswer(step, given);
    if (step.state === "done" && step.answer === answer) return [];
    if (step.state === "done") throw answeredAlready(step);
    mustBeCurrent(run, step);
    // A few words that go with the answer are what a step with a note asks for.
    const withNote = note !== undefined && readEvidence("note", note) !== undefined && step.step.evidence === "note";
    if (!withNote) mustHaveEvidence(step);
    return [{ kind: "playbook.step_answered", run: run.id, step: at.step, answer, note }];
  });
}

function readAnswer({ step: { id, ask, do: what } }: StepState, given: string): string {
  if (ask === undefined) {
    throw new UserError("no_question", `"${what}" asks no question.`, "Press Complete once it is done.", { step: id });
  }
  const typed = given.trim().toLowerCase();
  const found = /^[1-9]$/.test(typed)
    ? ask.answers[Number(typed) - 1]
    : ask.answers.find(({ say }) => say.toLowerCase() === typed);
  if (found !== undefined) return found.say;
  const list = ask.answers.map(({ say }, index) => `${index + 1} "${say}"`).join(", ");
  throw new UserError("unknown_answer", `"${given}" is no answer to: ${ask.question}`, `The answers are ${list}.`, {
    step: id,
  });
}

function answeredAlready(step: StepState): UserError {
  const said = step.answer === undefined ? "It is behind us" : `It was answered with "${step.answer}"`;
  return new UserError(
    "already_answered",
    `${said}${byWhom(step)}.`,
    `To answer it again, reopen the step ${step.step.id} first.`,
    { step: step.step.id },
  );
}

/**
 * One person's word at a gate. The last one that it needs completes the step. Twice is no news. Throws `UserError`
 * `no_gate`, `not_their_gate`, `evidence_wanted`.
 */
export function agreeAtStep(app: App, cause: Cause & { by: UserRef }, at: StepRef): Promise<Incident> {
  return onStep(app, cause, at, ({ step, run, incident }): RunEvent[] => {
    const plan = app.plan();
    const { gate } = step.step;
    if (gate === undefined) throw noGate(step);
    const person = personKeyOf(plan, cause.by);
    const agreed = agreedAt(plan, step);
    if (agreed.some(({ by }) => personKeyOf(plan, by) === person)) return [];
    if (step.state === "done") {
      throw new UserError("has_agreed", "This step has everybody it needs already.", sayNow(run), { step: at.step });
    }
    mustBeCurrent(run, step);
    const role = roleAtGate(plan, incident, gate, cause.by);
    if (gate.roles.length > 0 && role === undefined) throw notTheirs(gate);
    // Nobody agrees to what they can't look at.
    mustHaveEvidence(step);
    const word: RunEvent = { kind: "playbook.step_agreed", run: run.id, step: at.step, person, role };
    const isLast = agreed.length + 1 >= gate.people;
    return isLast ? [word, { kind: "playbook.step_completed", run: run.id, step: at.step }] : [word];
  });
}

function noGate({ step }: StepState): UserError {
  return new UserError("no_gate", `"${step.do}" needs nobody's agreement.`, "Press Complete once it is done.", {
    step: step.id,
  });
}

function notTheirs(gate: NonNullable<StepState["step"]["gate"]>): UserError {
  const roles = sayRoles(gate.roles);
  return new UserError(
    "not_their_gate",
    `Here the word of ${roles} counts, and you are not that now.`,
    `Ask ${sayMissing(1, gate).replace(/^1 more person/, "somebody")}, or be given the role with \`/incident assign\`.`,
    { roles },
  );
}

function mustHaveEvidence(step: StepState): void {
  const wanted = missingEvidence(step);
  if (wanted === undefined) return;
  throw new UserError(
    "evidence_wanted",
    "This step asks for something first.",
    `${wantedEvidence[wanted].wanted} Hand it in with \`/playbook evidence\`.`,
    { kind: wanted },
  );
}
