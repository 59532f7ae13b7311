import type { World } from "./world.ts";

interface OptionShape {
  name: string;
  type: number;
  required?: boolean;
  choices?: { name: string; value: string | number }[];
  autocomplete?: boolean;
  options?: OptionShape[];
}

const SUBCOMMAND = 1;
const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const USER = 6;

/** What Discord sends of a typed command, checked as its app checks it; a sentence when the app would not send it. */
export function commandData(
  world: World,
  typed: string,
  given: Record<string, string | number | boolean>,
  { focused, resolve }: { focused: string | undefined; resolve: (ids: string[]) => object },
): object | string {
  const [noun = "", verb] = typed.split(" ");
  const command = [...world.commands.values()].find(({ body }) => body.type === 1 && body.name === noun);
  if (command === undefined) return `There is no command /${noun}.`;
  const options = command.body.options as OptionShape[];
  const subcommand = options.find((option) => option.type === SUBCOMMAND && option.name === verb);
  if (verb !== undefined && subcommand === undefined) return `There is no command /${typed}.`;
  const known = (subcommand?.options ?? (verb === undefined ? options : [])).filter(
    (option) => option.type !== SUBCOMMAND,
  );
  for (const name of Object.keys(given)) {
    if (!known.some((option) => option.name === name)) return `/${typed} has no option ${name}.`;
  }
  const people: string[] = [];
  const filled: object[] = [];
  for (const option of known) {
    const value = given[option.name];
    if (value === undefined) {
      if (option.required === true && focused === undefined) return `/${typed} needs ${option.name}.`;
      continue;
    }
    const wrong = focused === undefined ? mistake(option, value) : undefined;
    if (wrong !== undefined) return wrong;
    if (option.type === USER) people.push(String(value));
    filled.push({ name: option.name, type: option.type, value, ...(focused === option.name && { focused: true }) });
  }
  return {
    id: command.id,
    name: noun,
    type: 1,
    guild_id: world.guild.id,
    options: subcommand === undefined ? filled : [{ name: subcommand.name, type: SUBCOMMAND, options: filled }],
    ...(people.length > 0 && { resolved: resolve(people) }),
  };
}

function mistake(option: OptionShape, value: string | number | boolean): string | undefined {
  const { name, type, choices } = option;
  if (choices !== undefined && !choices.some((choice) => choice.value === value))
    return `${name}: choose one of the list.`;
  const wanted = type === BOOLEAN ? "boolean" : type === INTEGER ? "number" : "string";
  if ([STRING, INTEGER, BOOLEAN, USER].includes(type) && typeof value !== wanted) return `${name} wants a ${wanted}.`;
  if (type === STRING && String(value).length > 6000) return `${name} is too long.`;
  return undefined;
}
