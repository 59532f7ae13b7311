import { msOf } from "./duration.ts";
import type { Effect } from "./effects.ts";
import { platformOf, type UserRef } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { nothing } from "./nothing.ts";
import { peopleAt } from "./on-call.ts";
import { highestLevel, isCalling, isOnIt, type Page, waitsForAnswer } from "./paging-state.ts";
import { accountsOf, type LoadedPlan } from "./plan.ts";
import type { Decision } from "./ports.ts";
import { ruleFor } from "./severity-rule.ts";
import type { EventOf } from "./timeline.ts";
import { endOf, type Timer, type TimerKind } from "./timers.ts";

/** What a call depends on: before an incident is declared there is no more of it than this. */
export type Callable = Pick<Incident, "id" | "severity" | "pages">;

type Why = EventOf<"oncall.paged">["why"];

/**
 * Calls whom the severity calls for: the first level now, the next ones by their timers. Nothing where the plan pages
 * nobody at this severity, where somebody is on it, or where they are being called already. A severity whose page begins
 * above every level that was called has that level called in any case: it asks for other people.
 */
export function callFor(state: Callable, plan: LoadedPlan, { why, now }: { why: Why; now: Date }): Decision {
  const rule = ruleFor(plan, state.severity).page;
  if (rule === undefined || plan.escalation.length === 0) return nothing;
  const first = Math.min(rule.from, plan.escalation.length);
  const lastLevel = Math.min(Math.max(rule.upTo, first), plan.escalation.length);
  const live = state.pages.filter(({ ended }) => ended === undefined);
  const page = live.at(-1);
  const called = Math.max(0, ...live.map(highestLevel));
  const call = { why, now, lastLevel };
  if (page === undefined || first > called) return callLevel(state, plan, { ...call, from: first });
  // Nobody answered at the levels of the milder severity: this one has more of them.
  if (!isOnIt(live) && !isCalling(page) && called < lastLevel) {
    return callLevel(state, plan, { ...call, from: called + 1 });
  }
  return nothing;
}

/**
 * Calls one level, in the page that waits for an answer or in a new one. A level at which nobody stands, or nobody who
 * has an account, can't answer: it is on the timeline as called, and the next one is called at once.
 */
export function callLevel(
  state: Callable,
  plan: LoadedPlan,
  call: { from: number; lastLevel: number; why: Why; now: Date; reason?: string },
): Decision {
  const waiting = state.pages.findLast(waitsForAnswer);
  const page = waiting?.page ?? state.pages.length + 1;
  const known = new Set(waiting?.levels.map(({ level }) => level));
  const paged: EventOf<"oncall.paged">[] = [];
  const lastLevel = Math.max(call.lastLevel, waiting?.lastLevel ?? 0);
  for (let level = call.from; level <= lastLevel && !paged.some(canAnswer); level += 1) {
    if (known.has(level)) continue;
    const event = paging(state, plan, { ...call, level, page, lastLevel });
    if (event !== undefined) paged.push(event);
  }
  const last = paged.at(-1);
  if (last === undefined) return nothing;
  const users = paged.flatMap(usersOf);
  return {
    events: paged.some(canAnswer) ? paged : [...paged, { kind: "oncall.unanswered", page }],
    effects: [
      ...shown(state, page),
      // The pager outside has people of its own: it is told even where nobody stands here.
      { kind: "page_out", incident: state.id, page, level: last.level, action: "trigger" },
      ...(users.length === 0 ? [] : [{ kind: "invite" as const, incident: state.id, users }]),
    ],
  };
}

function paging(
  { severity }: Callable,
  plan: LoadedPlan,
  {
    level,
    page,
    lastLevel,
    why,
    now,
    reason,
  }: { level: number; page: number; lastLevel: number; why: Why; now: Date; reason?: string },
): EventOf<"oncall.paged"> | undefined {
  const planned = plan.escalation[level - 1];
  if (planned === undefined) return undefined;
  const people = peopleAt(plan, planned.who, now).map(({ key, person }) => ({
    key,
    name: person.name,
    users: accountsOf(person),
  }));
  const answerWithinMs = msOf(ruleFor(plan, severity).page?.answerWithin ?? planned.answerWithin);
  const because = reason === undefined ? {} : { reason };
  return { kind: "oncall.paged", page, level, why, people, answerWithinMs, lastLevel, ...because };
}

/** Whether anybody of a level has an account by which they could say that they are on it. */
function canAnswer({ people }: Pick<EventOf<"oncall.paged">, "people">): boolean {
  return people.some(({ users }) => users.length > 0);
}

export function usersOf({ people }: Pick<EventOf<"oncall.paged">, "people">): UserRef[] {
  return people.flatMap(({ users }) => users);
}

/** All accounts of everybody whom a page called. */
export function everybodyCalled({ pages }: Pick<Incident, "pages">): UserRef[] {
  return [...new Set(pages.flatMap(({ levels }) => levels.flatMap(usersOf)))];
}

