import { z } from "zod";
import { nearest } from "./nearest.ts";

/** A mistake before its line is known. `atKey`: the key itself is wrong, not what stands under it. */
export interface PathMessage {
  path: PropertyKey[];
  message: string;
  atKey?: boolean;
}

/** Says in people's words what a schema found, with what would be accepted instead. `input` is what was checked. */
export function explainValue(issues: readonly z.core.$ZodIssue[], schema: z.ZodType, input: unknown): PathMessage[] {
  return issues.flatMap((issue) => explain(issue, schema, input));
}

/** Says in people's words what the YAML parser tripped over. `code` is the parser's own. */
export function explainSyntax(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "This key stands here a second time. Keep one of the two.";
    case "TAB_AS_INDENT":
      return "Tabs can't indent YAML. Use spaces.";
    case "MULTIPLE_DOCS":
      return "A second document begins here (---). One file holds one.";
    case "NON_STRING_KEY":
      return "A key must be plain text.";
    case "BLOCK_AS_IMPLICIT_KEY":
      return "A value that contains `: ` must be in quotes. If these are two lines, one of them does not begin where it should.";
    case "BAD_INDENT":
      return message.startsWith("All mapping items")
        ? "The indentation does not fit. All keys of one block begin in the same column, and a list is a block of its own."
        : `The indentation does not fit. ${sentence(message)}`;
    case "MISSING_CHAR":
      return `Something was opened and not closed. ${sentence(message)}`;
    default:
      return `This is not YAML. ${sentence(message)}`;
  }
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType, input: unknown): PathMessage[] {
  const { path } = issue;
  const got = valueAt(input, path);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        atKey: true,
        message: unknownKey(key, knownKeys(schemaAt(schema, path, input))),
      }));
    case "invalid_key":
      return issue.issues.map(({ message }) => ({ path, atKey: true, message: `This name can't be used. ${message}` }));
    case "invalid_type":
      return [
        {
          path,
          message:
            wrongText(got, schemaAt(schema, path, input)) ??
            wrongType(issue.expected, got, describedAs(schemaAt(schema, path, input))),
        },
      ];
    case "invalid_union":
      // Of a block whose kind is told by one of its keys, that key has a value that no kind has.
      if (issue.discriminator !== undefined) {
        const { discriminator } = issue;
        const kinds = allKinds(schemaAt(schema, path.slice(0, -1), input), discriminator);
        if (got !== undefined) return [{ path, message: wrongChoice(kinds, got) }];
        const slip = misspelt(discriminator, valueAt(input, path.slice(0, -1)));
        if (slip === undefined) return [{ path, message: missing(oneOf(kinds)) }];
        const message = `There is no ${quote(slip)} here. Did you mean ${quote(discriminator)}?`;
        return [{ path: [...path.slice(0, -1), slip], atKey: true, message }];
      }
      return [{ path, message: `${unionTypes(issue)} is wanted, not ${kindOf(got)}.` }];
    case "invalid_value":
      if (got === undefined) return [{ path, message: missing(oneOf(issue.values.map(String))) }];
      return [{ path, message: wrongChoice(issue.values.map(String), got) }];
    case "too_small":
      return [
        { path, message: outOfBounds(issue.origin, "at least", Number(issue.minimum), issue.inclusive ?? true, got) },
      ];
    case "too_big":
      return [
        { path, message: outOfBounds(issue.origin, "at most", Number(issue.maximum), issue.inclusive ?? true, got) },
      ];
    case "invalid_format":
      return [
        {
          path,
          message: `${quote(got)} does not fit.${guess(got, choicesIn(schemaAt(schema, path, input)))} ${formatWanted(issue)}`,
        },
      ];
    default:
      return [{ path, message: issue.message }];
  }
}

/** A key of the block that is not the wanted one, and nearly is. */
function misspelt(wanted: string, block: unknown): string | undefined {
  if (typeof block !== "object" || block === null) return undefined;
  return Object.keys(block).find((key) => nearest(key, [wanted]) !== undefined);
}

function unknownKey(key: string, known: string[]): string {
  return `There is no ${quote(key)} here.${guess(key, known)} Known here: ${known.join(", ")}.`;
}

function wrongType(expected: string, got: unknown, description: string | undefined): string {
  const wanted = TYPE_WORDS[expected] ?? expected;
  if (got === undefined) return missing(description ?? wanted);
  if (got === null) return `is empty. Wanted: ${description ?? wanted}.`;
  if (expected === "int" && typeof got === "number") return `A whole number is wanted, not ${got}.`;
  const hint = expected === "string" && typeof got !== "object" ? " Put it in quotes." : "";
  return `${capital(wanted)} is wanted, not ${kindOf(got)}.${hint}`;
}

/** A bare number where text of a certain form is wanted, such as 5 for 5m: quotes alone would not mend it. */
function wrongText(got: unknown, schema: z.core.$ZodType | undefined): string | undefined {
  if (typeof got !== "number" || !(schema instanceof z.ZodType)) return undefined;
  const [issue] = schema.safeParse(String(got)).error?.issues ?? [];
  return issue?.code === "invalid_format" ? `${got} does not fit. ${formatWanted(issue)}` : undefined;
}

const TYPE_WORDS: Record<string, string> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list (lines that begin with -)",
  object: "a block of `key: value` lines",
  record: "a block of `key: value` lines",
};

