import { sayMs } from "../../core/duration.ts";
import type { UserRef } from "../../core/ids.ts";
import type { Incident } from "../../core/incident.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { type Duty, dueAt, findDuty, holderOf, reminderOf } from "../../core/reminder-duty.ts";
import type { Reminder } from "../../core/reminder-state.ts";
import { severityName } from "../../core/severity-rule.ts";
import type { Block, Button, Span, Text, View } from "../view.ts";
import { movingButtons } from "./playbook-buttons.ts";
import { who } from "./words.ts";

/** What is overdue, whose it is, and the buttons that get it done. One message, edited until it is. */
export function reminderCard(plan: LoadedPlan, incident: Incident, reminder: Reminder): View {
  const duty = findDuty(incident, plan, reminder.id);
  if (duty === undefined || reminderOf(incident, duty) === undefined) return settledCard(incident, reminder);
  return {
    tone: "warning",
    title: titleOf(duty, reminder),
    body: [
      { kind: "text", text: orderOf(duty, incident, plan) },
      { kind: "text", quiet: true, text: standingOf(duty, reminder) },
    ],
    buttons: buttonsOf(duty, incident),
  };
}

/** Rings where an edit does not: a reply under the reminder that names the people, and leads to the same buttons. */
export function ringCard(plan: LoadedPlan, incident: Incident, reminder: Reminder, people: UserRef[]): View {
  const card = reminderCard(plan, incident, reminder);
  if (people.length === 0) return card;
  const names = people.flatMap((person, index): Span[] => [...(index === 0 ? [] : [", "]), { person }]);
  const waits = reminder.stage === 1 ? ": this waits for you." : ": this still waits for you.";
  return { ...card, body: [{ kind: "text", text: [...names, waits] }, ...card.body] };
}

function titleOf(duty: Duty, { stage }: Reminder): string {
  switch (duty.kind) {
    case "update":
      return stage === 1 ? "The next update is due" : "The update is overdue";
    case "roles":
      return `Nobody is ${duty.roles.join(", or ")} yet`;
    case "step":
      return `Overdue: ${duty.step.step.do}`;
    default:
      return duty satisfies never;
  }
}

function orderOf(duty: Duty, incident: Incident, plan: LoadedPlan): Text {
  const holder = holderOf(duty, incident);
  const name: Span = holder === undefined ? "Whoever reads this" : { person: holder };
  switch (duty.kind) {
    case "update":
      return [name, ": say where it stands. That nothing has changed is news, too."];
    case "roles":
      return `${severityName(plan, incident.severity)} calls for ${duty.roles.length === 1 ? "this role" : "these roles"}. Take one, or give it to somebody.`;
    case "step":
      return [name, `: do this step of ${duty.run.text.title}, or give it away.`];
    default:
      return duty satisfies never;
  }
}

function standingOf(duty: Duty, { stage, snoozed, taken }: Reminder): Span[] {
  const every = duty.kind === "update" ? `, and then every ${sayMs(duty.everyMs)}` : "";
  return [
    duty.kind === "roles" ? "Asked for since " : "Was due ",
    { time: dueAt(duty) },
    every,
    stage > 1 ? `. Said ${stage} times` : "",
    ...(taken === undefined ? [] : [". Taken by ", { person: taken.user }]),
    ...(snoozed === undefined
      ? []
      : [". Put off until ", { time: snoozed.until }, " by ", who(snoozed.by, snoozed.byName)]),
    ".",
  ];
}

function buttonsOf(duty: Duty, state: Incident): Button[] {
  const incident = state.id;
  // A step's are without the incident, which the room says: with it the longest ids would not fit into a button.
  const named: Record<string, string> =
    duty.kind === "step" ? { of: `${duty.run.id}.${duty.step.step.id}` } : { incident, of: duty.id };
  const snooze: Button[] = [
    { label: "Snooze 10 min", command: "reminder snooze", input: { ...named, for: "10m" } },
    { label: "Snooze longer…", command: "reminder snooze", input: named },
  ];
  const take: Button = { label: "I take it", command: "reminder take", input: named };
  switch (duty.kind) {
    case "update":
      return [
        { label: "Post the update…", command: "incident update", input: { incident }, style: "primary" },
        take,
        ...snooze,
      ];
    case "roles":
      return [
        ...duty.roles.map(
          (role): Button => ({ label: `Take ${role}`, command: "incident claim", input: { incident, role } }),
        ),
        { label: "Give a role to somebody…", command: "incident assign", input: { incident } },
        ...snooze,
      ];
    case "step":
      return [...movingButtons(state, duty.run, duty.step), take, ...snooze];
    default:
      return duty satisfies never;
  }
}

/** What it was about is done, or nothing is asked of anybody any more: one quiet line in its place. */
function settledCard(incident: Incident, reminder: Reminder): View {
  return {
    tone: "good",
    title: settledTitle(incident, reminder.id),
    body: settledBody(incident, reminder),
    buttons: [],
  };
}

function settledTitle(incident: Incident, id: string): string {
  const [kind, run, step] = id.split("/");
  if (kind === "update") return isUpdated(incident) ? "The update is posted" : "No update is due";
  if (kind === "roles") return "No role is asked for any more";
  const found = incident.runs.find((one) => one.id === run)?.steps.find((one) => one.step.id === step);
  const words = { done: "Done", skipped: "Skipped", passed: "Not needed any more", todo: "Not due any more" };
  return found === undefined ? "Done" : `${words[found.state]}: ${found.step.do}`;
}

function isUpdated({ lastUpdate, updateSince }: Incident): boolean {
  return lastUpdate?.at === updateSince;
}

function settledBody(incident: Incident, { id }: Reminder): Block[] {
  const { lastUpdate } = incident;
  const text: Span[] =
    id === "update" && lastUpdate !== undefined && isUpdated(incident)
      ? [who(lastUpdate.by), " at ", { time: lastUpdate.at }, "."]
      : [];
  return text.length === 0 ? [] : [{ kind: "text", quiet: true, text }];
}
