import { type Command, usageOf } from "./command.ts";

/** All commands as a Markdown table: the README's, kept true by a test. */
export function commandTable(commands: Command[]): string {
  const rows = commands
    // What stands behind a shortcut or a button is not typed.
    .filter(({ name }) => !/^(message|reminder) /.test(name))
    .map((command) => `| \`${usageOf(command).replaceAll("|", "\\|")}\` | ${command.summary} |`);
  return ["| Say | To |", "| --- | --- |", ...rows].join("\n");
}
