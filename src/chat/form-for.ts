import { contactId, contactsNamed, type Named } from "../core/contacts.ts";
import type { Incident } from "../core/incident.ts";
import { draftsFor } from "../core/message-template.ts";
import { pausesToOffer } from "../core/pauses-to-offer.ts";
import { kindsOf, type Playbook } from "../core/playbook-file.ts";
import { stepsToReopen } from "../core/playbook-state.ts";
import type { App } from "../core/ports.ts";
import { byWeight } from "../core/risk.ts";
import type { Risk } from "../core/risk-state.ts";
import { severities } from "../core/severity.ts";
import { severityChoice } from "./cards/words.ts";
import { type Asked, type Command, commandFields, type Field } from "./command.ts";
import { draftsOf, readOver } from "./drafts.ts";
import type { Form, FormField, FormWidget } from "./view.ts";

/** What there is to choose from, where a command was said. */
export interface Around {
  incident?: Incident;
  incidents: Incident[];
  risks: readonly Risk[];
  /** What was given for the field already: a part of a name, of which the choice is what it may stand for. */
  given?: string | undefined;
  /** The playbook's run that is meant. */
  run?: string | undefined;
}

/** The form that asks for what a command still lacks. What the place already says is carried, and not asked again. */
export function formFor(
  app: App,
  command: Command,
  { input, asked: also, ...around }: Around & { input: Record<string, string>; asked?: Asked },
): Form {
  const fields = commandFields(command);
  // The one that is meant, which a press elsewhere than in its room names.
  const incident = around.incidents.find(({ id }) => id === input.incident) ?? around.incident;
  const drafts = draftsOf(app, fields, { ...around, input });
  const carried: Record<string, string> = {};
  const asked: FormField[] = [];
  for (const field of fields) {
    const value = input[field.name];
    if (value !== undefined && (field.from !== undefined || field.given)) carried[field.name] = value;
    else if ((field.from === undefined && !field.given) || field.required || also?.field === field.name) {
      const widget = widgetFor(app, field, { ...around, incident, given: value, run: input.run });
      // A list of nothing is no question.
      if (!field.required && field.choices !== undefined && isEmpty(widget)) continue;
      asked.push({
        name: field.name,
        label: field.description ?? field.name,
        hint: field.type === "toggle" ? undefined : field.hint,
        required: field.required || (also?.required === true && also.field === field.name),
        widget,
        value: chosen(field, widget, value) ?? drafts[field.name] ?? onlyChoice(field, widget) ?? field.suggested,
      });
    }
  }
  return {
    command: command.name,
    title: command.title ?? command.summary,
    submit: submitWord(command),
    ...(Object.keys(drafts).length > 0 && { intro: readOver(Object.values(drafts)) }),
    ...(also && { intro: also.intro }),
    fields: asked,
    carried,
  };
}

/** What one field may be filled with, where that is known: incidents, proposals, interventions, playbooks, steps. */
export function optionsFor(
  app: App,
  command: Command,
  name: string,
  around: Around,
): { value: string; label: string }[] {
  const field = commandFields(command).find((candidate) => candidate.name === name);
  const widget = field && widgetFor(app, field, around);
  return widget?.kind === "choice" ? widget.options : [];
}

/** Where there is one thing to choose, it is chosen: a press less at 3 a.m. */
function onlyChoice({ required }: Field, widget: FormWidget): string | undefined {
  if (!required || widget.kind !== "choice" || widget.options.length !== 1) return undefined;
  return widget.options[0]?.value;
}

