import type { UserRef } from "../../core/ids.ts";
import { type Incident, isOver } from "../../core/incident.ts";
import { reachOf, timeIsUpAt, unreached } from "../../core/paging.ts";
import { highestLevel, isCalling, type Page, waitsForAnswer } from "../../core/paging-state.ts";
import type { LoadedPlan, ResponsePlan } from "../../core/plan.ts";
import { ruleFor, type SeverityNames } from "../../core/severity-rule.ts";
import type { TimelineEvent } from "../../core/timeline.ts";
import type { Block, Button, Span, Text } from "../view.ts";
import { againButton, onItButton } from "./page-buttons.ts";
import { calledPeople } from "./page-card.ts";
import { byReason, named, severityWord } from "./words.ts";

type Words = Exclude<Text, string>;

/** On the incident's pinned card: who was called, who is on it, whom no call could reach. */
export function pageBlocks(plan: LoadedPlan, incident: Incident): Block[] {
  if (isOver(incident)) return [];
  const page = incident.pages.findLast(({ ended }) => ended === undefined);
  if (page === undefined) return [];
  const told = waitsForAnswer(page) ? callWords(plan, incident, page) : onItWords(page);
  return [
    { kind: "text", text: told },
    ...trouble(incident, page).map((text): Block => ({ kind: "text", quiet: true, text })),
  ];
}

function onItWords({ answered }: Page): Words {
  if (answered === undefined) return [];
  return [{ bold: "On it: " }, { person: answered.by }, " since ", { time: answered.at }];
}

function callWords(plan: LoadedPlan, incident: Incident, page: Page): Words {
  const last = page.levels.find(({ level }) => level === highestLevel(page));
  if (last === undefined) return [];
  if (!isCalling(page)) {
    const people = page.levels.flatMap((level, index) => [...(index === 0 ? [] : [", "]), ...calledPeople(level, "")]);
    return [{ bold: "NOBODY ANSWERED. " }, "Called: ", ...people, ". Phone them, or press I'm on it."];
  }
  const until: Span = { time: timeIsUpAt(page, incident, plan) };
  const next = last.level + 1;
  const then = next > reachOf(page, incident, plan) ? ["; time is up ", until] : [`; level ${next} is called `, until];
  return [{ bold: `Called, level ${last.level}: ` }, ...calledPeople(last, ""), ", no answer yet", ...then];
}

/** Whom no direct message reached, and what the pager outside did not take: nobody is left out in silence. */
function trouble(incident: Incident, page: Page): Words[] {
  const lost = new Set(unreached(incident, page));
  const refused = new Map<UserRef, string>();
  for (const { user, why } of page.reached) if (why !== undefined) refused.set(user, why);
  const people = page.levels.flatMap((level) => level.people);
  const byMentionOnly = [...refused].filter(
    ([user]) => !people.some(({ name, users }) => users.includes(user) && lost.has(name)),
  );
  const out = page.out.at(-1);
  return [
    ...(lost.size === 0 ? [] : [[{ bold: `Not reached: ${[...lost].join(", ")}. ` }, "Phone them."]]),
    ...byReason(byMentionOnly.map(([user, why]) => ({ user, why }))).map(
      ({ why, users }): Words => [
        "No direct message to ",
        ...named(users),
        ` (${why}): rung by the mention in the alerts only.`,
      ],
    ),
    ...(out === undefined || out.ok ? [] : [[`The pager outside did not take it: ${out.detail}`]]),
  ];
}

/** On the pinned card: the press that stops a call, or the one that calls, where an incident was reopened or nobody came. */
export function pageButtons(plan: Pick<ResponsePlan, "severities" | "escalation">, incident: Incident): Button[] {
  if (isOver(incident)) return [];
  const live = incident.pages.filter(({ ended }) => ended === undefined);
  const page = live.at(-1);
  if (page !== undefined && waitsForAnswer(page)) {
    return [onItButton({ incident, page }), ...(isCalling(page) ? [] : [againButton(incident, page)])];
  }
  const rule = ruleFor(plan, incident.severity).page;
  if (page !== undefined || rule === undefined || plan.escalation.length === 0) return [];
  // Reopened, or so severe only since: it never rings by itself a second time, and offers to.
  const level = String(Math.min(rule.from, plan.escalation.length));
  return [
    {
      label: "Call for people…",
      command: "oncall page",
      input: { incident: incident.id, level },
      confirm: {
        title: "Call for people?",
        text: `Level ${level} is called now, and the next ones until somebody answers.`,
        yes: "Call them",
      },
    },
  ];
}

/** So many calls have a button on somebody's home. */
const CALLS_AT_ONCE = 3;

/** On somebody's home: the calls that wait for them. */
export function callsFor(
  plan: SeverityNames,
  incidents: Incident[],
  user: UserRef,
): { blocks: Block[]; buttons: Button[] } {
  const calls = incidents.flatMap((incident) => {
    const page = incident.pages.findLast(waitsForAnswer);
    const called = page?.levels.some((level) => level.people.some(({ users }) => users.includes(user)));
    return page !== undefined && called === true ? [{ incident, page }] : [];
  });
  return {
    blocks: calls.map(({ incident }) => ({
      kind: "text",
      text: [
        { bold: `You are called: ${incident.id}` },
        ` ${severityWord(incident.severity, plan)}. Nobody is on it yet.`,
      ],
    })),
    buttons: calls
      .slice(0, CALLS_AT_ONCE)
      .map((call) => ({ ...onItButton(call), label: `I'm on ${call.incident.id}` })),
  };
}

/** What the room hears of in a line. Undefined for all other facts. */
export function sayPage(event: TimelineEvent, person: Span): { title: string; text: Span[] } | undefined {
  switch (event.kind) {
    case "oncall.answered":
      return event.previous === undefined
        ? { title: "Somebody is on it", text: [person, ". Nobody else is called."] }
        : { title: "Taken over", text: [person, " is on it now, instead of ", { person: event.previous }, "."] };
    case "oncall.paged": {
      const names = event.people.map(({ name }) => name).join(", ") || "nobody";
      const because = event.reason === undefined ? "" : `: ${event.reason}`;
      return { title: `Level ${event.level} is called: ${names}`, text: [person, because] };
    }
    case "oncall.paged_out":
      return event.ok
        ? { title: "The pager outside takes messages again", text: [event.detail] }
        : {
            title: `The pager outside did NOT take it`,
            text: [event.detail, " People were called in the chat all the same."],
          };
    default:
      return undefined;
  }
}
