import type { Place, UserRef } from "../core/ids.ts";

/**
 * What a person is shown, as plain data. Each platform renders every kind of block or throws; nothing is dropped, and
 * an address, a hash or a button is never shortened.
 */
export type Tone = "neutral" | "info" | "good" | "warning" | "danger";

/**
 * Words, in pieces. A bare string is *always* literal: the renderer escapes it, so text from people never pings, links
 * or formats. Everything else is ours and typed.
 */
export type Text = string | Span[];
export type Span =
  | string
  | { bold: string }
  | { italic: string }
  | { code: string }
  | { person: UserRef }
  | { place: Place; label: string }
  | { link: string; label: string }
  /** ISO 8601; shown in the reader's own time zone where the platform can, with UTC beside it. */
  | { time: string };

export type Block =
  | { kind: "text"; text: Text; quiet?: boolean }
  /** Words that a person wrote, quoted as they are. */
  | { kind: "quote"; text: string }
  | { kind: "fields"; fields: { label: string; value: Text }[] }
  /** Addresses, hashes, calldata, commands: monospaced and whole. */
  | { kind: "code"; label?: string; code: string }
  | {
      kind: "tally";
      label: string;
      have: number;
      need: number;
      entries: { who: Text; state: "yes" | "no" | "waiting"; detail?: Text }[];
    }
  | {
      kind: "checklist";
      items: { text: Text; state: "done" | "current" | "todo" | "skipped" | "failed"; detail?: Text }[];
    }
  | { kind: "progress"; label: string; done: number; total: number }
  | { kind: "image"; url: string; alt: string }
  | { kind: "link"; label: string; url: string };

/** A command with its input filled in. What is still missing is asked for by a form. */
export interface CommandButton {
  label: string;
  command: string;
  input: Record<string, string>;
  style?: "primary" | "danger";
  /** Asked by the platform before the press counts. */
  confirm?: { title: string; text: string; yes: string };
}
export interface LinkButton {
  label: string;
  url: string;
  style?: "primary";
}
export type Button = CommandButton | LinkButton;

export interface View {
  tone: Tone;
  /** Prose: may be shortened at a grapheme boundary where a platform asks for it. */
  title: string;
  body: Block[];
  buttons: Button[];
  /** Shown below the buttons: what one compares before a press, but must not scroll past to find the press. */
  details?: Block[];
}

/** A form to fill in: a modal on platforms that have them. Answers come back as a submission of `command`. */
export interface Form {
  command: string;
  title: string;
  /** Words on the submit button. */
  submit: string;
  /** One paragraph above the fields, where the person needs to know more. */
  intro?: Text;
  fields: FormField[];
  /** Input that is already known and not asked for. */
  carried: Record<string, string>;
}

export interface FormField {
  name: string;
  label: string;
  hint?: string;
  required: boolean;
  widget: FormWidget;
  /** What the field holds at first. For `person` a `UserRef`. */
  value?: string;
}
export type FormWidget =
  | { kind: "line"; maxLength?: number; placeholder?: string }
  | { kind: "paragraph"; maxLength?: number; placeholder?: string }
  | { kind: "choice"; options: { value: string; label: string }[] }
  | { kind: "toggle"; label: string }
  /** Somebody in the workspace; the platform's own picker. Comes back as a `UserRef`. */
  | { kind: "person" };

/** All words of a view as plain text: notifications, logs, the terminal, tests. */
export function plainText(text: Text): string {
  if (typeof text === "string") return text;
  return text.map(plainSpan).join("");
}

function plainSpan(span: Span): string {
  if (typeof span === "string") return span;
  if ("bold" in span) return span.bold;
  if ("italic" in span) return span.italic;
  if ("code" in span) return span.code;
  if ("person" in span) return `@${span.person}`;
  if ("place" in span) return span.label;
  if ("link" in span) return span.label;
  if ("time" in span) return `${span.time.slice(0, 10)} ${span.time.slice(11, 19)} UTC`;
  return span satisfies never;
}