function unionTypes(issue: z.core.$ZodIssueInvalidUnion): string {
  const words = issue.errors.flatMap((errors) =>
    errors.map((error) => {
      if (error.code === "invalid_type") return TYPE_WORDS[error.expected] ?? error.expected;
      return error.code === "invalid_value" ? `one of ${error.values.map(String).join(", ")}` : error.message;
    }),
  );
  return capital([...new Set(words)].join(" or "));
}

/** Of a value that may be one of some words, or anything of a certain form: those words. */
function choicesIn(schema: z.core.$ZodType | undefined): string[] {
  const at = schema && inner(schema);
  if (!(at instanceof z.ZodUnion)) return [];
  return at.options.flatMap((option) => (option instanceof z.ZodEnum ? option.options.map(String) : []));
}

function guess(got: unknown, among: readonly string[]): string {
  const meant = typeof got === "string" ? nearest(got, among) : undefined;
  return meant === undefined ? "" : ` Did you mean ${quote(meant)}?`;
}

function missing(wanted: string): string {
  return `is missing. Wanted: ${wanted}.`;
}

function wrongChoice(values: string[], got: unknown): string {
  const meant = values.length === 1 ? "" : guess(got, values);
  return `${quote(got)} is not accepted.${meant} Accepted: ${oneOf(values)}.`;
}

function oneOf(values: string[]): string {
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} or ${values.at(-1)}`;
}

function outOfBounds(origin: string, side: string, bound: number, inclusive: boolean, got: unknown): string {
  if (origin === "string") {
    if (typeof got === "string" && got.trim() === "") return "is empty. Write something here.";
    return `Has ${String(got).length} characters; ${side} ${bound} are accepted.`;
  }
  if (origin === "array") {
    const count = Array.isArray(got) ? got.length : 0;
    return `Has ${count} ${count === 1 ? "entry" : "entries"}; ${side} ${bound} ${bound === 1 ? "is" : "are"} accepted.`;
  }
  if (!inclusive)
    return `${String(got)} is out of bounds: ${side === "at least" ? "more than" : "less than"} ${bound} is accepted.`;
  return `${String(got)} is out of bounds: ${side} ${bound} is accepted.`;
}

function formatWanted(issue: z.core.$ZodIssueInvalidStringFormat): string {
  if (issue.format === "date") return "Write a date such as 2026-01-31.";
  if (issue.format === "url") return "Write a whole address such as https://example.org.";
  return issue.message;
}

/** The value under a path, undefined where there is none. */
function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, part)) return undefined;
    at = Reflect.get(at, part);
  }
  return at;
}

/**
 * The part of a schema that a path leads to, as far as it can be followed. Where a block's kind is told by one of its
 * keys, `input` says which it is.
 */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[], input: unknown): z.core.$ZodType | undefined {
  let at: z.core.$ZodType | undefined = schema;
  for (const [depth, part] of path.entries()) {
    at = at && inner(ofKind(at, valueAt(input, path.slice(0, depth))));
    if (at instanceof z.ZodObject) at = Object.hasOwn(at.shape, part) ? at.shape[String(part)] : undefined;
    else if (at instanceof z.ZodArray) at = at.element;
    else if (at instanceof z.ZodRecord) at = at.valueType;
    else return undefined;
  }
  return at && ofKind(at, valueAt(input, path));
}

/** Of a block that may be of several kinds, the one that this value says it is; else the schema itself. */
function ofKind(schema: z.core.$ZodType, value: unknown): z.core.$ZodType {
  const at = inner(schema);
  if (!(at instanceof z.ZodDiscriminatedUnion)) return schema;
  const { discriminator } = at.def;
  const kind = valueAt(value, [discriminator]);
  return at.options.find((option) => kindsIn(option, discriminator).some((one) => one === kind)) ?? schema;
}

/** What a block's telling key may say, over all of its kinds. */
function allKinds(schema: z.core.$ZodType | undefined, discriminator: string): string[] {
  const at = schema && inner(schema);
  if (!(at instanceof z.ZodDiscriminatedUnion)) return [];
  return at.options.flatMap((option) => kindsIn(option, discriminator).map(String));
}

function kindsIn(option: z.core.$ZodType, discriminator: string): unknown[] {
  const told = option instanceof z.ZodObject ? option.shape[discriminator] : undefined;
  return told instanceof z.ZodLiteral ? [...told.values] : [];
}

function inner(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return inner(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return inner(schema.in);
  return schema;
}

function knownKeys(schema: z.core.$ZodType | undefined): string[] {
  const at = schema && inner(schema);
  if (at instanceof z.ZodObject) return Object.keys(at.shape);
  if (at instanceof z.ZodRecord && at.keyType instanceof z.ZodEnum) return at.keyType.options.map(String);
  return [];
}

function describedAs(schema: z.core.$ZodType | undefined): string | undefined {
  return schema instanceof z.ZodType ? schema.description?.replace(/\.$/, "") : undefined;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return "nothing";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "a block of keys";
  return typeof value === "string"
    ? `the text ${quote(value)}`
    : `${typeof value === "number" ? "the number " : ""}${String(value)}`;
}

function quote(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (typeof value !== "string") return capital(kindOf(value));
  return value.length > 60 ? `${JSON.stringify(value.slice(0, 60))}…` : JSON.stringify(value);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function sentence(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim();
  return capital(/[.!?]$/.test(flat) ? flat : `${flat}.`);
}
