import type { Form, FormField } from "../../../chat/view.ts";
import { userRefOf } from "../place.ts";
import type { Somebody } from "../protocol.ts";
import { inOneLine, literal } from "../spans.ts";
import type { Keyboard } from "./keyboard.ts";
import type { Show } from "./show.ts";

/** More choices than this are searched by typing a part of them. */
const LISTED_MAX = 30;

export interface Desk {
  keyboard: Keyboard;
  show: Pick<Show, "say">;
  people: Somebody[];
}

/**
 * Asks for a form's fields, one by one. `mistakes` names those that were wrong: only these are asked again, and what
 * `filled` has of the others stays. Undefined when the person broke it off.
 */
export async function fillForm(
  desk: Desk,
  form: Form,
  { mistakes, filled = {} }: { mistakes?: Record<string, string>; filled?: Record<string, string> } = {},
): Promise<Record<string, string> | undefined> {
  const input: Record<string, string> = { ...form.carried, ...filled };
  const named = new Set(form.fields.map(({ name }) => name));
  for (const [name, why] of Object.entries(mistakes ?? {}))
    if (!named.has(name)) desk.show.say(`${name}: ${why}`, "warning");
  // A mistake about what was not asked for can't be mended by asking less than all.
  const all = mistakes === undefined || Object.keys(mistakes).every((name) => !named.has(name));
  for (const field of form.fields) {
    if (!all && mistakes?.[field.name] === undefined) continue;
    const answer = await askField(desk, { ...field, value: filled[field.name] ?? field.value }, mistakes?.[field.name]);
    if (answer === "broken off") return undefined;
    if (answer === "") delete input[field.name];
    else input[field.name] = answer;
  }
  return input;
}

type Answer = string | "broken off";

async function askField(desk: Desk, field: FormField, mistake: string | undefined): Promise<Answer> {
  const { show, keyboard } = desk;
  const choices = choicesOf(field, desk.people);
  show.say(`${oneLine(field.label)}${field.required ? "" : " (may be left out)"}`);
  if (mistake !== undefined) show.say(`  ${mistake}`, "danger");
  if (field.hint) show.say(`  ${field.hint}`, "dim");
  if (choices !== undefined) list(desk, choices);
  if (field.widget.kind === "paragraph") show.say("  Several lines; an empty one ends it.", "dim");
  for (;;) {
    const prompt = `${field.name}${shownDefault(field, choices)}: `;
    const typed =
      field.widget.kind === "paragraph" ? await readLines(keyboard, prompt) : await readLine(keyboard, prompt);
    if (typed === undefined) return "broken off";
    const read = readAnswer(field, choices, typed.trim() === "" ? (field.value ?? "") : typed);
    if ("value" in read) return read.value;
    show.say(`  ${read.why}`, "warning");
    if (read.among !== undefined) list(desk, read.among);
  }
}

interface Choice {
  number: number;
  value: string;
  label: string;
}

function choicesOf({ widget }: FormField, people: Somebody[]): Choice[] | undefined {
  const options =
    widget.kind === "choice"
      ? widget.options
      : widget.kind === "person"
        ? people.map(({ key, name }) => ({ value: userRefOf(key), label: `${name} (${key})` }))
        : [];
  if (options.length === 0) return undefined;
  return options.map(({ value, label }, index) => ({ number: index + 1, value, label: label || value }));
}

function list({ show }: Desk, choices: Choice[]): void {
  for (const { number, label } of choices.slice(0, LISTED_MAX)) show.say(`  ${number}) ${oneLine(label)}`);
  const more = choices.length - LISTED_MAX;
  if (more > 0) show.say(`  … and ${more} more: type a part of the one that you mean.`, "dim");
}

function shownDefault({ value, widget }: FormField, choices: Choice[] | undefined): string {
  if (widget.kind === "toggle") return value === "true" ? " [Y/n]" : " [y/N]";
  if (value === undefined || value === "") return "";
  return ` [${oneLine(choices?.find((choice) => choice.value === value)?.label ?? value)}]`;
}

type Read = { value: string } | { why: string; among?: Choice[] };

function readAnswer(field: FormField, choices: Choice[] | undefined, typed: string): Read {
  const { widget, required } = field;
  if (widget.kind === "toggle") return readToggle(typed);
  if (typed.trim() === "") return required ? { why: "This is needed. Ctrl-C breaks the form off." } : { value: "" };
  if (choices !== undefined) return readChoice(choices, typed.trim());
  // Somebody the plan does not know is named by an account; the door says whether it is one.
  if (widget.kind === "line" || widget.kind === "paragraph") {
    const { maxLength } = widget;
    if (maxLength !== undefined && typed.length > maxLength) {
      return { why: `That has ${typed.length} characters; ${maxLength} fit.` };
    }
  }
  return { value: typed };
}

function readToggle(typed: string): Read {
  const word = typed.trim().toLowerCase();
  if (/^(y|yes|true|on)$/.test(word)) return { value: "true" };
  if (/^(n|no|false|off|)$/.test(word)) return { value: "false" };
  return { why: "Type y or n." };
}

/** By number, by value, or by a part of the label that only one has. */
function readChoice(choices: Choice[], typed: string): Read {
  const word = typed.toLowerCase();
  const exact =
    choices.find(({ number }) => String(number) === typed) ??
    choices.find(({ value, label }) => [value.toLowerCase(), label.toLowerCase()].includes(word)) ??
    choices.find(({ value }) => value.toLowerCase() === userRefOf(word.replace(/^@/, "")).toLowerCase());
  if (exact !== undefined) return { value: exact.value };
  const among = choices.filter(({ label, value }) => `${label} ${value}`.toLowerCase().includes(word));
  const [only] = among;
  if (only !== undefined && among.length === 1) return { value: only.value };
  if (among.length === 0) return { why: `There is no “${typed}” here. Type a number from the list.` };
  return { why: `“${typed}” could be one of ${among.length}:`, among };
}

async function readLine(keyboard: Keyboard, prompt: string): Promise<string | undefined> {
  const typed = await keyboard.read(() => prompt);
  return typeof typed === "string" ? undefined : typed.line;
}

async function readLines(keyboard: Keyboard, prompt: string): Promise<string | undefined> {
  const lines: string[] = [];
  for (;;) {
    const line = await readLine(keyboard, lines.length === 0 ? prompt : "  ");
    if (line === undefined) return undefined;
    if (line.trim() === "") return lines.join("\n");
    lines.push(line);
  }
}

/** How to type what a form asks for, where nobody can be asked. */
export function typedForm({ command, carried, fields }: Form): string {
  const known = Object.entries(carried).map(([name, value]) => `--${name} ${quoted(value)}`);
  const asked = fields
    .filter(({ required, value }) => required || value !== undefined)
    .map(({ name, value }) => `--${name} ${value === undefined || value === "" ? "…" : quoted(value)}`);
  return [command, ...known, ...asked].join(" ");
}

function quoted(value: string): string {
  return /[\s"]/.test(value) ? `"${value.replaceAll('"', "'")}"` : value;
}

function oneLine(text: string): string {
  return inOneLine(literal(text).text).text;
}
