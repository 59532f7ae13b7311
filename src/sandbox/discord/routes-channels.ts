import { z } from "zod";
import { errorTree, fail } from "./errors.ts";
import { type Channel, channelTypes, type Overwrite } from "./model.ts";
import { parseBody } from "./parse.ts";
import { bits, may, permissionsIn } from "./permissions.ts";
import type { Asked, RouteTable } from "./routes.ts";
import { channelShape } from "./shapes.ts";
import { changeThread, joinThread, leaveThread, openThread, removeChannel } from "./threads.ts";
import { newChannel, type World } from "./world.ts";
import { messageIn } from "./writing.ts";

const CHANNELS_MAX = 500;
const IN_CATEGORY_MAX = 50;
const RENAMES_MAX = 2;
const RENAME_WINDOW_MS = 600_000;

const permission = z.union([z.string().regex(/^\d+$/), z.number()]).transform(BigInt);
const OverwriteBody = z.object({
  id: z.string(),
  type: z.union([z.literal(0), z.literal(1)]),
  allow: permission.default(0n),
  deny: permission.default(0n),
});
const name = z.string().min(1).max(100);
const ChannelBody = z.looseObject({
  name,
  type: z.number().int().default(0),
  topic: z.string().max(1024).nullable().optional(),
  parent_id: z.string().nullable().optional(),
  permission_overwrites: z.array(OverwriteBody).default([]),
});
const ChannelPatch = z.looseObject({
  name: name.optional(),
  topic: z.string().max(1024).nullable().optional(),
  parent_id: z.string().nullable().optional(),
  archived: z.boolean().optional(),
  locked: z.boolean().optional(),
  auto_archive_duration: z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10080)]).optional(),
  permission_overwrites: z.array(OverwriteBody).optional(),
});
const ThreadBody = z.looseObject({
  name,
  auto_archive_duration: z.union([z.literal(60), z.literal(1440), z.literal(4320), z.literal(10080)]).default(4320),
  type: z.number().int().optional(),
});

export const channelRoutes: RouteTable = {
  "POST /guilds/:guild/channels": ({ scene: { world }, params, incoming }) => {
    if (params.guild !== world.guild.id) throw fail.unknownGuild();
    const body = parseBody(ChannelBody, incoming.json);
    const parent = world.channels.get(body.parent_id ?? "");
    if (!may(world, world.botId, parent, bits.manageChannels)) throw fail.missingPermissions();
    const real = [...world.channels.values()].filter(
      ({ type, thread }) => type !== channelTypes.dm && thread === undefined,
    );
    if (real.length >= CHANNELS_MAX) throw fail.tooManyChannels();
    if (body.parent_id) fitsCategory(world, parent);
    grantable(world, body.permission_overwrites);
    const channel = newChannel(world, {
      type: body.type,
      name: body.type === channelTypes.category ? body.name : slug(body.name),
      topic: body.topic ?? null,
      parentId: body.parent_id ?? null,
      overwrites: body.permission_overwrites,
    });
    world.emit({ type: "channel_created", channel });
    return channelShape(world, channel);
  },
  "GET /channels/:channel": (asked) => channelShape(asked.scene.world, visible(asked)),
  "PATCH /channels/:channel": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const body = parseBody(ChannelPatch, asked.incoming.json);
    if (channel.thread !== undefined) return patchThread(world, channel, body);
    if (!may(world, world.botId, channel, bits.manageChannels)) throw fail.missingPermissions();
    if (body.name !== undefined || body.topic !== undefined) countRename(world, channel);
    if (body.parent_id) fitsCategory(world, world.channels.get(body.parent_id));
    if (body.permission_overwrites !== undefined) {
      grantable(world, body.permission_overwrites);
      channel.overwrites = body.permission_overwrites;
    }
    if (body.name !== undefined) channel.name = slug(body.name);
    if (body.topic !== undefined) channel.topic = body.topic;
    if (body.parent_id !== undefined) channel.parentId = body.parent_id;
    world.emit({ type: "channel_updated", channel });
    return channelShape(world, channel);
  },
  "DELETE /channels/:channel": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const needed = channel.thread === undefined ? bits.manageChannels : bits.manageThreads;
    if (!may(world, world.botId, channel, needed)) throw fail.missingPermissions();
    removeChannel(world, channel);
    return channelShape(world, channel);
  },
  "PUT /channels/:channel/permissions/:id": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    const body = parseBody(OverwriteBody.omit({ id: true }), asked.incoming.json);
    if (!may(world, world.botId, channel, bits.manageRoles)) throw fail.missingPermissions();
    const id = asked.params.id ?? "";
    if (body.type === 1 ? !world.people.has(id) : !world.roles.has(id)) {
      throw fail.invalid(errorTree([{ path: ["id"], code: "INVALID", message: "Unknown overwrite target" }]));
    }
    grantable(world, [{ id, ...body }]);
    channel.overwrites = [...channel.overwrites.filter((known) => known.id !== id), { id, ...body }];
    world.emit({ type: "channel_updated", channel });
    return undefined;
  },
  "DELETE /channels/:channel/permissions/:id": (asked) => {
    const { world } = asked.scene;
    const channel = visible(asked);
    if (!may(world, world.botId, channel, bits.manageRoles)) throw fail.missingPermissions();
    channel.overwrites = channel.overwrites.filter((known) => known.id !== asked.params.id);
    world.emit({ type: "channel_updated", channel });
    return undefined;
  },
  "POST /channels/:channel/messages/:message/threads": (asked) => {
    const { world } = asked.scene;
    const parent = visible(asked);
    const message = messageIn(parent, asked.params.message);
    if (!may(world, world.botId, parent, bits.createPublicThreads)) throw fail.missingPermissions();
    // The thread has its message's id.
    const known = world.channels.get(message.id);
    if (known !== undefined) throw fail.threadExists();
    return startThread(world, parent, parseBody(ThreadBody, asked.incoming.json), {
      id: message.id,
      type: channelTypes.publicThread,
    });
  },
  "POST /channels/:channel/threads": (asked) => {
    const { world } = asked.scene;
    const parent = visible(asked);
    const body = parseBody(ThreadBody, asked.incoming.json);
    const type = body.type ?? channelTypes.privateThread;
    const needed = type === channelTypes.privateThread ? bits.createPrivateThreads : bits.createPublicThreads;
    if (!may(world, world.botId, parent, needed)) throw fail.missingPermissions();
    return startThread(world, parent, body, { id: world.snowflake(), type });
  },
  "PUT /channels/:channel/thread-members/:user": (asked) => {
    joinThread(asked.scene.world, visible(asked), asked.params.user ?? "");
    return undefined;
  },
  "DELETE /channels/:channel/thread-members/:user": (asked) => {
    leaveThread(asked.scene.world, visible(asked), asked.params.user ?? "");
    return undefined;
  },
};

