import { platformOf } from "../core/ids.ts";
import { aliasesOf, type LoadedPlan, personOf } from "../core/plan.ts";
import { chatName } from "./cards/words.ts";
import type { Span } from "./view.ts";

/**
 * A view or a form as one chat can show it: people by their account there, where the plan knows one, else by name;
 * places of another chat as words. The rest is the same everywhere.
 */
export function localise<T>(shown: T, plan: LoadedPlan, chat: string): T {
  // Views are plain data: whatever is neither a list nor a table is left alone.
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== "object" || item === null) return item;
    const span = foreignSpan(item, chat);
    if (span !== undefined) return sayHere(span, plan, chat);
    return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, walk(value)]));
  };
  return walk(shown) as T;
}

type Foreign = Extract<Span, { person: string } | { place: string }>;

function foreignSpan(item: object, chat: string): Foreign | undefined {
  if ("person" in item && typeof item.person === "string" && platformOf(item.person) !== chat) return item as Foreign;
  if ("place" in item && typeof item.place === "string" && platformOf(item.place) !== chat) return item as Foreign;
  return undefined;
}

function sayHere(span: Foreign, plan: LoadedPlan, chat: string): Span {
  if ("place" in span) return `${span.label} (on ${chatName(platformOf(span.place))})`;
  const known = personOf(plan, span.person);
  // At the terminal people have no accounts: the plan's own key is their name there.
  const here =
    known !== undefined && chat === "terminal"
      ? `terminal:${known.key}`
      : aliasesOf(plan, span.person).find((account) => platformOf(account) === chat);
  if (here !== undefined) return { person: here };
  const name = known?.person.name ?? span.person.slice(span.person.indexOf(":") + 1);
  return `${name} (on ${chatName(platformOf(span.person))})`;
}
