/** What the page may send, checked where it comes in. The types are the contract's; the schemas follow them. */
import { z } from "zod";
import type { Act } from "../slack/client-api.ts";

const TEXT_LENGTH_MAX = 40_000; // Slack's chat.postMessage

const id = z.string().min(1).max(255);
const ts = z.string().regex(/^\d+\.\d+$/);
const state = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

export const Acting: z.ZodType<Act> = z.discriminatedUnion("do", [
  z.strictObject({
    do: z.literal("send"),
    channel: id,
    text: z.string().min(1).max(TEXT_LENGTH_MAX),
    threadTs: ts.optional(),
  }),
  z.strictObject({
    do: z.literal("press"),
    channel: id,
    ts,
    blockId: id,
    actionId: id,
    state: state.optional(),
    selected: z.unknown().optional(),
  }),
  z.strictObject({
    do: z.literal("press_view"),
    viewId: id,
    blockId: id,
    actionId: id,
    state: state.optional(),
    selected: z.unknown().optional(),
  }),
  z.strictObject({ do: z.literal("submit"), viewId: id, state }),
  z.strictObject({ do: z.literal("close"), viewId: id }),
  z.strictObject({ do: z.literal("react"), channel: id, ts, name: id }),
  z.strictObject({ do: z.literal("unreact"), channel: id, ts, name: id }),
  z.strictObject({ do: z.enum(["pin", "unpin"]), channel: id, ts }),
  z.strictObject({ do: z.literal("shortcut"), callbackId: id, channel: id.optional(), ts: ts.optional() }),
  z.strictObject({ do: z.literal("open_home") }),
  z.strictObject({ do: z.literal("open_im"), user: id }),
  z.strictObject({ do: z.literal("join"), channel: id }),
  z.strictObject({ do: z.literal("read"), channel: id }),
]);

export const MessagesQuery = z.object({ channel: id, thread: ts.optional() });

export const OptionsQuery = z.object({
  viewId: id.optional(),
  channel: id.optional(),
  ts: ts.optional(),
  blockId: id,
  actionId: id,
  typed: z.string().max(255).default(""),
});

export const EventsQuery = z.object({ after: z.coerce.number().int().nonnegative().optional() });

/** One line per mistake, naming the field: what a developer of the page needs to see. */
export function mistakes(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".") || "(body)"}: ${issue.message}`).join("\n");
}
