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
  /** The calls in `#security-alerts`, of every level and chat. */
  posted: { level: number; message: Place }[];
  /** What the pager outside has been told, newest last. */
  out: { level: number; action: "trigger" | "acknowledge" | "resolve"; ok: boolean; detail: string }[];
  answered?: { by: By; byName?: string; at: string };
  /** Since when it is known that nobody answers. */
  unanswered?: string;
}

export interface PagedLevel {
  level: number;
  /** When it was paged. */
  at: string;
  why: EventOf<"oncall.paged">["why"];
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
      return { ...page, levels: [...page.levels, levelOf(stored, event)], lastLevel: event.lastLevel };
    case "oncall.page_posted": {
      const { level, message } = event;
      return { ...page, posted: [...page.posted, { level, message }] };
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

function levelOf({ at }: StoredEvent, { level, why, people, answerWithinMs }: EventOf<"oncall.paged">): PagedLevel {
  return { level, at, why, people, answerWithinMs };
}
