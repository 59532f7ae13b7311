import { z } from "zod";
import { type Place, RefusedError } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { readPlace } from "./place.ts";
import type { Workspace } from "./workspace.ts";

/** Our clock and Slack's may differ by so much. */
const SKEW_MS = 5_000;
const PAGE_LENGTH = 200;

const Ticket = z.object({ upload_url: z.string(), file_id: z.string() });
const FileInRoom = z.object({ name: z.string().nullish(), title: z.string().nullish(), user: z.string().optional() });
const Page = z.object({ messages: z.array(z.object({ files: z.array(FileInRoom).default([]) })).default([]) });

export interface Upload {
  name: string;
  title: string;
  content: string;
}

/**
 * A file in three steps: ask where to put it, put it there, say where it belongs. Where it may have been put there
 * before, since `againSince`, it is looked for first; where we may not look, a second copy is better than none.
 */
export async function upload(
  { api, workspace }: { api: Api; workspace: Workspace },
  at: Place,
  file: Upload,
  { againSince }: { againSince?: Date } = {},
): Promise<void> {
  const { name, title, content } = file;
  if (againSince !== undefined && (await isThere({ api, workspace }, at, file, againSince))) return;
  const { channel, ts } = readPlace(at);
  const bytes = new TextEncoder().encode(content);
  const asked = { filename: name, length: bytes.byteLength };
  const ticket = await api.call("files.getUploadURLExternal", asked, Ticket);
  await api.put(ticket.upload_url, bytes);
  const placed = { files: [{ id: ticket.file_id, title }], channel_id: channel, ...(ts && { thread_ts: ts }) };
  await api.call("files.completeUploadExternal", placed, z.object({}));
}

async function isThere(
  { api, workspace }: { api: Api; workspace: Workspace },
  at: Place,
  { name, title }: Upload,
  since: Date,
): Promise<boolean> {
  const { channel, ts } = readPlace(at);
  const oldest = ((since.getTime() - SKEW_MS) / 1000).toFixed(6);
  const where = { channel, oldest, limit: PAGE_LENGTH, ...(ts !== undefined && { ts }) };
  const method = ts === undefined ? "conversations.history" : "conversations.replies";
  const page = await api.call(method, where, Page).catch((error: unknown) => {
    if (error instanceof RefusedError) return undefined;
    throw error;
  });
  const files = page?.messages.flatMap((message) => message.files) ?? [];
  return files.some((one) => one.name === name && one.title === title && one.user === workspace.botUserId);
}
