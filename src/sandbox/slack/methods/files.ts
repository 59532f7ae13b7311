import { z } from "zod";
import { SlackError } from "../errors.ts";
import { postMessage } from "../messages.ts";
import { fileShape } from "../shapes.ts";
import { newId, type Workspace } from "../workspace.ts";
import { contentOf } from "./content.ts";
import { type Call, count, json, type Method, memberRoom, method } from "./method.ts";

const FILE_BYTES_MAX = 1024 ** 3;
const toComplete = z.array(z.object({ id: z.string(), title: z.string().optional() })).min(1);

/** Upload in three steps: ask for an address, send the bytes there, share the file. */
export const fileMethods: Record<string, Method> = {
  "files.getUploadURLExternal": method({
    tier: "tier4",
    scopes: ["files:write"],
    args: z.object({ filename: z.string().min(1), length: count.min(1).max(FILE_BYTES_MAX) }),
    run({ workspace, uploads }, { filename }) {
      const id = newId("F");
      const ticket = newId("U");
      uploads.set(ticket, { fileId: id });
      workspace.files.set(id, {
        id,
        name: filename,
        title: filename,
        mimetype: mimetypeOf(filename),
        bytes: Buffer.alloc(0),
        user: workspace.app.userId,
        createdMs: workspace.clock.now(),
        channels: [],
        complete: false,
      });
      return { upload_url: `${workspace.origin}/upload/v1/${ticket}`, file_id: id };
    },
  }),

  "files.completeUploadExternal": method({
    tier: "tier4",
    scopes: ["files:write"],
    args: z.object({
      files: json,
      channel_id: z.string().optional(),
      thread_ts: z.string().optional(),
      initial_comment: z.string().optional(),
      blocks: json.optional(),
    }),
    run: (call, args) => share(call, args),
  }),

  "files.info": method({
    tier: "tier4",
    scopes: ["files:read"],
    args: z.object({ file: z.string() }),
    run({ workspace }, { file }) {
      if (!workspace.files.get(file)?.complete) throw new SlackError("file_not_found");
      return { file: fileShape(workspace, file), comments: [], response_metadata: { next_cursor: "" } };
    },
  }),

  "files.delete": method({
    tier: "tier3",
    scopes: ["files:write"],
    args: z.object({ file: z.string() }),
    run({ workspace }, { file }) {
      if (!workspace.files.delete(file)) throw new SlackError("file_not_found");
      return {};
    },
  }),
};

function share(
  call: Call,
  args: { files: unknown; channel_id?: string; thread_ts?: string; initial_comment?: string; blocks?: unknown },
): Record<string, unknown> {
  const { workspace } = call;
  const listed = toComplete.safeParse(args.files);
  if (!listed.success) throw new SlackError("invalid_arguments", {}, true);
  const room = args.channel_id === undefined ? undefined : memberRoom(call, args.channel_id);
  const files = listed.data.map(({ id, title }) => finish(workspace, id, title));
  if (room) {
    const text = args.initial_comment ?? "";
    const { blocks } = args.blocks === undefined ? {} : contentOf(call, { text, blocks: args.blocks });
    postMessage(workspace, room, {
      user: workspace.app.userId,
      fromApp: true,
      text,
      ...(blocks && { blocks }),
      files,
      ...(args.thread_ts && { threadTs: args.thread_ts }),
    });
    for (const id of files) workspace.files.get(id)?.channels.push(room.id);
  }
  return { files: files.map((id) => fileShape(workspace, id)) };
}

function finish(workspace: Workspace, id: string, title: string | undefined): string {
  const file = workspace.files.get(id);
  if (!file || file.bytes.length === 0) throw new SlackError("file_not_found");
  file.complete = true;
  if (title !== undefined) file.title = title;
  return id;
}

function mimetypeOf(name: string): string {
  const types: Record<string, string> = {
    md: "text/markdown",
    txt: "text/plain",
    log: "text/plain",
    json: "application/json",
    csv: "text/csv",
    html: "text/html",
    pdf: "application/pdf",
    png: "image/png",
    jpg: "image/jpeg",
    svg: "image/svg+xml",
    zip: "application/zip",
  };
  return types[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";
}
