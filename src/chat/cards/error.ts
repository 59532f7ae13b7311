import type { UserError } from "../../core/errors.ts";
import { type Command, usageOf } from "../command.ts";
import type { Text, View } from "../view.ts";

/** What is wrong, then what to do. */
export function errorCard(error: UserError): View {
  return {
    tone: "warning",
    title: "That did not work",
    body: [
      { kind: "text", text: marked(error.message) },
      { kind: "text", text: marked(error.remedy) },
    ],
    buttons: [],
  };
}

export function usageCard(command: Command, why: string): View {
  return {
    tone: "warning",
    title: "I did not understand",
    body: [
      { kind: "text", text: why },
      { kind: "code", label: "Write it so", code: usageOf(command, { whole: true }) },
    ],
    buttons: [{ label: "Open the form", command: command.name, input: {} }],
  };
}

/** Our own fault. The person gets a reference, the log has the rest. */
export function surpriseCard(message: string, reference: string): View {
  return {
    tone: "danger",
    title: "Allstop stumbled",
    body: [
      {
        kind: "text",
        text: "This is our fault, not yours. What was on the timeline is safe; this command may not have run.",
      },
      { kind: "code", label: "For the log", code: `${reference}\n${message}` },
    ],
    buttons: [],
  };
}

/**
 * Our own sentences mark commands and settings with backticks; those become code. All else stays literal, backticks that
 * somebody typed included.
 */
function marked(sentence: string): Text {
  return sentence.split(OURS).map((part, index) => (index % 2 === 1 ? { code: part } : part));
}

const OURS = /`((?:\/[a-z]|(?:npx )?allstop |[A-Z][A-Z0-9_]+)[^`\n]{0,200})`/;
