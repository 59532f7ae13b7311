import { z } from "zod";
import { errorTree, fail } from "./errors.ts";
import { channelTypes } from "./model.ts";
import { parseBody } from "./parse.ts";
import { bits, may } from "./permissions.ts";
import type { Asked, RouteTable } from "./routes.ts";
import { channelShape, guildShape, memberShape, roleShape, userShape } from "./shapes.ts";
import { directChannel, type RegisteredCommand } from "./world.ts";

const CREATES_A_DAY_MAX = 200;
const commandName = z
  .string()
  .regex(/^[-_\p{L}\p{N}]{1,32}$/u)
  .refine((name) => name === name.toLowerCase(), "Names are lower case");

const choice = z.looseObject({ name: z.string().min(1).max(100), value: z.union([z.string().max(100), z.number()]) });
const Option: z.ZodType = z.lazy(() =>
  z
    .looseObject({
      type: z.number().int().min(1).max(11),
      name: commandName,
      description: z.string().min(1).max(100),
      required: z.boolean().optional(),
      choices: z.array(choice).max(25).optional(),
      autocomplete: z.boolean().optional(),
      options: z.array(Option).max(25).optional(),
    })
    .refine(
      (option) => !(option.autocomplete === true && option.choices !== undefined),
      "Autocomplete and choices are mutually exclusive",
    )
    .refine((option) => requiredFirst(option.options), "Required options must be placed before non-required options"),
);
const CommandBody = z
  .looseObject({
    name: z.string().min(1).max(32),
    type: z.number().int().min(1).max(3).default(1),
    description: z.string().max(100).default(""),
    options: z.array(Option).max(25).default([]),
  })
  .superRefine((command, context) => {
    if (command.type === 1) {
      if (!commandName.safeParse(command.name).success)
        context.addIssue({ code: "custom", path: ["name"], message: "Command name is invalid" });
      if (command.description === "")
        context.addIssue({ code: "custom", path: ["description"], message: "This field is required" });
    } else if (command.description !== "" || command.options.length > 0) {
      context.addIssue({
        code: "custom",
        path: ["description"],
        message: "Context menu commands cannot have a description or options",
      });
    }
    if (!requiredFirst(command.options))
      context.addIssue({
        code: "custom",
        path: ["options"],
        message: "Required options must be placed before non-required options",
      });
    if (lengthOf(command) > 8000)
      context.addIssue({ code: "custom", path: [], message: "A command is at most 8000 characters" });
  });

function requiredFirst(options: unknown[] | undefined): boolean {
  const flags = (options ?? []).map((option) => (option as { required?: boolean }).required === true);
  return flags.every((required, index) => !required || index === 0 || flags[index - 1] === true);
}

function lengthOf(node: unknown): number {
  if (Array.isArray(node)) return node.reduce((sum: number, each) => sum + lengthOf(each), 0);
  if (typeof node !== "object" || node === null) return 0;
  return Object.entries(node).reduce((sum, [key, value]) => {
    if (["name", "description", "value"].includes(key) && typeof value === "string") return sum + value.length;
    return sum + lengthOf(value);
  }, 0);
}

export const guildRoutes: RouteTable = {
  "GET /gateway/bot": ({ scene }) => ({
    url: `${scene.world.origin.replace("http", "ws")}/`,
    shards: 1,
    session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
  }),
  "GET /users/@me": ({ scene: { world } }) => person(world, world.botId, userShape),
  "GET /users/:user": ({ scene: { world }, params }) => person(world, params.user, userShape),
  "GET /applications/@me": ({ scene: { world } }) => ({
    id: world.applicationId,
    name: "Allstop",
    flags: 0,
    bot_public: false,
    bot_require_code_grant: false,
    description: "",
  }),
  "GET /guilds/:guild": (asked) => guildShape(guild(asked)),
  "GET /guilds/:guild/roles": (asked) => [...guild(asked).roles.values()].map(roleShape),
  "GET /guilds/:guild/members/:user": (asked) => person(guild(asked), asked.params.user, memberShape),
  "GET /guilds/:guild/channels": (asked) => {
    const world = guild(asked);
    return [...world.channels.values()]
      .filter(({ type, thread }) => type !== channelTypes.dm && thread === undefined)
      .map((channel) => channelShape(world, channel));
  },
  "GET /guilds/:guild/threads/active": (asked) => {
    const world = guild(asked);
    const threads = [...world.channels.values()].filter(
      (channel) => channel.thread?.archived === false && may(world, world.botId, channel, bits.viewChannel),
    );
    return { threads: threads.map((thread) => channelShape(world, thread)), members: [] };
  },
  "POST /users/@me/channels": ({ scene: { world }, incoming }) => {
    const { recipient_id: id } = parseBody(z.object({ recipient_id: z.string() }), incoming.json);
    if (!world.people.has(id)) throw fail.unknownUser();
    return channelShape(world, directChannel(world, id));
  },
  "GET /applications/:application/guilds/:guild/commands": (asked) => commandsOf(asked),
  "GET /applications/:application/commands": () => [],
  "PUT /applications/:application/guilds/:guild/commands": (asked) => {
    const { scene, incoming } = asked;
    const world = guild(asked);
    const bodies = parseBody(z.array(CommandBody).max(100), incoming.json);
    const before = new Map([...world.commands.values()].map((command) => [keyOf(command.body), command]));
    const fresh = bodies.filter((body) => !before.has(keyOf(body)));
    if (scene.created.length + fresh.length > CREATES_A_DAY_MAX) throw fail.tooManyCommands();
    scene.created.push(...fresh.map(() => world.now()));
    const names = bodies.map(keyOf);
    const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
    if (twice >= 0)
      throw fail.invalid(
        errorTree([
          {
            path: [twice, "name"],
            code: "APPLICATION_COMMANDS_DUPLICATE_NAME",
            message: "Application command names must be unique",
          },
        ]),
      );
    world.commands.clear();
    for (const body of bodies) {
      const id = before.get(keyOf(body))?.id ?? world.snowflake();
      world.commands.set(id, { id, body: body as RegisteredCommand["body"] });
    }
    world.emit({ type: "traffic" });
    return commandsOf(asked);
  },
};

function keyOf({ name, type }: { name: string; type: number }): string {
  return `${type} ${name}`;
}

function commandsOf(asked: Asked): object {
  const world = guild(asked);
  return [...world.commands.values()].map(({ id, body }) => ({
    ...body,
    id,
    application_id: world.applicationId,
    guild_id: world.guild.id,
    version: id,
    default_member_permissions: null,
    nsfw: false,
  }));
}

function guild({ scene: { world }, params }: Asked) {
  if (params.application !== undefined && params.application !== world.applicationId) throw fail.missingAccess();
  if (params.guild !== world.guild.id) throw fail.unknownGuild();
  return world;
}

function person<T>(world: Asked["scene"]["world"], id: string | undefined, shape: (found: never) => T): T {
  const found = world.people.get(id ?? "");
  if (found === undefined) throw fail.unknownMember();
  return shape(found as never);
}
