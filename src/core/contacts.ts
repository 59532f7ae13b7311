import { hash } from "node:crypto";
import { UserError } from "./errors.ts";
import type { IncidentId } from "./ids.ts";
import type { Incident } from "./incident.ts";
import { fillMessage } from "./message-template.ts";
import type { LoadedPlan, ResponsePlan } from "./plan.ts";
import type { Dependency } from "./plan-response.ts";
import type { App, Cause } from "./ports.ts";
import { recordIncident } from "./record-incident.ts";

export type Contact = Dependency["contacts"][number];

/** Somebody of a dependency who can be told. */
export interface Named {
  /** The dependency's key in the plan. */
  key: string;
  dependency: Dependency;
  contact: Contact;
}

/** Longer words are none that one copies from a phone; and whatever they are, they fit one message of any chat, whole. */
export const NOTICE_LENGTH_MAX = 2000;

/**
 * `chainlink/1f2e3d4c`: a contact, by what the plan says of it. Whoever chose it in a form has chosen these very words: if
 * the plan was changed meanwhile, it is nobody any more, and never somebody else.
 */
export function contactId(key: string, { name, via }: Contact): string {
  return `${key}/${hash("sha256", `${name}\n${via}`, "hex").slice(0, 8)}`;
}

/** The contacts that a name stands for: one, or all of a dependency. */
export function contactsNamed(plan: Pick<ResponsePlan, "dependencies">, named: string | undefined): Named[] {
  const [wanted] = named?.split("/") ?? [];
  return Object.entries(plan.dependencies).flatMap(([key, dependency]) => {
    if (wanted !== undefined && wanted !== key) return [];
    const all = dependency.contacts.map((contact) => ({ key, dependency, contact }));
    const one = all.filter(({ contact }) => contactId(key, contact) === named);
    return named === undefined || named === key ? all : one;
  });
}

/** Exactly one contact. Throws `UserError` where the name stands for none, or for several. */
export function findContact(plan: Pick<ResponsePlan, "dependencies">, named: string): Named {
  const found = contactsNamed(plan, named);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  throw only === undefined ? noSuchContact(plan, named) : severalContacts(only, found);
}

function severalContacts({ key, dependency }: Named, found: Named[]): UserError {
  return new UserError(
    "several_contacts",
    `${dependency.name} has ${found.length} contacts.`,
    `Name one: ${found.map(({ contact }) => `${contactId(key, contact)} is ${contact.name}`).join("; ")}.`,
    { contact: key },
  );
}

export function noSuchContact(plan: Pick<ResponsePlan, "dependencies">, named: string): UserError {
  const [key = ""] = named.split("/");
  const dependency = Object.hasOwn(plan.dependencies, key) ? plan.dependencies[key] : undefined;
  if (dependency === undefined) {
    return new UserError(
      "unknown_dependency",
      `The response plan knows no dependency "${key}".`,
      "Run `/incident contacts` to see them all.",
      { contact: named },
    );
  }
  return dependency.contacts.length === 0
    ? new UserError(
        "no_contact",
        `The response plan has no contact for ${dependency.name}.`,
        "Tell them by any way that you know, write down how with `/incident note`, and add them to the plan afterwards.",
        { contact: named },
      )
    : new UserError(
        "contact_changed",
        `That contact of ${dependency.name} is not in the response plan any more: it was changed meanwhile.`,
        "Run `/incident contacts` and choose again.",
        { contact: named },
      );
}

/** The words that are prepared for a dependency, filled in. Empty where the plan has none for it. */
export function noticeFor(
  plan: LoadedPlan,
  { named, incident, now }: { named: string; incident?: Incident | undefined; now: Date },
): string {
  const [first] = contactsNamed(plan, named);
  if (first === undefined) throw noSuchContact(plan, named);
  const key = first.dependency.message;
  const message = key !== undefined && Object.hasOwn(plan.messages, key) ? plan.messages[key] : undefined;
  const words = message === undefined ? "" : fillMessage(message.text, { plan, incident, now });
  if (words.length <= NOTICE_LENGTH_MAX) return words;
  throw new UserError(
    "message_too_long",
    `The prepared message ${key} has ${words.length} characters, and one that is copied has room for ${NOTICE_LENGTH_MAX}.`,
    "Tell them in a few words of your own: `/incident notify`. Shorten the message in the plan afterwards.",
    { contact: named, length: words.length },
  );
}

/** Who of a dependency was told in this incident, in order. */
export function toldOf(incident: Pick<Incident, "notified">, key: string): Incident["notified"] {
  return incident.notified.filter(({ dependency }) => dependency === key);
}

/**
 * Somebody outside is being told. Allstop sends nothing to them: it writes down who was told what, by whom. Twice is
 * twice, as a second message has other words.
 */
export async function notifyContact(
  app: App,
  cause: Cause,
  { incident, contact: named, text }: { incident: IncidentId; contact: string; text: string },
): Promise<{ told: Named; before: Incident["notified"] }> {
  const told = findContact(app.plan(), named);
  const { key, contact } = told;
  let before: Incident["notified"] = [];
  await recordIncident(app, cause, incident, (state) => {
    before = toldOf(state, key).filter(({ name, via }) => name === contact.name && via === contact.via);
    return {
      events: [{ kind: "contact.notified", dependency: key, name: contact.name, via: contact.via, text }],
      effects: [{ kind: "refresh_card", incident }],
    };
  });
  return { told, before };
}
