import { z } from "zod";
import type { DiscordServer } from "../discord/index.ts";

const Option = z.looseObject({
  name: z.string(),
  type: z.number(),
  choices: z.array(z.object({ value: z.unknown() })).optional(),
});
const Subcommand = z.looseObject({ name: z.string(), options: z.array(Option).default([]) });

/**
 * A line such as `/incident declare critical Vault is draining`, as the options that Discord's composer would have asked
 * for one after the other: `name:value`, else by position; the last text takes the rest.
 */
export function readTyped(
  discord: DiscordServer,
  line: string,
): { command: string; options: Record<string, string | boolean> } {
  const [, noun = "", verb = "", rest = ""] = /^\/(\S+)\s*(\S*)\s*([\s\S]*)$/.exec(line) ?? [];
  const command = verb === "" ? `${noun} help` : `${noun} ${verb}`;
  const body = [...discord.world.commands.values()].find((one) => one.body.type === 1 && one.body.name === noun)?.body;
  const subcommand = z
    .array(Subcommand)
    .catch([])
    .parse(body?.options)
    .find(({ name }) => name === verb);
  const options: Record<string, string | boolean> = {};
  const set = (option: z.output<typeof Option>, value: string) => {
    options[option.name] =
      option.type === 5 ? !/^(false|no)$/i.test(value) : option.type === 6 ? personIn(discord, value) : value;
  };
  let left = rest.trim();
  for (const option of subcommand?.options ?? []) {
    const named = new RegExp(`(?:^|\\s)${option.name}:(?:"([^"]*)"|(\\S+))`).exec(left);
    if (!named) continue;
    set(option, named[1] ?? named[2] ?? "");
    left = left.replace(named[0], " ").trim();
  }
  const open = (subcommand?.options ?? []).filter(({ name, type }) => options[name] === undefined && type !== 5);
  for (const [index, option] of open.entries()) {
    const [word = ""] = left.split(/\s+/);
    if (word === "") break;
    const fits = option.choices === undefined || option.choices.some(({ value }) => value === word);
    const isId = !["incident", "proposal", "run"].includes(option.name) || /^[A-Z]{1,3}-\d+$/i.test(word);
    if (!fits || !isId) continue;
    const takesRest = index === open.length - 1 || ["title", "text", "reason", "summary"].includes(option.name);
    set(option, takesRest ? left : word);
    left = takesRest ? "" : left.slice(word.length).trim();
  }
  return { command, options };
}

/** `<@id>`, an id, or a name. */
function personIn({ world }: DiscordServer, typed: string): string {
  const id = /^<?@?!?(\d+)>?$/.exec(typed)?.[1];
  const name = typed.replace(/^@/, "").toLowerCase();
  return id ?? [...world.people.values()].find((person) => person.name.toLowerCase() === name)?.id ?? typed;
}
