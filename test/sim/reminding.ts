import { reminderCard } from "../../src/chat/cards/reminder-card.ts";
import { localise } from "../../src/chat/localise.ts";
import { msOf } from "../../src/core/duration.ts";
import { type Incident, isOver } from "../../src/core/incident.ts";
import { foldIncident } from "../../src/core/incident-fold.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import { currentStep } from "../../src/core/playbook-state.ts";
import type { Reminder } from "../../src/core/reminder-state.ts";
import { roleNames } from "../../src/core/severity.ts";
import type { EventOf, StoredEvent } from "../../src/core/timeline.ts";
import type { Bot } from "./bot.ts";
import type { ModelChat } from "./model-chat.ts";
import type { Moment } from "./wall-clock.ts";

const MINUTE_MS = 60_000;
/** A lane looks again within 15 s, and a commit may fail or wait before it is made. */
export const LATE_MS_MAX = 90_000;

/** What is asked of people by a time, as the plan's authors were told: worked out here once more, from the facts alone. */
interface Asked {
  id: string;
  since: string;
  /** After so long for the first time, and so long after each. */
  firstMs: number;
  againMs: (stage: number) => number;
  rings: (stage: number) => boolean;
}

function askedOf(incident: Incident, plan: LoadedPlan): Asked[] {
  const asked: Asked[] = [];
  const always = () => true;
  const rule = plan.severities[incident.severity];
  if (rule?.updateEvery !== undefined && !isOver(incident)) {
    const everyMs = msOf(rule.updateEvery);
    asked.push({
      id: "update",
      since: incident.updateSince,
      firstMs: everyMs,
      againMs: (stage) => Math.max(5 * MINUTE_MS, stage === 1 ? Math.round(everyMs / 3) : everyMs),
      rings: always,
    });
  }
  const wanted = roleNames.filter((role) => rule?.roles.includes(role) && incident.roles[role] === undefined);
  if (wanted.length > 0 && !isOver(incident)) {
    const [firstMs, againMs] = [5 * MINUTE_MS, () => 15 * MINUTE_MS];
    const since = incident.rolesSince;
    asked.push({ id: "roles", since, firstMs, againMs, rings: (stage) => stage <= 2 });
  }
  for (const run of incident.runs) {
    const { step } = currentStep(run) ?? {};
    if (step?.due === undefined || step.wait !== undefined || incident.status === "closed") continue;
    if (isOver(incident) && run.playbook !== plan.closing) continue;
    const since = run.askedSince;
    asked.push({
      id: `step/${run.id}/${step.id}`,
      since,
      firstMs: Math.max(Date.parse(run.startedAt) + msOf(step.due) - Date.parse(since), 2 * MINUTE_MS),
      againMs(stage) {
        if (isOver(incident)) return 24 * 60 * MINUTE_MS;
        return stage === 1 ? 5 * MINUTE_MS : Math.min(30 * MINUTE_MS * 2 ** (stage - 2), 240 * MINUTE_MS);
      },
      rings: always,
    });
  }
  return asked;
}

/** From when, and how long, until it is said the next time. */
function nextOf(asked: Asked, reminder: Reminder | undefined): { from: string; ms: number } {
  if (reminder === undefined || reminder.since !== asked.since) return { from: asked.since, ms: asked.firstMs };
  const next = { from: reminder.waitsFrom, ms: asked.againMs(reminder.stage) };
  if (reminder.snoozed === undefined) return next;
  const { at, until } = reminder.snoozed;
  return Date.parse(until) > Date.parse(next.from) + next.ms
    ? { from: at, ms: Date.parse(until) - Date.parse(at) }
    : next;
}