/** The channel of the path, if the bot may see it. */
export function visible({ scene: { world }, params }: Asked): Channel {
  const channel = world.channels.get(params.channel ?? "");
  if (channel === undefined) throw fail.unknownChannel();
  if (!may(world, world.botId, channel, bits.viewChannel)) throw fail.missingAccess();
  return channel;
}

function startThread(
  world: World,
  parent: Channel,
  body: z.output<typeof ThreadBody>,
  { id, type }: { id: string; type: number },
): object {
  const { name, auto_archive_duration: autoArchiveMinutes } = body;
  return channelShape(world, openThread(world, parent, { id, type, name, ownerId: world.botId, autoArchiveMinutes }));
}

function patchThread(world: World, channel: Channel, body: z.output<typeof ChannelPatch>): object {
  const { thread } = channel;
  if (thread === undefined) throw fail.unknownChannel();
  const mine = thread.ownerId === world.botId;
  if (!mine && !may(world, world.botId, channel, bits.manageThreads)) throw fail.missingPermissions();
  if (thread.archived && body.archived !== false) throw fail.archivedThread();
  if (body.name !== undefined) countRename(world, channel);
  const { name, archived, locked, auto_archive_duration: autoArchiveMinutes } = body;
  changeThread(world, channel, { name, archived, locked, autoArchiveMinutes });
  return channelShape(world, channel);
}

function countRename(world: World, channel: Channel): void {
  channel.renamed = channel.renamed.filter((at) => world.now() - at < RENAME_WINDOW_MS);
  const [oldest] = channel.renamed;
  if (oldest !== undefined && channel.renamed.length >= RENAMES_MAX)
    throw fail.rateLimited(RENAME_WINDOW_MS - (world.now() - oldest));
  channel.renamed.push(world.now());
}

function fitsCategory(world: World, parent: Channel | undefined): void {
  const refuse = (code: string, message: string) => fail.invalid(errorTree([{ path: ["parent_id"], code, message }]));
  if (parent?.type !== channelTypes.category) throw refuse("CHANNEL_PARENT_INVALID", "Category does not exist");
  const children = [...world.channels.values()].filter(({ parentId }) => parentId === parent.id);
  if (children.length >= IN_CATEGORY_MAX) {
    throw refuse("CHANNEL_PARENT_MAX_CHANNELS", "Maximum number of channels in category reached (50)");
  }
}

/** A bot grants and denies only what it holds itself. */
function grantable(world: World, overwrites: Overwrite[]): void {
  if (overwrites.length === 0) return;
  const held = permissionsIn(world, world.botId, undefined);
  if ((held & bits.manageRoles) === 0n && overwrites.length > 0) throw fail.missingPermissions();
  for (const { allow, deny } of overwrites) if (((allow | deny) & ~held) !== 0n) throw fail.missingPermissions();
}

/** Text channels' names are lower case and have hyphens for spaces. */
function slug(given: string): string {
  return given.toLowerCase().replace(/\s+/g, "-").slice(0, 100);
}
