import type { PlainTextOption } from "@slack/types";
import { LIMITS } from "./limits.ts";

const LISTS_MAX = 200;
const PREFIX = "options:";

/** Long lists of choices, kept while forms that offer them are open. Slack asks for a part of one as somebody types. */
export interface OptionShelf {
  /** Returns the action id under which the list is asked for. */
  put(options: PlainTextOption[]): string;
  /** Those that hold what was typed, at most as many as Slack shows. Undefined when the list is not kept any more. */
  search(actionId: string, typed: string): PlainTextOption[] | undefined;
}

export function createOptionShelf(): OptionShelf {
  const lists = new Map<string, PlainTextOption[]>();
  let last = 0;
  return {
    put(options) {
      last += 1;
      // The time makes an id of an earlier process miss, instead of finding another list.
      const id = `${PREFIX}${Date.now().toString(36)}.${last}`;
      lists.set(id, options);
      const [oldest] = lists.keys();
      if (lists.size > LISTS_MAX && oldest !== undefined) lists.delete(oldest);
      return id;
    },
    search(actionId, typed) {
      const wanted = typed.trim().toLowerCase();
      return lists
        .get(actionId)
        ?.filter(({ text, value }) => `${text.text} ${value}`.toLowerCase().includes(wanted))
        .slice(0, LIMITS.options);
    },
  };
}
