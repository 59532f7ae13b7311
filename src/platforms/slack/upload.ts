import { z } from "zod";
import type { Place } from "../../chat/platform.ts";
import type { Api } from "./api.ts";
import { readPlace } from "./place.ts";

const Ticket = z.object({ upload_url: z.string(), file_id: z.string() });

/** A file in three steps: ask where to put it, put it there, say where it belongs. */
export async function upload(
  api: Api,
  at: Place,
  { name, title, content }: { name: string; title: string; content: string },
): Promise<void> {
  const { channel, ts } = readPlace(at);
  const bytes = new TextEncoder().encode(content);
  const asked = { filename: name, length: bytes.byteLength };
  const ticket = await api.call("files.getUploadURLExternal", asked, Ticket);
  await api.put(ticket.upload_url, bytes);
  const placed = { files: [{ id: ticket.file_id, title }], channel_id: channel, ...(ts && { thread_ts: ts }) };
  await api.call("files.completeUploadExternal", placed, z.object({}));
}
