import { checklistOf, isTaught, type LeftToDo, leftBeforeClosing } from "../../core/close.ts";
import type { Incident } from "../../core/incident.ts";
import { currentStep, progressOf } from "../../core/playbook-state.ts";
import type { App } from "../../core/ports.ts";
import { shorten } from "../prose.ts";
import type { Block, Button, View } from "../view.ts";

type Plans = Pick<App, "plan" | "playbooks">;
type Item = Extract<Block, { kind: "checklist" }>["items"][number];

/** On the card of a resolved incident: what is left before it can be closed. Of a closed one: what it taught. */
export function afterwardsBlocks(app: Plans, incident: Incident): Block[] {
  if (incident.status === "resolved") {
    return [
      { kind: "text", text: [{ bold: "Before it is closed" }] },
      { kind: "checklist", items: [...checklistItems(app, incident), riskItem(incident)] },
    ];
  }
  const { closed } = incident;
  if (incident.status !== "closed" || closed === undefined) return [];
  const taught = isTaught(incident) ? [`It taught or touched ${riskIds(incident)}.`] : [];
  const none = closed.noNewRisk === undefined ? [] : [`No new risk: ${closed.noNewRisk}`];
  return [{ kind: "text", text: ["Closed ", { time: closed.at }, `. ${[...taught, ...none].join(" ")}`] }];
}

/** On the card of a resolved incident: what does it, the first thing first. */
export function afterwardsButtons(app: Plans, incident: Incident): Button[] {
  if (incident.status !== "resolved") return [];
  const left = leftBeforeClosing(incident, app.plan());
  const checklist = left.find(({ kind }) => kind === "checklist");
  return [
    ...(checklist === undefined ? [] : buttonsFor(checklist, incident)),
    ...buttonsFor({ kind: "risks" }, incident),
    closeButton(incident, { isFirst: checklist === undefined }),
  ];
}

/** Why it can't be closed yet: all of it at once, with the presses that do it. `chat` is where it is shown. */
export function notYetClosedCard(app: Plans, incident: Incident, left: LeftToDo[], chat: string): View {
  const [first, ...others] = left.flatMap((one) => buttonsFor(one, incident));
  const buttons = first === undefined ? [] : [first, ...others.map((button) => ({ ...button, style: undefined }))];
  return {
    tone: "warning",
    title: `${incident.id} can't be closed yet`,
    body: [{ kind: "checklist", items: left.flatMap((one) => leftItems(app, incident, one, chat)) }],
    buttons,
  };
}

const STEPS_SHOWN_MAX = 10;
const STEP_LENGTH_MAX = 120;

function leftItems(app: Plans, incident: Incident, left: LeftToDo, chat: string): Item[] {
  switch (left.kind) {
    case "resolve":
      return [{ text: "Resolve it", state: "todo", detail: `It is ${incident.status}.` }];
    case "checklist": {
      const steps = left.run?.steps.filter(({ state }) => state === "todo") ?? [];
      const more = steps.length - STEPS_SHOWN_MAX;
      return [
        ...checklistItems(app, incident, chat),
        ...steps.slice(0, STEPS_SHOWN_MAX).map(({ step }, index): Item => {
          return { text: shorten(step.do, STEP_LENGTH_MAX), state: index === 0 ? "current" : "todo" };
        }),
        ...(more > 0 ? [{ text: `… and ${more} more`, state: "todo" as const }] : []),
      ];
    }
    case "risks":
      return [riskItem(incident)];
    default:
      return left satisfies never;
  }
}

/** With `chat`, it leads to the checklist's own card there. */
function checklistItems({ plan, playbooks }: Plans, incident: Incident, chat?: string): Item[] {
  const checklist = checklistOf(incident, plan());
  if (checklist === undefined) return [];
  const { run, isDone, playbook } = checklist;
  const title = run?.text.title ?? playbooks().find(({ key }) => key === playbook)?.title ?? playbook;
  const text = `The checklist: ${title}`;
  if (run === undefined) return [{ text, state: "todo", detail: "not begun" }];
  const { done, total } = progressOf(run);
  const card = chat === undefined ? undefined : run.cards[chat];
  const named = card === undefined ? run.id : { place: card, label: run.id };
  return [{ text, state: isDone ? "done" : "current", detail: [named, `, ${done} of ${total} steps`] }];
}

function riskItem(incident: Incident): Item {
  const text = "Which risks did it teach us?";
  if (isTaught(incident)) return { text, state: "done", detail: riskIds(incident) };
  return { text, state: "todo", detail: incident.drill ? "none so far; a drill may teach one, too" : "none so far" };
}

function buttonsFor(left: LeftToDo, incident: Incident): Button[] {
  const input = { incident: incident.id };
  switch (left.kind) {
    case "resolve":
      return [{ label: "Resolve…", command: "incident resolve", input, style: "primary" }];
    case "checklist": {
      const step = left.run && currentStep(left.run);
      if (left.run === undefined || step === undefined) {
        const start = { ...input, playbook: left.playbook };
        return [
          { label: "Start the post-incident checklist", command: "playbook start", input: start, style: "primary" },
        ];
      }
      return [];
    }
    case "risks":
      return [
        { label: "Add a risk…", command: "risk add", input },
        { label: "Link a known risk…", command: "risk update", input },
      ];
    default:
      return left satisfies never;
  }
}

/** Where a form will ask, the form is question enough. */
function closeButton(incident: Incident, { isFirst }: { isFirst: boolean }): Button {
  const confirm = {
    title: `Close ${incident.id}?`,
    text: `It taught or touched ${riskIds(incident)}. Nothing is asked of anybody any more; it can be reopened.`,
    yes: "Close it",
  };
  return {
    label: isTaught(incident) ? "Close the incident" : "Close…",
    command: "incident close",
    input: { incident: incident.id },
    ...(isFirst && { style: "primary" as const }),
    ...(isFirst && isTaught(incident) && { confirm }),
  };
}

const RISKS_NAMED_MAX = 10;

function riskIds({ risks }: Incident): string {
  const more = risks.length - RISKS_NAMED_MAX;
  const ids = risks.slice(0, RISKS_NAMED_MAX).map(({ risk }) => risk);
  return `${ids.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
