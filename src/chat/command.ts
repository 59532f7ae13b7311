import { z } from "zod";
import type { Address, IncidentId, Place, UserRef } from "../core/ids.ts";
import type { Person } from "../core/plan.ts";
import type { App, Cause } from "../core/ports.ts";
import type { Answer } from "./platform.ts";
import type { Text } from "./view.ts";

/** Who may say it. `responder`: in the response plan, or holding a role here. `signer`: has linked an owner address. */
export type Access = "anyone" | "responder" | "signer";

export interface Actor {
  user: UserRef;
  /** All accounts of the person, on every platform; `user` is the first. */
  accounts: UserRef[];
  name: string;
  person?: { key: string; person: Person };
  owner?: Address;
}

export type ActorFor<A extends Access> = A extends "signer" ? Actor & { owner: Address } : Actor;

export interface Context<A extends Access> {
  app: App;
  actor: ActorFor<A>;
  cause: Cause;
  where?: Place;
  /** The incident whose room this was said in. */
  incident?: IncidentId;
}

/** Something that people can say: as a slash command, a form, a button, a shortcut or a line in a terminal. */
export interface Command<I extends z.ZodObject = z.ZodObject, A extends Access = Access> {
  /** Noun and verb: `pause confirm`. */
  name: string;
  summary: string;
  /** Over its form, where the summary is longer than the 24 characters that a phone's form has room for. */
  title?: string;
  /** On its form's button, where the verb alone would not say what a press does. */
  submit?: string;
  access: A;
  /** Shown at once where the work may take seconds and the platform itself shows no sign of it. */
  soon?: string;
  input: I;
  /** What is asked for in this case, beside what the schema always wants: a form opens for it unless it was given. */
  asks?: (input: z.output<I>, around: { app: App }) => Promise<Asked | undefined>;
  handler: (input: z.output<I>, context: Context<A>) => Promise<Answer> | Answer;
  /** What whoever typed it is told where it changed nothing. A second press is told nothing. */
  unchanged?: (input: z.output<I>, around: { app: App }) => Promise<string> | string;
}

export interface Asked {
  field: string;
  /** False where it may be left empty: then it is asked for once. */
  required: boolean;
  /** Why what was given does not do: a form stays open with what was typed. */
  mistake?: string;
  /** Stands above the fields. */
  intro: Text;
}

export function defineCommand<I extends z.ZodObject, A extends Access>(command: Command<I, A>): Command {
  // The door checks `access` and parses with `input` before it calls: the handler's own types are kept there.
  return command as unknown as Command;
}

/** What the plan and the playbooks offer to choose from. `kinds`: playbooks that say how people recognise an incident. */
const choicesOf = [
  "interventions",
  "interventions and groups",
  "playbooks",
  "people",
  "severities",
  "kinds",
  "drafts",
  "contacts",
  "steps behind",
] as const;

/**
 * What a field's `.meta()` may say beside its `description`, which is its label.
 * `from` names what fills it from the place where the command was said; `choices` what a form offers. `room` is the
 * incident whose room it is, and no other: where that is not meant, nothing is.
 */
export interface FieldMeta {
  description?: string;
  from?: "incident" | "proposal" | "run" | "step" | "risk" | "room";
  choices?: (typeof choicesOf)[number];
  widget?: "paragraph" | "person";
  /** A typed line's remaining words all belong to it. */
  rest?: boolean;
  placeholder?: string;
  hint?: string;
  /** What its form holds at first, where most answers are the same. A typed line still has to say it. */
  suggested?: string;
  /** Given by a button or by name: a form carries it, and asks for it only where it can't do without. */
  given?: boolean;
  /** Its form holds the words that this other field names, for the person to read over and mend. */
  draftFrom?: string;
}

export interface Field extends FieldMeta {
  name: string;
  required: boolean;
  type: "text" | "toggle";
  options?: string[];
  maxLength?: number;
  pattern?: RegExp;
}

const fieldsOf = new WeakMap<z.ZodObject, Field[]>();

/** The input's fields in their order, read from the schema once. */
export function commandFields(command: Command): Field[] {
  const known = fieldsOf.get(command.input);
  if (known !== undefined) return known;
  const fields = readFields(command);
  fieldsOf.set(command.input, fields);
  return fields;
}

const PropertySchema = z.looseObject({
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  maxLength: z.number().optional(),
  pattern: z.string().optional(),
  description: z.string(),
  from: z.enum(["incident", "proposal", "run", "step", "risk", "room"]).optional(),
  choices: z.enum(choicesOf).optional(),
  widget: z.enum(["paragraph", "person"]).optional(),
  rest: z.boolean().optional(),
  placeholder: z.string().optional(),
  hint: z.string().optional(),
  suggested: z.string().optional(),
  given: z.boolean().optional(),
  draftFrom: z.string().optional(),
});

function readFields(command: Command): Field[] {
  const schema = z
    .object({ properties: z.record(z.string(), PropertySchema), required: z.array(z.string()).default([]) })
    .parse(z.toJSONSchema(command.input, { io: "input" }));
  return Object.entries(schema.properties).map(([name, property]) => ({
    name,
    required: schema.required.includes(name),
    type: property.type === "boolean" ? "toggle" : "text",
    description: property.description,
    from: property.from,
    choices: property.choices,
    widget: property.widget,
    rest: property.rest,
    placeholder: property.placeholder,
    hint: property.hint,
    suggested: property.suggested,
    given: property.given,
    draftFrom: property.draftFrom,
    options: property.enum,
    maxLength: property.maxLength,
    pattern: property.pattern === undefined ? undefined : new RegExp(property.pattern, "i"),
  }));
}

const OPTIONS_LENGTH_MAX = 60;

/** How to type it: `/pause decline [proposal] <reason …>`. */
export function usageOf(command: Command, { whole = false } = {}): string {
  // What only a button says is not typed.
  const fields = commandFields(command).filter(({ given }) => !given);
  const optionsOf = (field: Field) => field.options?.join("|");
  const parts = fields.map((field) => {
    const options = optionsOf(field);
    const isTwin = fields.some((other) => other !== field && optionsOf(other) === options);
    // Eight roles say less about a command than the word "role" does.
    const isShown = options !== undefined && (whole || options.length <= OPTIONS_LENGTH_MAX);
    const named = isTwin ? `${field.name}:${options}` : options;
    const word = isShown ? named : field.rest ? `${field.name} …` : field.name;
    if (field.type === "toggle") return `[--${field.name}]`;
    if (field.required && field.from === undefined) return `<${word}>`;
    if (field.from === "step") return "[--step …]";
    return field.rest || field.options || field.from ? `[${word}]` : `[--${field.name} …]`;
  });
  return [`/${command.name}`, ...parts].join(" ");
}
