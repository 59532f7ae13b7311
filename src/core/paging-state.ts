import type { Place, UserRef } from "./ids.ts";
import type { By, EventOf, StoredEvent } from "./timeline.ts";

/** One call for somebody who takes an incident on, level by level until somebody answers. */
export interface Page {
  page: number;
  levels: PagedLevel[];
  /** The last level that is paged before it is announced that nobody answered. */
  lastLevel: number;
  /** Who was told directly, and who could not be. */
  reached: { level: number; user: UserRef; message?: Place; why?: string }[];
  /** The calls in `#security-alerts`, of every level and chat; and where it was announced that nobody answered. */
  posted: { level: number; message: Place; unanswered?: true }[];
  /** What the pager outside has been told, newest last. */
  out: { level: number; action: "trigger" | "acknowledge" | "resolve"; ok: boolean; detail: string }[];
  answered?: { by: By; byName?: string; at: string };
  /** Since when it is known that nobody answers. */
  unanswered?: string;
  /** When the incident was over: nobody is called by this page any more, even if the incident is reopened. */
  ended?: string;
}

export interface PagedLevel {
  level: number;
  /** When it was paged. */
  at: string;
  why: EventOf<"oncall.paged">["why"];
  /** Who asked for it by hand, and the words that they gave. */
  by: By;
  byName?: string;
  reason?: string;
  people: EventOf<"oncall.paged">["people"];
  answerWithinMs: number;
}

export type PageEvent = EventOf<
  | "oncall.paged"
  | "oncall.page_posted"
  | "oncall.reached"
  | "oncall.paged_out"
  | "oncall.answered"
  | "oncall.unanswered"
>;

export function foldPages(pages: Page[], stored: StoredEvent, event: PageEvent): Page[] {
  if (event.kind === "oncall.paged" && !pages.some(({ page }) => page === event.page)) {
    const { page, lastLevel } = event;
    return [...pages, { page, lastLevel, levels: [levelOf(stored, event)], reached: [], posted: [], out: [] }];
  }
  return pages.map((page) => (page.page === event.page ? foldPage(page, stored, event) : page));
}

function foldPage(page: Page, stored: StoredEvent, event: PageEvent): Page {
  switch (event.kind) {
    case "oncall.paged":
      return {
        ...page,
        levels: [...page.levels, levelOf(stored, event)],
        lastLevel: event.lastLevel,
        unanswered: undefined,
      };
    case "oncall.page_posted": {
      const { level, message, unanswered } = event;
      return { ...page, posted: [...page.posted, { level, message, ...(unanswered && { unanswered }) }] };
    }
    case "oncall.reached": {
      const { level, user, message, why } = event;
      return { ...page, reached: [...page.reached, { level, user, message, why }] };
    }
    case "oncall.paged_out": {
      const { level, action, ok, detail } = event;
      return { ...page, out: [...page.out, { level, action, ok, detail }] };
    }
    case "oncall.answered":
      return { ...page, answered: { by: stored.by, byName: stored.byName, at: stored.at }, unanswered: undefined };
    case "oncall.unanswered":
      return { ...page, unanswered: stored.at };
    default:
      return event satisfies never;
  }
}

function levelOf({ at, by, byName }: StoredEvent, event: EventOf<"oncall.paged">): PagedLevel {
  const { level, why, people, answerWithinMs, reason } = event;
  return { level, at, why, by, byName, reason, people, answerWithinMs };
}

/** The incident is over: none of its pages calls anybody any more. */
export function endedPages(pages: Page[], at: string): Page[] {
  return pages.map((page) => (page.ended === undefined ? { ...page, ended: at } : page));
}

/** Somebody is being called, and time runs. */
export function isCalling(page: Page): boolean {
  return waitsForAnswer(page) && page.unanswered === undefined;
}

/** An answer is wanted: people are being called, or were and nobody came. */
export function waitsForAnswer({ answered, ended }: Page): boolean {
  return answered === undefined && ended === undefined;
}

/** Somebody answered one of them, and nobody has been called since to whom nobody answered. */
export function isOnIt(pages: Page[]): boolean {
  return pages.at(-1)?.answered !== undefined;
}

export function highestLevel({ levels }: Page): number {
  return Math.max(0, ...levels.map(({ level }) => level));
}
