import { type Place, platformOf, type UserRef } from "../../core/ids.ts";
import { type Incident, roomOn } from "../../core/incident.ts";
import { reachOf, timeIsUpAt, unreached, usersOf } from "../../core/paging.ts";
import { highestLevel, isCalling, type Page, type PagedLevel } from "../../core/paging-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { isSamePerson } from "../../core/roles.ts";
import type { Block, Span, Text, View } from "../view.ts";
import { againButton, leadButtons, nameOf, onItButton, takeOverButton } from "./page-buttons.ts";
import { severityWord } from "./words.ts";

type Words = Exclude<Text, string>;

/** What shows a call reads of the world. `chat` is the one that it is shown in. */
export interface PageView {
  plan: LoadedPlan;
  incident: Incident;
  page: Page;
  chat: string;
}

/** The call of one level in `#security-alerts`: it rings its people, and says who is on it. Never the vulnerability. */
export function levelCard(given: PageView, called: PagedLevel): View {
  const { plan, incident, page } = given;
  const settled = settledCard(given);
  if (settled !== undefined) return settled;
  const people = calledPeople(called, given.chat);
  const isLast = called.level === highestLevel(page);
  if (isCalling(page) && isLast) {
    return {
      tone: "danger",
      title: `${headOf(plan, incident)}: somebody is needed now`,
      body: [
        { kind: "text", text: [...people, ": press I'm on it."] },
        {
          kind: "text",
          quiet: true,
          text: [`${levelName(plan, called)}. `, ...emptyLevels(page), ...nextLevel(given, called)],
        },
      ],
      buttons: [onItButton(given)],
    };
  }
  const then = page.levels.find(({ level, at }) => level > called.level && at >= called.at);
  return {
    tone: "warning",
    title: `${headOf(plan, incident)}: level ${called.level} has not answered`,
    body: [
      {
        kind: "text",
        text: [
          ...people,
          ...(then === undefined
            ? [": nobody is left to call."]
            : [`: level ${then.level} was called `, timeOf(then), "."]),
          " Press I'm on it all the same.",
        ],
      },
    ],
    buttons: [onItButton(given)],
  };
}

/** What one person gets as a direct message, wherever they are: what is wanted, where, and one button. */
export function calledCard(given: PageView, called: PagedLevel, user: UserRef): View {
  const { plan, incident, page } = given;
  const where = { label: "Room", value: roomText(given) };
  const mine = page.answered !== undefined && isSamePerson(plan, page.answered.by, user);
  if (mine && page.ended === undefined) return onItCard(given, where);
  const settled = settledCard(given);
  if (settled !== undefined) return settled;
  const by = called.why === "asked" ? byWords(plan, called) : [];
  return {
    tone: "danger",
    title: `You are needed now: ${headOf(plan, incident)}`,
    body: [
      { kind: "text", text: ["Press I'm on it, then go to the room. ", ...nextLevel(given, called)] },
      ...by,
      {
        kind: "fields",
        fields: [{ label: "What", value: incident.title }, { label: "You are", value: levelName(plan, called) }, where],
      },
    ],
    buttons: [onItButton(given)],
  };
}

/** Nobody answered at any level: said aloud in the alerts and in the room, with everybody who was called. */
export function unansweredCard(given: PageView): View {
  const { plan, incident, page, chat } = given;
  const settled = settledCard(given);
  if (settled !== undefined) return settled;
  if (isCalling(page)) {
    const text: Words = ["Nobody had answered. Level ", `${highestLevel(page)} is being called since then.`];
    const title = `${headOf(plan, incident)}: being called again`;
    return { tone: "warning", title, body: [{ kind: "text", text }], buttons: [onItButton(given)] };
  }
  const missed = unreached(incident, page);
  const anybody = page.levels.some(({ people }) => people.some(({ users }) => users.length > 0));
  const what = anybody ? "Everybody was called, and nobody is on it." : "There is nobody whom Allstop could call.";
  return {
    tone: "danger",
    title: `${headOf(plan, incident)}: NOBODY ANSWERED`,
    body: [
      { kind: "text", text: `${what} If you read this: press I'm on it.` },
      {
        kind: "fields",
        fields: page.levels.map((called) => ({
          label: levelName(plan, called),
          value: [...calledPeople(called, chat), ", called ", timeOf(called)],
        })),
      },
      ...(missed.length === 0
        ? []
        : [{ kind: "text" as const, text: `Not reached by any message: ${missed.join(", ")}. Phone them.` }]),
    ],
    buttons: [onItButton(given), againButton(incident, page)],
  };
}

