import { msOf, sayMs } from "../../core/duration.ts";
import { type Incident, isOver } from "../../core/incident.ts";
import { currentStep, dueOf, ledPastBy, progressOf, type Run, type StepState } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import { sayStale } from "../../core/review.ts";
import { type Block, plainText, type Text, type View } from "../view.ts";
import { playbookButtons, reopenButton } from "./playbook-buttons.ts";
import { recentLength, recentWords, shortText, stepBlocks } from "./playbook-step-blocks.ts";
import { who } from "./words.ts";

export { playbookListCard } from "./playbook-list-card.ts";

/** One current step at a time: what, why, who, by when; then the buttons that move it. The list of all is below them. */
export function playbookCard(app: Pick<App, "plan" | "clock">, incident: Incident, run: Run): View {
  const current = currentStep(run);
  const isClosed = incident.status === "closed";
  const progress: Block = { kind: "progress", label: "Progress", ...progressOf(run) };
  const title = `${run.id} ${run.text.title}`;
  const said = current === undefined ? [] : recentWords(current);
  // Twelve steps would push the one that is due, and its buttons, off a phone's screen.
  const details = [...said, progress, list(run, current), ...review(run, app.clock.now())];
  if (current === undefined) {
    const body: Block[] = [{ kind: "text", text: "All steps are done or skipped." }];
    return { tone: "good", title, body, buttons: isClosed ? [] : reopenButton(incident, run), details };
  }
  return {
    tone: isOverdue(app, incident, run, current) ? "warning" : "info",
    title,
    body: stepBlocks(app, incident, run, current),
    buttons: isClosed ? [] : playbookButtons(incident, run, current),
    details,
  };
}

function isOverdue({ clock }: Pick<App, "clock">, incident: Incident, run: Run, { step }: StepState): boolean {
  const due = dueOf(run, step);
  return due !== undefined && clock.now() > due && !isOver(incident);
}

/**
 * The steps around the one that is due: as many as a phone shows and Discord's one message holds. Most playbooks are shown
 * whole.
 */
function list(run: Run, current: StepState | undefined): Block {
  const items = run.steps.map((step) => item(run, step, current));
  const at = current === undefined ? items.length - 1 : run.steps.indexOf(current);
  let [from, to] = [at, at + 1];
  let room = roomForList(current) - lengthOf(items[at]);
  // Two that are to come for each that is behind us.
  for (let turn = 0; from > 0 || to < items.length; turn += 1) {
    const isAhead = to < items.length && (turn % 3 !== 2 || from === 0);
    room -= lengthOf(items[isAhead ? to : from - 1]);
    if (room < 0) break;
    if (isAhead) to += 1;
    else from -= 1;
  }
  const left = (count: number, words: string) =>
    count === 0 ? [] : [{ text: `${count} ${words}`, state: "todo" as const }];
  return {
    kind: "checklist",
    items: [
      ...left(from, "before these, on the timeline").map((one) => ({ ...one, state: "done" as const })),
      ...items.slice(from, to),
      ...left(items.length - to, "more after these"),
    ],
  };
}

type Item = Extract<Block, { kind: "checklist" }>["items"][number];

function lengthOf(one: Item | undefined): number {
  if (one === undefined) return 0;
  return MARKS_LENGTH + plainText(one.text).length + (one.detail === undefined ? 0 : plainText(one.detail).length);
}

/** What Discord takes as one message, without what is on every card, and some for what is escaped. */
const PROSE_LENGTH_MAX = 2_200;
const LIST_LENGTH_MAX = 1_300;
const LIST_LENGTH_MIN = 300;

function roomForList(current: StepState | undefined): number {
  if (current === undefined) return LIST_LENGTH_MAX;
  const { step, notes, evidence, reopened } = current;
  const prose = step.do.length + step.why.length + (step.ask?.question.length ?? 0);
  const words = recentLength(notes.length + evidence.length + (reopened === undefined ? 0 : 1));
  return Math.min(LIST_LENGTH_MAX, Math.max(LIST_LENGTH_MIN, PROSE_LENGTH_MAX - prose - words));
}

const MARKS_LENGTH = 12;
const ITEM_LENGTH_MAX = 90;
const REMARK_LENGTH_MAX = 60;

function item(run: Run, step: StepState, current: StepState | undefined): Item {
  const text = shortText(step.step.do, ITEM_LENGTH_MAX);
  if (step.state === "todo") {
    const state = step === current ? ("current" as const) : ("todo" as const);
    return { text, state, detail: step.step.due === undefined ? undefined : `within ${sayMs(msOf(step.step.due))}` };
  }
  if (step.state === "passed") {
    const question = ledPastBy(run, step.step.id);
    return { text, state: "skipped", detail: `not asked for, since “${question?.answer ?? ""}”` };
  }
  return { text, state: step.state, detail: outcome(step) };
}

/** Who did it, and what came of it. A gate has several people, and each is named. */
function outcome(step: StepState): Text | undefined {
  if (step.by === undefined) return undefined;
  const people = step.agreed.length > 0 ? step.agreed : [step];
  const named = people.flatMap(({ by, byName }, index) =>
    by === undefined ? [] : [...(index === 0 ? [] : [", "]), who(by, byName)],
  );
  const said = [step.answer === undefined ? undefined : `“${step.answer}”`, step.remark]
    .filter((part) => part !== undefined)
    .join(". ");
  return [...named, said === "" ? "" : `: ${shortText(said, REMARK_LENGTH_MAX)}`];
}

function review({ text }: Run, now: Date): Block[] {
  const stale = sayStale(text, now);
  return stale === undefined
    ? []
    : [{ kind: "text", quiet: true, text: `${stale} Some of it may not be true any more.` }];
}
