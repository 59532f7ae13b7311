import { type Channel, channelTypes, type Person } from "./model.ts";
import type { DiscordServerOptions } from "./options.ts";
import { everybody, everything } from "./permissions.ts";
import { newChannel, type World } from "./world.ts";

export const BOT_ROLE = "400000000000000001";

/** Fills a new server with its roles, people and channels. */
export function seed(world: World, options: DiscordServerOptions): void {
  const { roles = [], people = [], categories = [], channels = [], botPermissions = everything } = options;
  const { guild } = world;
  world.roles.set(guild.id, { id: guild.id, name: "@everyone", permissions: everybody, position: 0, managed: false });
  world.roles.set(BOT_ROLE, { id: BOT_ROLE, name: "Allstop", permissions: botPermissions, position: 1, managed: true });
  for (const [index, { id, name, permissions = 0n }] of roles.entries())
    world.roles.set(id, { id, name, permissions, position: index + 2, managed: false });
  world.people.set(guild.ownerId, person(guild.ownerId, "Owner", []));
  world.people.set(world.botId, { ...person(world.botId, "Allstop", [BOT_ROLE]), bot: true });
  for (const { id, name, roles: theirs = [] } of people) world.people.set(id, person(id, name, theirs));
  for (const category of categories) add(world, channelTypes.category, category);
  for (const channel of channels) add(world, channelTypes.text, channel);
}

export function person(id: string, name: string, roles: string[]): Person {
  return { id, name, roles, bot: false, closedDms: false };
}

type Given = NonNullable<DiscordServerOptions["channels"]>[number];

function add(world: World, type: number, { id, name, parentId = undefined, topic, overwrites = [] }: Given): Channel {
  return newChannel(world, { id, type, name, parentId: parentId ?? null, topic: topic ?? null, overwrites });
}
