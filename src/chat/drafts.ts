import { noticeFor } from "../core/contacts.ts";
import type { Incident } from "../core/incident.ts";
import { draftNamed, isUnfinished } from "../core/message-template.ts";
import type { App } from "../core/ports.ts";
import type { Field } from "./command.ts";
import type { Text } from "./view.ts";

/** The prepared words that a form holds at first, by the name of their field: those of the plan, with what is known filled in. */
export function draftsOf(
  app: App,
  fields: Field[],
  { input, ...around }: { input: Record<string, string>; incident?: Incident; incidents: Incident[] },
): Record<string, string> {
  const incident = around.incidents.find(({ id }) => id === input.incident) ?? around.incident;
  const found: Record<string, string> = {};
  for (const { name, draftFrom } of fields) {
    const named = draftFrom === undefined ? undefined : input[draftFrom];
    const source = fields.find((field) => field.name === draftFrom);
    if (named === undefined || source === undefined || input[name] !== undefined) continue;
    const filling = { incident, now: app.clock.now() };
    const words =
      source.choices === "contacts"
        ? noticeFor(app.plan(), { named, ...filling })
        : draftNamed(named, { plan: app.plan(), ...filling });
    if (words !== "") found[name] = words;
  }
  return found;
}

/** Stands above prepared words: they were written before anybody knew what would happen. */
export function readOver(drafts: string[]): Text {
  return drafts.some(isUnfinished)
    ? "Prepared in peace time. Read it over, fill in what stands in {braces}, and take out what is not true now."
    : "Prepared in peace time. Read it over, and take out what is not true now.";
}
