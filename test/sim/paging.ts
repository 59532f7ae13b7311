import { calledCard, levelCard, unansweredCard } from "../../src/chat/cards/page-card.ts";
import { localise } from "../../src/chat/localise.ts";
import { msOf } from "../../src/core/duration.ts";
import { platformOf } from "../../src/core/ids.ts";
import { type Incident, isOver } from "../../src/core/incident.ts";
import { usersOf } from "../../src/core/paging.ts";
import { highestLevel, isCalling, waitsForAnswer } from "../../src/core/paging-state.ts";
import type { LoadedPlan } from "../../src/core/plan.ts";
import type { StoredEvent } from "../../src/core/timeline.ts";
import type { Pager } from "../../src/outbox/webhooks.ts";
import type { Bot } from "./bot.ts";
import type { Life } from "./life.ts";
import type { ModelChat } from "./model-chat.ts";
import type { Moment } from "./wall-clock.ts";

/** A pager outside, as its own server keeps it: one alert for each key, which no crash of the program touches. */
export function modelPager() {
  const alerts = new Map<string, "triggered" | "acknowledged" | "resolved">();
  return {
    alerts,
    take({ event_action: action, dedup_key: key }: { event_action: string; dedup_key: string }): void {
      const known = alerts.get(key);
      const open = known !== undefined && known !== "resolved";
      if (action === "trigger") {
        if (!open) alerts.set(key, "triggered");
      } else if (open) alerts.set(key, action === "resolve" ? "resolved" : "acknowledged");
    },
  };
}
export type ModelPager = ReturnType<typeof modelPager>;

/** The pager as one life of the program reaches it: over a network that fails, and that loses answers. */
export function pagerOf(pager: ModelPager, life: Life): Pager {
  return {
    url: "https://pager.example.org/v2/enqueue",
    routingKey: { reveal: () => "R0UT1NGK3Y" },
    fetch: (_url, { body }) =>
      life.call("pager.enqueue", () => {
        pager.take(JSON.parse(String(body)));
        return { status: 202, headers: new Headers(), text: async () => "{}" };
      }),
  };
}

/** No level called twice or early, none left out, and nobody called any more once somebody answered or it was over. */
export function pagedWrongly(
  events: StoredEvent[],
  { plan, momentOf }: { plan: LoadedPlan; momentOf: (stored: StoredEvent) => Moment },
): string[] {
  const wrong: string[] = [];
  const pages = new Map<number, { levels: Map<number, number>; dueAt: number; upTo: number; settled?: string }>();
  for (const stored of events) {
    const { event, stream, seq } = stored;
    const now = momentOf(stored).counted;
    const say = (what: string) => wrong.push(`Event ${seq} of ${stream}: ${what}`);
    if (event.kind === "incident.resolved") for (const page of pages.values()) page.settled ??= "resolved";
    if (event.kind === "severity.changed") {
      // From then on it leaves them no more time than it gives.
      for (const page of pages.values()) {
        const level = plan.escalation[Math.max(...page.levels.keys()) - 1];
        const within = plan.severities[event.to]?.page?.answerWithin ?? level?.answerWithin;
        if (within !== undefined) page.dueAt = Math.min(page.dueAt, now + msOf(within));
      }
    }
    if (event.kind === "oncall.answered") {
      const page = pages.get(event.page);
      if (page?.settled === "resolved") say(`page ${event.page} was answered after the end`);
      if (page !== undefined) page.settled = "answered";
    }
    if (event.kind === "oncall.paged") {
      const page = pages.get(event.page) ?? { levels: new Map<number, number>(), dueAt: 0, upTo: 0 };
      pages.set(event.page, page);
      const name = `level ${event.level} of page ${event.page}`;
      if (page.settled !== undefined) say(`${name} was called although it was ${page.settled}`);
      if (page.levels.has(event.level)) say(`${name} was called twice`);
      if (event.why === "unanswered") {
        if (now < page.dueAt) say(`${name} was called ${page.dueAt - now} ms early`);
        if (!page.levels.has(event.level - 1)) say(`${name} was called and level ${event.level - 1} left out`);
      }
      page.levels.set(event.level, now);
      page.dueAt = now + event.answerWithinMs;
      page.upTo = Math.max(page.upTo, event.lastLevel);
    }
    if (event.kind === "oncall.unanswered") {
      const page = pages.get(event.page);
      if (page?.settled !== undefined) say(`nobody answered page ${event.page}, although it was ${page.settled}`);
      if (now < (page?.dueAt ?? 0)) say(`nobody answered page ${event.page}, and there was time left`);
      if (!page?.levels.has(page.upTo))
        say(`nobody answered page ${event.page}, and level ${page?.upTo} was not called`);
    }
  }
  return wrong;
}

/** At the end nobody is being called any more, every message says how it stands, and so does the pager outside. */
export function calledWrongly(
  bot: Bot,
  incident: Incident,
  { chats, pager }: { chats: ModelChat[]; pager: ModelPager },
): string[] {
  const { id } = incident;
  const plan = bot.app.plan();
  const wrong: string[] = [];
  for (const page of incident.pages) {
    const name = `Page ${page.page} of ${id}`;
    if (isCalling(page)) wrong.push(`${name} calls level ${highestLevel(page)} for ever`);
    const outside = pager.alerts.get(`allstop/${id}/${page.page}/${incident.declaredAt}`) ?? "nothing";
    const wanted = page.ended !== undefined ? "resolved" : page.answered !== undefined ? "acknowledged" : "triggered";
    if (outside !== wanted && !(outside === "nothing" && wanted !== "triggered")) {
      wrong.push(`${name} is ${wanted}, and the pager outside shows ${outside}`);
    }
    for (const chat of chats) {
      const given = { plan, incident, page, chat: chat.name };
      const shows = (message: string, view: unknown) => {
        const there = JSON.stringify(chat.messages.get(message)?.view);
        const should = JSON.stringify(localise(view, plan, chat.name));
        if (there !== should) wrong.push(`${name} on ${chat.name} shows ${there} instead of ${should}`);
      };
      for (const { level, message, unanswered } of page.posted) {
        const called = page.levels.find((one) => one.level === level);
        if (platformOf(message) !== chat.name || called === undefined) continue;
        shows(message, unanswered ? unansweredCard(given) : levelCard(given, called));
      }
      for (const { level, user, message } of page.reached) {
        const called = page.levels.find((one) => one.level === level);
        if (message === undefined || platformOf(message) !== chat.name || called === undefined) continue;
        shows(message, calledCard(given, called, user));
      }
      if (!waitsForAnswer(page) || isOver(incident)) continue;
      for (const { level, people } of page.levels.filter((called) => usersOf(called).length > 0)) {
        const posts = page.posted.filter(
          (one) => one.level === level && !one.unanswered && platformOf(one.message) === chat.name,
        );
        if (posts.length !== 1) wrong.push(`${name}: level ${level} was posted ${posts.length} times on ${chat.name}`);
        for (const user of people.flatMap(({ users }) => users.filter((one) => platformOf(one) === chat.name))) {
          const told = page.reached.filter((one) => one.level === level && one.user === user).length;
          if (told !== 1) wrong.push(`${name}: ${user} was told ${told} times of level ${level}`);
        }
      }
    }
  }
  return wrong;
}
