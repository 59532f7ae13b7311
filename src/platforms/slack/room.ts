import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Log } from "../../chat/log.ts";
import {
  type IncidentId,
  markOf,
  messageOf,
  RefusedError,
  type RoomOpened,
  type RoomRequest,
} from "../../chat/platform.ts";
import { revealHidden, shorten } from "../../chat/prose.ts";
import type { Api } from "./api.ts";
import { slackCode } from "./errors.ts";
import { LIMITS } from "./limits.ts";
import { placeOf } from "./place.ts";
import { roomName, slug } from "./slug.ts";
import { escapeText } from "./text.ts";
import type { Workspace } from "./workspace.ts";

const Created = z.object({ channel: z.object({ id: z.string(), name: z.string() }) });
const Value = z.object({ value: z.string().default("") }).default({ value: "" });
const Room = z.object({
  id: z.string(),
  name: z.string(),
  creator: z.string().optional(),
  /** Seconds. */
  created: z.number().default(0),
  is_private: z.boolean().default(false),
  is_archived: z.boolean().default(false),
  num_members: z.number().optional(),
  topic: Value,
  purpose: Value,
});
type Room = z.output<typeof Room>;
const Rooms = z.object({
  channels: z.array(Room),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const Anything = z.object({});

/**
 * Opens the incident's private channel. A name that is taken is adopted only when that channel is provably ours, left by
 * a crash; any other room of that name stays what it is, and ours gets the next name.
 *
 * Topic and purpose are set behind its back (`background`): a room is usable without them, and nobody waits.
 */
export async function openRoom(
  {
    api,
    workspace,
    log,
    background,
  }: { api: Api; workspace: Workspace; log: Log; background: (work: Promise<void>) => void },
  request: RoomRequest,
): Promise<RoomOpened> {
  const base = roomName(request.incident, request.title);
  let looked = false;
  for (const name of namesFor(base, request.incident)) {
    const created = await create(api, name);
    if (created !== undefined) {
      background(describeRoom({ api, log }, created.id, request));
      return { room: placeOf({ team: workspace.team, channel: created.id }), name: created.name, adopted: false };
    }
    if (looked) continue;
    looked = true;
    const ours = await findOurs(api, workspace, request);
    if (ours !== undefined) {
      background(describeRoom({ api, log }, ours.id, request));
      return { room: placeOf({ team: workspace.team, channel: ours.id }), name: ours.name, adopted: true };
    }
  }
  throw new RefusedError("name_taken", `Every name for the room of ${request.incident} is taken`, RENAME);
}

const RENAME = "Rename old channels whose names begin with the incident's id.";

function* namesFor(base: string, incident: IncidentId): Generator<string> {
  yield base;
  for (let suffix = 2; suffix <= 9; suffix += 1) yield `${base}-${suffix}`;
  yield `${slug(incident)}-${randomBytes(3).toString("hex")}`;
}

/** Undefined when the name is taken, or is one that this workspace does not allow. */
async function create(api: Api, name: string): Promise<{ id: string; name: string } | undefined> {
  try {
    const args = { name, is_private: true };
    return (await api.call("conversations.create", args, Created, { urgent: true })).channel;
  } catch (error) {
    const code = slackCode(error);
    if (code === "name_taken" || code?.startsWith("invalid_name")) return undefined;
    throw error;
  }
}

/** Only after a name turned out to be taken, and only among private rooms that the bot is in: as their creator it is. */
async function findOurs(api: Api, workspace: Workspace, request: RoomRequest): Promise<Room | undefined> {
  let cursor: string | undefined;
  do {
    const args = { types: "private_channel", exclude_archived: true, limit: 1000, ...(cursor && { cursor }) };
    const page = await api.call("conversations.list", args, Rooms, { urgent: true });
    const ours = page.channels.find((room) => isOurs(room, workspace, request));
    if (ours !== undefined) return ours;
    cursor = page.response_metadata?.next_cursor;
  } while (cursor);
  return undefined;
}

/**
 * Proof that a room is this incident's: made by our bot, private, with the id in its name, and with the incident's mark.
 * Where the crash came before the mark was set there is neither topic nor purpose: then it must have been made since the
 * room is owed, or, as a clock may be wrong, have nobody in it but the bot.
 */
function isOurs(room: Room, { botUserId }: Workspace, request: RoomRequest): boolean {
  const named = room.name === slug(request.incident) || room.name.startsWith(`${slug(request.incident)}-`);
  if (!named || room.creator !== botUserId || !room.is_private || room.is_archived) return false;
  if (room.topic.value !== "" || room.purpose.value !== "") return room.purpose.value.startsWith(markOf(request));
  // Slack tells whole seconds.
  return room.created >= Math.floor(request.owedSince.getTime() / 1000) || room.num_members === 1;
}

/** The purpose first: it bears the mark. What fails here is told to operators, and fails nothing else. */
async function describeRoom(
  { api, log }: { api: Api; log: Log },
  channel: string,
  { incident, declaredAt, topic, lacks }: RoomRequest,
): Promise<void> {
  const words = shorten(escapeText(revealHidden(topic)), LIMITS.topic);
  const purpose = `${markOf({ incident, declaredAt })} This room belongs to it alone; its timeline is kept by the bot.`;
  const results = await Promise.allSettled([
    api.call("conversations.setPurpose", { channel, purpose }, Anything),
    api.call("conversations.setTopic", { channel, topic: words }, Anything),
  ]);
  for (const result of results) {
    if (result.status === "rejected") {
      log.warn({ channel, incident, why: messageOf(result.reason) }, "A room has no topic or purpose");
      if (result.reason instanceof RefusedError) await lacks?.("Setting the topic", result.reason);
    }
  }
}
