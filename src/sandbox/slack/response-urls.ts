import { randomBytes } from "node:crypto";
import { withIds } from "./blocks.ts";
import { SlackError } from "./errors.ts";
import { type Fields, isFields } from "./json.ts";
import { deleteMessage, editMessage, postEphemeral, postMessage } from "./messages.ts";
import { type Content, contentOf } from "./methods/content.ts";
import type { Room } from "./model.ts";
import type { Validator } from "./validate.ts";
import { roomOf, type Workspace } from "./workspace.ts";

/** Addresses by which the bot answers one act, without a token. */
export interface ResponseUrls {
  /** `ts` is the message that was acted on, if any: what `replace_original` replaces. */
  issue(kind: "commands" | "actions", at: { channel: string; user: string; ts?: string; threadTs?: string }): string;
  /** Does what the bot posted there. Throws `expired_url`, `used_url`, `invalid_blocks`… */
  answer(id: string, body: Fields): void;
  /** The same for a message inside an acknowledgement, which costs no use. */
  reply(url: string, body: Fields): void;
}

export const RESPONSE_URL_USES_MAX = 5;
export const RESPONSE_URL_LIFE_MS = 30 * 60_000;

interface Issued {
  channel: string;
  user: string;
  ts?: string;
  threadTs?: string;
  at: number;
  uses: number;
}

export function createResponseUrls(workspace: Workspace, validator: Validator): ResponseUrls {
  const issued = new Map<string, Issued>();
  return {
    issue(kind, at) {
      const now = workspace.clock.now();
      for (const [id, entry] of issued) {
        if (now - entry.at <= RESPONSE_URL_LIFE_MS) break;
        issued.delete(id);
      }
      const id = randomBytes(18).toString("base64url");
      issued.set(id, { ...at, at: now, uses: 0 });
      return `${workspace.origin}/hooks/${kind}/${workspace.team.id}/${id}`;
    },
    answer(id, body) {
      const entry = issued.get(id);
      if (!entry || workspace.clock.now() - entry.at > RESPONSE_URL_LIFE_MS) throw new SlackError("expired_url");
      if (entry.uses >= RESPONSE_URL_USES_MAX) throw new SlackError("used_url");
      respond(workspace, validator, entry, body);
      entry.uses += 1;
    },
    reply(url, body) {
      const entry = issued.get(url.split("/").at(-1) ?? "");
      if (entry) respond(workspace, validator, entry, body);
    },
  };
}

function respond(workspace: Workspace, validator: Validator, entry: Issued, body: Fields): void {
  const room = roomOf(workspace, entry.channel);
  if (body.delete_original === true) {
    deleteOriginal(workspace, room, entry);
    return;
  }
  const { text, blocks, attachments, metadata } = body;
  const content = contentOf(
    { validator },
    { ...(typeof text === "string" && { text }), blocks, attachments, metadata },
  );
  if (body.replace_original === true && entry.ts !== undefined) replaceOriginal(workspace, room, entry.ts, content);
  else postAnswer(workspace, room, entry, body, { ...content, text: content.text ?? "" });
}

/** What the answer leaves out goes away: it is another message in the same place. */
function replaceOriginal(workspace: Workspace, room: Room, ts: string, content: Content): void {
  const whole = { text: "", blocks: [], ...content };
  const shown = room.ephemerals.get(ts);
  if (!shown) {
    editMessage(workspace, room, ts, { ...whole, by: workspace.app.userId });
    return;
  }
  const message = { ...shown, ...whole, blocks: withIds(whole.blocks) };
  room.ephemerals.set(ts, message);
  workspace.emit({ type: "ephemeral_posted", message });
}

function postAnswer(
  workspace: Workspace,
  room: Room,
  entry: Issued,
  body: Fields,
  content: Content & { text: string },
): void {
  const asked = typeof body.thread_ts === "string" ? body.thread_ts : undefined;
  const inChannel = body.response_type === "in_channel";
  // Only the person's own view of a thread is answered in it unasked.
  const threadTs = asked ?? (inChannel ? undefined : entry.threadTs);
  const user = workspace.app.userId;
  const draft = { ...content, user, fromApp: true, ...(threadTs !== undefined && { threadTs }) };
  const { ts } = inChannel ? postMessage(workspace, room, draft) : postEphemeral(workspace, room, entry.user, draft);
  entry.ts ??= ts;
}

function deleteOriginal(workspace: Workspace, room: Room, { ts }: Issued): void {
  if (ts === undefined) return;
  const ephemeral = room.ephemerals.get(ts);
  if (ephemeral) {
    room.ephemerals.delete(ts);
    workspace.emit({ type: "ephemeral_deleted", message: ephemeral });
  } else deleteMessage(workspace, room, ts);
}

/** True when an acknowledgement bears a message. */
export function isMessageBody(payload: unknown): payload is Fields {
  return isFields(payload) && ("text" in payload || "blocks" in payload || "attachments" in payload);
}