/** Where a call has come to its end: somebody is on it, or the incident is over. */
function settledCard(given: PageView): View | undefined {
  const { plan, incident, page } = given;
  const { answered } = page;
  if (page.ended !== undefined) {
    const title = `${incident.drill ? "DRILL " : ""}${incident.id}: nobody is needed any more`;
    const who: Words = answered === undefined ? [] : [{ person: answered.by }, " was on it. "];
    const text: Words = [...who, "It was resolved at ", { time: page.ended }, "."];
    return { tone: "neutral", title, body: [{ kind: "text", text }], buttons: [] };
  }
  if (answered === undefined) return undefined;
  return {
    tone: "good",
    title: `${headOf(plan, incident)}: ${nameOf(plan, answered)} is on it`,
    body: [
      { kind: "text", text: [{ person: answered.by }, " is on it since ", { time: answered.at }, "."] },
      {
        kind: "text",
        quiet: true,
        text: "Nobody else is called. If you were called, you may still be needed in the room.",
      },
    ],
    buttons: [takeOverButton(plan, incident, page)],
  };
}

function onItCard({ plan, incident }: PageView, where: { label: string; value: Text }): View {
  const leads = incident.roles["incident commander"];
  const lead: Words =
    leads === undefined
      ? ["Nobody leads yet: take the lead if you can."]
      : [{ person: leads }, " is incident commander."];
  return {
    tone: "good",
    title: `You are on it: ${headOf(plan, incident)}`,
    body: [
      { kind: "text", text: ["Nobody else is called. ", ...lead] },
      { kind: "fields", fields: [{ label: "What", value: incident.title }, where] },
    ],
    buttons: leadButtons(incident),
  };
}

/** `DRILL INC-0042 CRITICAL`: what may be read by anybody in the channel, and no more. */
function headOf(plan: LoadedPlan, { drill, id, severity }: Incident): string {
  return `${drill ? "DRILL " : ""}${id} ${severityWord(severity, plan)}`;
}

function levelName(plan: LoadedPlan, { level }: PagedLevel): string {
  const title = plan.escalation[level - 1]?.title;
  return title === undefined ? `Level ${level}` : `Level ${level}, ${title}`;
}

function nextLevel({ plan, incident, page }: PageView, called: PagedLevel): Words {
  if (!isCalling(page) || called.level !== highestLevel(page)) return ["Others have been called as well."];
  const until: Span = { time: timeIsUpAt(page, incident, plan) };
  const next = highestLevel(page) + 1;
  if (next > reachOf(page, incident, plan)) return ["Nobody is called after you. Your time is up ", until, "."];
  return [`Level ${next} is called `, until, " if nobody answers."];
}

/** Levels at which nobody could be called have no message of their own. */
function emptyLevels({ levels }: Page): Words {
  const empty = levels.filter((called) => usersOf(called).length === 0).map(({ level }) => level);
  return empty.length === 0 ? [] : [`Nobody can be called at level ${empty.join(" and ")}. `];
}

function byWords(plan: LoadedPlan, called: PagedLevel): Block[] {
  const asked: Block = { kind: "text", text: `${nameOf(plan, called)} asked for you.` };
  return called.reason === undefined ? [asked] : [asked, { kind: "quote", text: called.reason }];
}

function roomText({ incident, chat }: PageView): Text {
  const room: { place: Place; label: string } | undefined = roomOn(incident, chat);
  return room === undefined ? "opening…" : [room];
}

/** A level's people, each once: by their account in this chat, else by another, else by name. */
export function calledPeople({ people }: Pick<PagedLevel, "people">, chat: string): Words {
  if (people.length === 0) return ["nobody stands at this level now"];
  return people.flatMap(({ name, users }, index) => {
    const user = users.find((account) => platformOf(account) === chat) ?? users[0];
    return [...(index === 0 ? [] : [", "]), user === undefined ? name : { person: user }];
  });
}

function timeOf({ at }: PagedLevel): Span {
  return { time: at };
}
