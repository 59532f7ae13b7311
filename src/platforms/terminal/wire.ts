import type { Socket } from "node:net";
import { StringDecoder } from "node:string_decoder";
import type { z } from "zod";
import { LINE_BYTES_MAX } from "./protocol.ts";

/** A reader this far behind is cut off; it comes back and is told all from the beginning. */
const UNREAD_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Reads one JSON object per line and hands on what the schema takes. `onBroken` is called once, with why, for a line
 * that is too long, no JSON or not of the protocol; nothing is read after it.
 */
export function readFrames<T>(
  socket: Socket,
  schema: z.ZodType<T>,
  { onFrame, onBroken }: { onFrame: (frame: T) => void; onBroken: (why: string) => void },
): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let broken = false;
  const give = (line: string) => {
    const read = parse(schema, line);
    if ("frame" in read) return onFrame(read.frame);
    broken = true;
    onBroken(read.why);
  };
  socket.on("data", (bytes: Buffer) => {
    if (broken) return;
    rest += decoder.write(bytes);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (!broken && line.trim() !== "") give(line);
    if (broken || rest.length <= LINE_BYTES_MAX) return;
    broken = true;
    rest = "";
    onBroken(`A line has more than ${LINE_BYTES_MAX} characters.`);
  });
}

function parse<T>(schema: z.ZodType<T>, line: string): { frame: T } | { why: string } {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return { why: "A line is no JSON." };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { frame: parsed.data };
  const [issue] = parsed.error.issues;
  return { why: `A line is not of the protocol: ${issue?.path.join(".")}: ${issue?.message}` };
}

/** Sends one object. A peer that has gone, or reads too slowly, is let go; what it missed it learns when it is back. */
export function writeFrame<T>(socket: Socket, frame: T): void {
  if (socket.destroyed || !socket.writable) return;
  socket.write(`${JSON.stringify(frame)}\n`);
  if (socket.writableLength > UNREAD_BYTES_MAX) socket.destroy();
}