function widgetFor(app: App, field: Field, around: Around): FormWidget {
  if (field.type === "toggle") return { kind: "toggle", label: field.hint ?? field.description ?? field.name };
  if (field.choices === "severities") return choice(severities.map((one) => [one, severityChoice(app.plan(), one)]));
  if (field.options) return choice(field.options.map((option) => [option, capital(option)]));
  if (field.widget === "person") return { kind: "person" };
  if (field.choices === "interventions") {
    return choice(Object.entries(app.plan().interventions).map(([key, { title }]) => [key, title]));
  }
  if (field.choices === "interventions and groups") {
    return choice(pausesToOffer(app.plan(), around.incident).map(({ key, title }) => [key, title]));
  }
  if (field.choices === "playbooks") return choice(byTitle(app.playbooks()));
  if (field.choices === "kinds") return choice(byTitle(kindsOf(app.playbooks())));
  if (field.choices === "steps behind") return choice(stepsBehind(around));
  if (field.choices === "people") {
    return choice(Object.entries(app.plan().people).map(([key, { name }]) => [key, name]));
  }
  if (field.choices === "drafts") return choice(draftsFor(app.plan(), around.incident).map((d) => [d.key, d.title]));
  if (field.choices === "contacts") return choice(contactsNamed(app.plan(), around.given).map(contactChoice));
  const known = field.from && placesFor(field.from, around);
  if (known && known.length > 0) return choice(known);
  const kind = field.widget === "paragraph" || field.rest ? (field.widget ?? "line") : "line";
  return {
    kind: kind === "paragraph" ? "paragraph" : "line",
    maxLength: field.maxLength,
    placeholder: field.placeholder,
  };
}

function placesFor(from: NonNullable<Field["from"]>, { incident, incidents, risks }: Around): [string, string][] {
  const among = incident === undefined ? incidents : [incident];
  switch (from) {
    case "incident":
    case "room":
      return incidents.map(({ id, title }) => [id, `${id} ${title}`]);
    case "proposal":
      return among.flatMap(({ pauses }) =>
        pauses.map(({ id, facts }): [string, string] => [id, `${id} ${facts.title}`]),
      );
    case "run":
      return among.flatMap(({ runs }) => runs.map(({ id, text }): [string, string] => [id, `${id} ${text.title}`]));
    case "step":
      return among.flatMap(({ runs }) =>
        runs.flatMap(({ steps }) => steps.map(({ step }): [string, string] => [step.id, step.do])),
      );
    case "risk":
      return risks.toSorted(byWeight).map(({ id, title }) => [id, `${id} ${title}`]);
    default:
      return from satisfies never;
  }
}

/** `chainlink` is one of many contacts, unless it has but one. */
function chosen({ choices }: Field, widget: FormWidget, value: string | undefined): string | undefined {
  if (choices !== "contacts" || widget.kind !== "choice") return value;
  return widget.options.some((option) => option.value === value) ? value : undefined;
}

function contactChoice({ key, dependency, contact }: Named): [string, string] {
  return [contactId(key, contact), `${dependency.name}: ${contact.name}, ${contact.via}`];
}

/** The newest first, and no more than every list holds: reopening is about what has just happened. */
function stepsBehind({ incident, incidents, run: named }: Around): [string, string][] {
  const runs = (incident === undefined ? incidents : [incident]).flatMap((one) => one.runs);
  const meant = runs.filter(({ id }) => named === undefined || named === id);
  return meant
    .flatMap((run) => stepsToReopen(run).map(({ step }): [string, string] => [`${run.id}/${step.id}`, step.do]))
    .slice(0, STEPS_SHOWN_MAX);
}

const STEPS_SHOWN_MAX = 25; // Discord's list holds no more.

function isEmpty(widget: FormWidget): boolean {
  return widget.kind === "choice" && widget.options.length === 0;
}

function choice(pairs: [value: string, label: string][]): FormWidget {
  const unique = new Map(pairs);
  return { kind: "choice", options: [...unique].map(([value, label]) => ({ value, label })) };
}

/** As people look for them: a playbook's key is the name of its file. */
function byTitle(playbooks: readonly Playbook[]): [string, string][] {
  return playbooks
    .toSorted((a, b) => a.title.localeCompare(b.title, "en"))
    .map(({ key, title }): [string, string] => [key, title]);
}

/** What its button says: else the last word of the command, `pause decline` → `Decline`. */
function submitWord(command: Command): string {
  return command.submit ?? capital(command.name.split(" ").at(-1) ?? command.name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
