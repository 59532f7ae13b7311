import type { Incident } from "../core/incident.ts";
import type { App } from "../core/ports.ts";
import { type Command, commandFields, type Field } from "./command.ts";
import type { Form, FormField, FormWidget } from "./view.ts";

/** The form that asks for what a command still lacks. What the place already says is carried, and not asked again. */
export function formFor(
  app: App,
  command: Command,
  { input, incident, incidents }: { input: Record<string, string>; incident?: Incident; incidents: Incident[] },
): Form {
  const fields = commandFields(command);
  const carried: Record<string, string> = {};
  const asked: FormField[] = [];
  for (const field of fields) {
    const value = input[field.name];
    if (value !== undefined && field.from !== undefined) carried[field.name] = value;
    else if (field.from === undefined || field.required) {
      const widget = widgetFor(app, field, incident, incidents);
      asked.push({
        name: field.name,
        label: field.description ?? field.name,
        hint: field.type === "toggle" ? undefined : field.hint,
        required: field.required,
        widget,
        value: value ?? onlyChoice(field, widget) ?? field.suggested,
      });
    }
  }
  return {
    command: command.name,
    title: command.title ?? command.summary,
    submit: submitWord(command),
    fields: asked,
    carried,
  };
}

/** What one field may be filled with, where that is known: incidents, proposals, interventions, playbooks, steps. */
export function optionsFor(
  app: App,
  command: Command,
  name: string,
  { incident, incidents }: { incident?: Incident; incidents: Incident[] },
): { value: string; label: string }[] {
  const field = commandFields(command).find((candidate) => candidate.name === name);
  const widget = field && widgetFor(app, field, incident, incidents);
  return widget?.kind === "choice" ? widget.options : [];
}

/** Where there is one thing to choose, it is chosen: a press less at 3 a.m. */
function onlyChoice({ required }: Field, widget: FormWidget): string | undefined {
  if (!required || widget.kind !== "choice" || widget.options.length !== 1) return undefined;
  return widget.options[0]?.value;
}

function widgetFor(app: App, field: Field, incident: Incident | undefined, incidents: Incident[]): FormWidget {
  if (field.type === "toggle") return { kind: "toggle", label: field.hint ?? field.description ?? field.name };
  if (field.options) return choice(field.options.map((option) => [option, capital(option)]));
  if (field.widget === "person") return { kind: "person" };
  if (field.choices === "interventions") {
    return choice(Object.entries(app.plan().interventions).map(([key, { title }]) => [key, title]));
  }
  if (field.choices === "interventions and groups") {
    const { interventions, groups } = app.plan();
    return choice(Object.entries({ ...interventions, ...groups }).map(([key, { title }]) => [key, title]));
  }
  if (field.choices === "playbooks") return choice(app.playbooks().map(({ key, title }) => [key, title]));
  const known = field.from && placesFor(field.from, incident, incidents);
  if (known && known.length > 0) return choice(known);
  const kind = field.widget === "paragraph" || field.rest ? (field.widget ?? "line") : "line";
  return {
    kind: kind === "paragraph" ? "paragraph" : "line",
    maxLength: field.maxLength,
    placeholder: field.placeholder,
  };
}

function placesFor(
  from: NonNullable<Field["from"]>,
  incident: Incident | undefined,
  incidents: Incident[],
): [string, string][] {
  const among = incident === undefined ? incidents : [incident];
  switch (from) {
    case "incident":
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
    default:
      return from satisfies never;
  }
}

function choice(pairs: [value: string, label: string][]): FormWidget {
  const unique = new Map(pairs);
  return { kind: "choice", options: [...unique].map(([value, label]) => ({ value, label })) };
}

/** The last word of the command, as a button: `pause decline` → `Decline`. */
function submitWord(command: Command): string {
  return capital(command.name.split(" ").at(-1) ?? command.name);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
