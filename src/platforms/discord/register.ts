import { type APIApplicationCommandOption, ApplicationCommandOptionType, type REST, Routes } from "discord.js";
import { z } from "zod";
import { type Command, commandFields, type Field } from "../../chat/command.ts";
import { shorten } from "../../chat/prose.ts";
import { SLASH_COMMANDS } from "../../chat/slash.ts";
import { LIMITS } from "./limits.ts";

export const ADD_TO_TIMELINE = "Add to timeline";

/** Our commands as Discord registers them: a noun with a subcommand for each verb, each field a typed option. */
export function commandBodies(commands: readonly Command[]): object[] {
  const nouns = SLASH_COMMANDS.map(({ noun, description }) => {
    const verbs = commands.filter(({ name }) => name.startsWith(`${noun} `));
    return {
      type: 1,
      name: noun,
      description: shorten(description, LIMITS.commandText),
      options: [
        ...verbs.map((command) => ({
          type: ApplicationCommandOptionType.Subcommand,
          name: command.name.slice(noun.length + 1),
          description: shorten(command.summary, LIMITS.commandText),
          options: commandFields(command).map(option),
        })),
        {
          type: ApplicationCommandOptionType.Subcommand,
          name: "help",
          description: "All that you can say",
          options: [],
        },
      ],
    };
  });
  return [...nouns, { type: 3, name: ADD_TO_TIMELINE }];
}

/** Nothing is required: what is missing is asked for by a form, or known from the place. */
function option(field: Field): APIApplicationCommandOption {
  const common = {
    name: field.name.toLowerCase(),
    description: shorten(field.hint ?? field.description ?? field.name, LIMITS.commandText),
    required: false,
  };
  if (field.type === "toggle") return { ...common, type: ApplicationCommandOptionType.Boolean };
  if (field.widget === "person") return { ...common, type: ApplicationCommandOptionType.User };
  const text = { ...common, type: ApplicationCommandOptionType.String as const };
  // What the plan has names of its own for is offered while one types: a registered list would not follow the plan.
  if (field.choices === undefined && field.options !== undefined && field.options.length <= LIMITS.choices) {
    return { ...text, choices: field.options.map((value) => ({ name: value, value })) };
  }
  if (field.from !== undefined || field.choices !== undefined) return { ...text, autocomplete: true };
  return { ...text, ...(field.maxLength !== undefined && { max_length: Math.min(field.maxLength, 6000) }) };
}

/**
 * Registers the commands in one server, if they differ from what is registered: Discord allows two hundred creations a
 * day. Says whether anything was changed.
 */
export async function registerCommands(
  rest: REST,
  { applicationId, guildId }: { applicationId: string; guildId: string },
  commands: readonly Command[],
): Promise<"unchanged" | "registered"> {
  const wanted = commandBodies(commands);
  const route = Routes.applicationGuildCommands(applicationId, guildId);
  const known = await rest.get(route);
  if (same(known, wanted)) return "unchanged";
  await rest.put(route, { body: wanted });
  return "registered";
}

const Shape: z.ZodType<{ type?: number; name: string }> = z.lazy(() =>
  z.object({
    type: z.number().default(1),
    name: z.string(),
    description: z.string().default(""),
    required: z.boolean().default(false),
    autocomplete: z.boolean().default(false),
    max_length: z.number().optional(),
    choices: z.array(z.object({ name: z.string(), value: z.union([z.string(), z.number()]) })).optional(),
    options: z.array(Shape).default([]),
  }),
);

/** Equal in what we say; Discord adds ids and defaults of its own. */
function same(known: unknown, wanted: unknown): boolean {
  const parse = (bodies: unknown) => {
    const parsed = z.array(Shape).safeParse(bodies);
    if (!parsed.success) return undefined;
    return JSON.stringify(parsed.data.toSorted((a, b) => (`${a.type} ${a.name}` < `${b.type} ${b.name}` ? -1 : 1)));
  };
  const left = parse(known);
  return left !== undefined && left === parse(wanted);
}
