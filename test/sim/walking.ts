import { playbookCard } from "../../src/chat/cards/playbook-card.ts";
import { localise } from "../../src/chat/localise.ts";
import type { View } from "../../src/chat/view.ts";
import { msOf } from "../../src/core/duration.ts";
import { findRun, type Incident } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import type { StoredEvent, TimelineEvent } from "../../src/core/timeline.ts";
import type { Bot } from "./bot.ts";
import type { ModelChat } from "./model-chat.ts";
import { LATE_MS_MAX } from "./reminding.ts";
import type { Moment } from "./wall-clock.ts";
import { personAt } from "./world-plan.ts";

const completes = new Set<TimelineEvent["kind"]>([
  "playbook.step_completed",
  "playbook.step_answered",
  "playbook.step_waited",
  "playbook.step_checked",
  "playbook.step_skipped",
]);

/**
 * Every step is done while it is the one to do, and so once; time is waited for to its end, and not beyond it; a gate is
 * behind us only with its people.
 */
export function walkedWrongly(
  events: StoredEvent[],
  world: { plan: LoadedPlan; momentOf: (stored: StoredEvent) => Moment; now: Moment; lastBack: number },
): string[] {
  const { plan, momentOf, now, lastBack } = world;
  const wrong: string[] = [];
  const begun = new Map<string, Moment>();
  const agreed = new Map<string, Set<string>>();
  let incident: Incident | undefined;

  for (const stored of events) {
    const { event, by } = stored;
    const before = incident;
    incident = foldIncident(before, stored);
    if (!("run" in event)) continue;
    const say = (what: string) => wrong.push(`Event ${stored.seq} of ${stored.stream}, ${event.run}: ${what}`);
    const was = before?.runs.find(({ id }) => id === event.run);
    const run = findRun(incident, event.run);
    const due = was && currentStep(was)?.step;
    if ("step" in event) {
      if (before?.status === "closed") say(`${event.kind} after it was closed`);
      const gate = `${event.run}/${event.step}`;
      if (completes.has(event.kind) && due?.id !== event.step) say(`${event.step} was done while ${due?.id} was to do`);
      if (event.kind === "playbook.step_waited") {
        const waited = momentOf(stored).counted - (begun.get(event.run)?.counted ?? 0);
        if (due?.wait === undefined) say(`${event.step} has nothing to wait for`);
        else if (waited < msOf(due.wait)) say(`${event.step} waited ${waited} ms of ${due.wait}`);
      }
      if (event.kind === "playbook.step_agreed") {
        const who = personAt(by) ?? by;
        const wanted = due?.gate?.roles ?? [];
        const has = wanted.some(
          (role) => plan.people[who]?.roles.includes(role) || personAt(before?.roles[role] ?? "") === who,
        );
        if (wanted.length > 0 && !has) say(`the word of ${who} does not count at ${event.step}`);
        agreed.set(gate, new Set([...(agreed.get(gate) ?? []), who]));
      }
      if (event.kind === "playbook.step_reopened") agreed.delete(gate);
    }
    for (const { step, state } of run.steps) {
      if (step.gate === undefined || (state !== "done" && state !== "skipped")) continue;
      const people = agreed.get(`${run.id}/${step.id}`)?.size ?? 0;
      if (people < step.gate.people) say(`${step.id} is ${state} with ${people} of ${step.gate.people} people`);
    }
    if (currentStep(run)?.step.id !== due?.id) begun.set(run.id, momentOf(stored));
  }
  if (incident === undefined || incident.status === "closed") return wrong;
  for (const run of incident.runs) {
    const { step } = currentStep(run) ?? {};
    const since = Math.max(begun.get(run.id)?.real ?? 0, lastBack);
    const times = since === lastBack ? 2 : 1;
    if (step?.wait !== undefined && now.real - since > times * msOf(step.wait) + LATE_MS_MAX)
      wrong.push(`${run.id}: ${step.id} waits for ${step.wait}, since ${now.real - since} ms`);
  }
  return wrong;
}

/** Each run has one card in each room, with the buttons of the step that is to be done: what they lead to, and no more. */
export function runsShownWrongly(bot: Bot, incident: Incident, chats: ModelChat[]): string[] {
  const shown = ({ title, buttons }: Pick<View, "title" | "buttons">) => JSON.stringify({ title, buttons });
  return chats.flatMap((chat) =>
    incident.runs.flatMap((run): string[] => {
      const there = chat.messages.get(run.cards[chat.name] ?? "")?.view;
      const name = `${run.id} of ${incident.id} on ${chat.name}`;
      if (there === undefined) return [`${name} has no card`];
      const should = shown(localise(playbookCard(bot.app, incident, run), bot.app.plan(), chat.name));
      return shown(there) === should ? [] : [`${name} shows ${shown(there)} instead of ${should}`];
    }),
  );
}