/** What shows a page: its messages, and the pinned card. */
export function shown({ id }: Pick<Incident, "id">, page: number): Effect[] {
  return [
    { kind: "show_page", incident: id, page },
    { kind: "refresh_card", incident: id },
  ];
}

/** What the messages of calls say beside the calls themselves: how bad it is, whether anybody leads, who was not reached. */
export function pagesOwed(before: Incident | undefined, after: Incident): Effect[] {
  if (before === undefined) return [];
  const lead = "incident commander";
  const isOther = before.severity !== after.severity || before.roles[lead] !== after.roles[lead];
  return after.pages
    .filter(({ ended }) => ended === undefined)
    .flatMap(({ page }): Effect[] => {
      if (isOther) return [{ kind: "show_page", incident: after.id, page }];
      return missedOf(before, page) === missedOf(after, page) ? [] : shown(after, page);
    });
}

/** Whom a page that nobody answered names as not reached: the other chat may have reached them meanwhile. */
function missedOf(incident: Incident, number: number): string {
  const page = incident.pages.find((one) => one.page === number);
  return page?.unanswered === undefined ? "" : unreached(incident, page).join("\n");
}

/** Names of those whom neither a direct message nor a mention in the alerts could have rung. */
export function unreached({ chats }: Pick<Incident, "chats">, page: Page): string[] {
  const names = page.levels.flatMap(({ level, people }) => {
    const rung = new Set(
      page.posted.filter((post) => post.level === level && !post.unanswered).map(({ message }) => platformOf(message)),
    );
    const refused = (user: UserRef) =>
      page.reached.some((one) => one.level === level && one.user === user && one.why !== undefined);
    // A chat that shows nothing of the incident is one that we are not in.
    const isSilent = (user: UserRef) => chats[platformOf(user)] === undefined;
    return people.filter(
      ({ users }) =>
        !users.some((user) => rung.has(platformOf(user))) &&
        (users.length === 0 || users.some(refused)) &&
        users.every((user) => refused(user) || isSilent(user)),
    );
  });
  return [...new Set(names.map(({ name }) => name))];
}

/** When the incident is over: what called for people says so, and the pager outside is told that it is done. */
export function endPages({ id, pages }: Pick<Incident, "id" | "pages">): Effect[] {
  return pages
    .filter(({ ended }) => ended === undefined)
    .flatMap((page): Effect[] => [
      { kind: "show_page", incident: id, page: page.page },
      { kind: "page_out", incident: id, page: page.page, level: highestLevel(page), action: "resolve" },
    ]);
}

/** The last level that this page goes up to: a severity that was raised since may go further, and never less far. */
export function reachOf(page: Page, { severity }: Pick<Incident, "severity">, plan: LoadedPlan): number {
  return Math.min(Math.max(page.lastLevel, ruleFor(plan, severity).page?.upTo ?? 0), plan.escalation.length);
}

/** When that time is up: from then on the next level is called. */
export function timeIsUpAt(...of: Parameters<typeof timeToAnswer>): string {
  return new Date(endOf(timeToAnswer(...of))).toISOString();
}

/**
 * How long whoever was called last has before the next level is. A severity that was raised since leaves them no more
 * time than it gives, from then on; a milder one, and another plan, leave it at what they were told.
 */
export function timeToAnswer(
  { levels }: Page,
  { severitySince, severity }: Pick<Incident, "severitySince" | "severity">,
  plan: LoadedPlan,
): Pick<Timer, "since" | "afterMs"> {
  const last = levels.at(-1);
  if (last === undefined) throw new Error("A page without a level calls nobody.");
  const told = { since: last.at, afterMs: last.answerWithinMs };
  const within = ruleFor(plan, severity).page?.answerWithin ?? plan.escalation[last.level - 1]?.answerWithin;
  if (within === undefined || Date.parse(severitySince) <= Date.parse(last.at)) return told;
  const anew = { since: severitySince, afterMs: msOf(within) };
  return endOf(anew) < endOf(told) ? anew : told;
}

/** Calls for somebody who takes the incident on: who is paged, level by level, until somebody answers. */
export const pageTimers: TimerKind = {
  name: "page",
  timersOf: (incident, plan) =>
    incident.pages.filter(isCalling).map((page) => ({
      id: `page/${page.page}/${page.levels.at(-1)?.level}`,
      ...timeToAnswer(page, incident, plan),
    })),
  fire(incident, plan, timer, now) {
    const page = incident.pages.find((one) => timer.id.startsWith(`page/${one.page}/`));
    if (page === undefined) return nothing;
    const lastLevel = reachOf(page, incident, plan);
    const next = callLevel(incident, plan, { from: highestLevel(page) + 1, lastLevel, why: "unanswered", now });
    if (next.events.length > 0) return next;
    return { events: [{ kind: "oncall.unanswered", page: page.page }], effects: shown(incident, page.page) };
  },
};
