/** What the message box offers while somebody types. Pure. */
import type { ClientState } from "../../../slack/client-api.ts";

export interface Suggestion {
  label: string;
  detail: string;
  /** The whole message box after taking it. */
  text: string;
  /** True where the box already says this: Enter then sends. */
  isComplete: boolean;
}

const SUGGESTIONS_MAX = 12;

export function suggestionsFor(text: string, workspace: Pick<ClientState, "commands" | "people">): Suggestion[] {
  if (text.startsWith("/")) return commandSuggestions(text, workspace.commands).slice(0, SUGGESTIONS_MAX);
  const mention = /(^|\s)@([\p{L}\p{N}]*)$/u.exec(text);
  if (!mention) return [];
  const typed = mention[2]!.toLowerCase();
  return workspace.people
    .filter((person) => person.name.toLowerCase().startsWith(typed))
    .map((person) => ({
      label: `@${person.name}`,
      detail: person.title,
      text: `${text.slice(0, text.length - typed.length)}${person.name} `,
      isComplete: false,
    }));
}

/** First the commands, then the words that a command's usage hint lists: `declare | status | help`. */
function commandSuggestions(text: string, commands: ClientState["commands"]): Suggestion[] {
  const [, name = "", rest] = /^(\/\S*)(?:\s+(\S*))?$/.exec(text) ?? [];
  if (name === "") return [];
  if (rest === undefined) {
    return commands
      .filter(({ command }) => command.startsWith(name))
      .map(({ command, description, usageHint }) => ({
        label: command,
        detail: `${description} · ${usageHint}`,
        text: `${command} `,
        isComplete: false,
      }));
  }
  const hint = commands.find(({ command }) => command === name)?.usageHint ?? "";
  return hint
    .split("|")
    .map((word) => word.trim())
    .filter((word) => /^[a-z-]+$/.test(word) && word.startsWith(rest))
    .map((word) => ({ label: `${name} ${word}`, detail: "", text: `${name} ${word}`, isComplete: word === rest }));
}