/** No stage said twice, early, out of its order or of what nobody has to do; and none missed once the world is calm. */
export function remindedWrongly(
  events: StoredEvent[],
  world: { plan: LoadedPlan; momentOf: (stored: StoredEvent) => Moment; now: Moment; lastBack: number },
): string[] {
  const { plan, momentOf, now, lastBack } = world;
  const wrong: string[] = [];
  const said = new Set<string>();
  /** Two facts may bear one time where the clock was set back: the first of them is the one that nothing is early by. */
  const moments = new Map<string, { first: Moment; last: Moment }>();
  let incident: Incident | undefined;

  function check(before: Incident, stored: StoredEvent, event: EventOf<"reminder.sent">): void {
    const say = (what: string) => wrong.push(`Event ${stored.seq} of ${stored.stream}, ${event.reminder}: ${what}`);
    const key = `${event.reminder} since ${event.since}, stage ${event.stage}`;
    if (said.has(key)) say(`${key} was said twice`);
    said.add(key);
    const asked = askedOf(before, plan).find(({ id }) => id === event.reminder);
    if (asked === undefined) {
      say("nobody has to do it");
      return;
    }
    if (asked.since !== event.since) say(`it counts from ${asked.since}, and not from ${event.since}`);
    const known = before.reminders.find(({ id }) => id === event.reminder);
    const stage = known?.since === asked.since ? known.stage + 1 : 1;
    if (event.stage !== stage) say(`stage ${event.stage} was said where ${stage} was due`);
    const { from, ms } = nextOf(asked, known);
    const waited = momentOf(stored).counted - (moments.get(from)?.first.counted ?? Number.NEGATIVE_INFINITY);
    if (waited < ms) say(`stage ${stage} was said ${ms - waited} ms early`);
  }

  for (const stored of events) {
    const { event } = stored;
    if (event.kind === "reminder.sent" && incident !== undefined) check(incident, stored, event);
    const moment = momentOf(stored);
    moments.set(stored.at, { first: moments.get(stored.at)?.first ?? moment, last: moment });
    incident = foldIncident(incident, stored);
  }
  if (incident === undefined) return wrong;
  for (const asked of askedOf(incident, plan)) {
    const known = incident.reminders.find(({ id }) => id === asked.id);
    const { from, ms } = nextOf(asked, known);
    const begun = Math.max(lastBack, moments.get(from)?.last.real ?? 0);
    // A clock that was set back may let it wait for as long once more, until it shows that time again.
    if (now.real - begun > (begun === lastBack ? 2 : 1) * ms + LATE_MS_MAX) {
      wrong.push(`${asked.id} of ${incident.id} is overdue for ${now.real - begun - ms} ms, and nobody was told`);
    }
  }
  return wrong;
}

/** At the end every reminder stands in every room as the timeline has it, and each one that rings was heard there. */
export function remindersShownWrongly(bot: Bot, incident: Incident, chats: ModelChat[]): string[] {
  const plan = bot.app.plan();
  const asked = askedOf(incident, plan);
  return chats.flatMap((chat) =>
    incident.reminders.flatMap((reminder): string[] => {
      const name = `${reminder.id} of ${incident.id} on ${chat.name}`;
      const open = asked.find(({ id, since }) => id === reminder.id && since === reminder.since);
      const place = reminder.messages[chat.name];
      if (place === undefined) return open === undefined ? [] : [`${name} is shown nowhere`];
      const view = chat.messages.get(place)?.view;
      // What was settled says so, in words that may be older than what came of the incident later.
      if (open === undefined) return view?.buttons.length === 0 ? [] : [`${name} is settled, and still asks`];
      const there = JSON.stringify(view);
      const should = JSON.stringify(localise(reminderCard(plan, incident, reminder), plan, chat.name));
      const rang = reminder.rung[chat.name] ?? 0;
      return [
        ...(there === should ? [] : [`${name} shows ${there} instead of ${should}`]),
        ...(open.rings(reminder.stage) && reminder.snoozed === undefined && rang !== reminder.said
          ? [`${name} was said ${reminder.said} times, and rang up to ${rang}`]
          : []),
      ];
    }),
  );
}
