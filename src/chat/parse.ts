import { type SeverityNames, severityNamed } from "../core/severity-rule.ts";
import { type Command, commandFields, type Field } from "./command.ts";

export interface Word {
  text: string;
  /** Where it begins in the line, quotes included: a field that takes the rest takes the line from here. */
  start: number;
  quoted: boolean;
}

/**
 * A typed line's input: `--name value`, `name:value`, `name=value`, then the bare words by position. A bare word goes to
 * the first open field that can hold it; a field with `rest` takes all words that are left, as they were typed.
 */
export function parseWords(
  command: Command,
  line: string,
  names: SeverityNames,
): { input: Record<string, string>; surplus: string[] } {
  const fields = commandFields(command);
  const words = splitWords(line);
  const input: Record<string, string> = {};
  const bare: Word[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === undefined) break;
    const named = namedValue(fields, word, words[index + 1], names);
    if (named === undefined) {
      bare.push(word);
      continue;
    }
    input[named.field.name] = named.value;
    if (named.tookNext) index += 1;
  }
  return placeBareWords(fields, { line, words, bare, names }, input);
}

function placeBareWords(
  fields: Field[],
  { line, words, bare, names }: { line: string; words: Word[]; bare: Word[]; names: SeverityNames },
  input: Record<string, string>,
): { input: Record<string, string>; surplus: string[] } {
  const left = [...bare];
  const surplus: string[] = [];
  for (let word = left[0]; word !== undefined; word = left[0]) {
    const open = fields.filter(({ name, type }) => input[name] === undefined && type !== "toggle");
    const spoken = (candidate: Field) => spokenOption(candidate, left, names);
    const field =
      open.find((candidate) => isIdOf(candidate, word)) ??
      open.find((candidate) => spoken(candidate) !== undefined || takes(candidate, word));
    const option = field && spoken(field);
    if (field !== undefined && option !== undefined) {
      input[field.name] = option.value;
      left.splice(0, option.words);
      continue;
    }
    if (field?.rest) {
      input[field.name] = restOfLine(line, words, left);
      return { input, surplus };
    }
    if (field === undefined) surplus.push(word.text);
    else input[field.name] = valueFor(field, word) ?? word.text;
    left.shift();
  }
  return { input, surplus };
}

/** Words that people say for an option, two or three where it has so many: `level 3`, `incident commander`. */
function spokenOption(field: Field, left: Word[], names: SeverityNames) {
  for (const count of [3, 2, 1]) {
    const said = left.slice(0, count);
    if (said.length < count || (count > 1 && said.some(({ quoted }) => quoted))) continue;
    const value = optionNamed(field, said.map(({ text }) => text).join(" "), names, { bareNumber: false });
    if (value !== undefined) return { value, words: count };
  }
  return undefined;
}

/** `INC-0042` says by itself which field it belongs to, wherever it stands. */
function isIdOf(field: Field, { text }: Word): boolean {
  return field.from !== undefined && /^[a-z]+-?\d+$/i.test(text) && field.pattern?.test(text) === true;
}

function takes(field: Field, word: Word): boolean {
  return field.rest === true || valueFor(field, word) !== undefined;
}

/** The words as typed when nothing named stands between them, else joined by a space. */
function restOfLine(line: string, words: Word[], rest: Word[]): string {
  const [first] = rest;
  if (first === undefined) return "";
  const toTheEnd = words.slice(words.indexOf(first)).length === rest.length;
  // Quotes around it all are the person's; those within, as in JSON, belong to what was written.
  if (rest.length === 1 && (first.quoted || !toTheEnd)) return first.text;
  return toTheEnd && !first.quoted ? line.slice(first.start).trim() : rest.map(({ text }) => text).join(" ");
}

function valueFor(field: Field, { text }: Word): string | undefined {
  // A step's id could be any word of a note, so it is only taken by name; and a bare number is no id: "3 wallets" is text.
  if (field.from === "step" || (field.from !== undefined && !/^[a-z]/i.test(text))) return undefined;
  if (field.options) return undefined;
  // A kind of incident is named, not guessed from the first word of what happened.
  if (field.choices === "kinds") return undefined;
  if (field.widget === "person") return text;
  // What nothing else can fill is taken as it is: the schema says what is wrong with it.
  if (field.pattern) return field.pattern.test(text) || (field.required && field.from === undefined) ? text : undefined;
  // Free text that is not first in line is only taken by name.
  return field.required || field.choices || field.from ? text : undefined;
}

/**
 * The option that somebody means: `incident-commander` and `Incident_Commander` are `incident commander`, and a severity
 * goes by the organisation's names, too.
 */
export function optionNamed(
  field: Field,
  typed: string,
  names: SeverityNames,
  { bareNumber }: { bareNumber: boolean },
): string | undefined {
  if (field.choices === "severities") return severityNamed(names, typed, { bareNumber });
  const plainly = (text: string) => text.toLowerCase().replaceAll(/[-_]/g, " ");
  return field.options?.find((option) => plainly(option) === plainly(typed));
}

function namedValue(fields: Field[], word: Word, next: Word | undefined, names: SeverityNames) {
  if (word.quoted) return undefined;
  const match = /^(?:--([a-z][a-z-]*)(?:[=:]([\s\S]*))?|([a-z][a-z-]*)[=:]([\s\S]+))$/i.exec(word.text);
  const name = (match?.[1] ?? match?.[3])?.toLowerCase();
  const field = fields.find((candidate) => candidate.name === name);
  if (match === null || field === undefined) return undefined;
  const inline = match[2] ?? match[4];
  if (field.type === "toggle") return { field, value: inline ?? "true", tookNext: false };
  const optionOr = (text: string) => optionNamed(field, text, names, { bareNumber: true }) ?? text;
  if (inline !== undefined && inline !== "") return { field, value: optionOr(inline), tookNext: false };
  if (next === undefined) return undefined;
  return { field, value: optionOr(next.text), tookNext: true };
}

const QUOTES = new Map([
  ['"', '"'],
  ["“", "”"],
  ["„", "“"],
  ["«", "»"],
]);

/** Splits at white space; quotes of any keyboard, a phone's curly ones too, keep words together. */
export function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line.charAt(at))) {
      at += 1;
      continue;
    }
    const start = at;
    let text = "";
    let quoted = false;
    while (at < line.length && !/\s/.test(line.charAt(at))) {
      const close = closingQuote(line, at, text);
      if (close === undefined) {
        text += line.charAt(at);
        at += 1;
        continue;
      }
      quoted ||= text === "";
      text += line.slice(at + 1, close);
      at = close + 1;
    }
    words.push({ text, start, quoted });
  }
  return words;
}

/** Where the quote that opens at `at` closes. A quote in the middle of a word, or one never closed, is just a character. */
function closingQuote(line: string, at: number, before: string): number | undefined {
  const open = line.charAt(at);
  const wanted = QUOTES.get(open);
  if (wanted === undefined || !(before === "" || /[=:]$/.test(before))) return undefined;
  for (let end = at + 1; end < line.length; end += 1) {
    const char = line.charAt(end);
    if (char === wanted || (open === "“" && char === "“") || (open !== '"' && char === '"')) return end;
  }
  return undefined;
}
