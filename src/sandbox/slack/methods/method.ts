import { z } from "zod";
import { payloadError, SlackError } from "../errors.ts";
import type { Fields } from "../json.ts";
import type { Room } from "../model.ts";
import type { Validator } from "../validate.ts";
import { canSee, roomOf, type Workspace } from "../workspace.ts";

/** Requests per minute of each of Slack's tiers; `special` methods have limits of their own or none. */
export type Tier = "tier1" | "tier2" | "tier3" | "tier4" | "posting" | "special";

/** One request of the bot, after its token was accepted. */
export interface Call {
  readonly method: string;
  readonly workspace: Workspace;
  readonly validator: Validator;
  readonly sockets: { open(): string };
  readonly triggers: { spend(triggerId: string): { user: string; viewId?: string } };
  readonly uploads: Map<string, { fileId: string }>;
  /** Throws `missing_scope` unless one of these is granted. */
  need(anyOf: string[]): void;
  granted(scope: string): boolean;
}

export interface Method {
  tier: Tier;
  /** What a token may bear to call it: one of these. None means that any token will do. */
  scopes: string[];
  token: "bot" | "app" | "any";
  run(call: Call, raw: Fields): Fields | Promise<Fields>;
}

/** Defines a Web API method; arguments that don't fit are answered as Slack answers them. */
export function method<T>(definition: {
  tier: Tier;
  scopes?: string[];
  /** `resource` methods look up the scope by the kind of channel, with `call.need`. */
  scopeBy?: "resource";
  token?: "bot" | "app" | "any";
  args: z.ZodType<T>;
  run: (call: Call, args: T) => Fields | Promise<Fields>;
}): Method {
  const { tier, scopes = [], token = "bot", args, run, scopeBy } = definition;
  return {
    tier,
    scopes,
    token,
    run(call, raw) {
      if (scopes.length > 0 && scopeBy === undefined) call.need(scopes);
      const parsed = args.safeParse(raw);
      if (!parsed.success) throw payloadError("invalid_arguments", parsed.error.issues.map(issueWords));
      return run(call, parsed.data);
    },
  };
}

/** Arguments come as form fields or as JSON: structures may be text, and so may numbers and booleans. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((value) => value === true || value === "true" || value === "1");
export const count = z.coerce.number().int();
export const json = z.unknown().transform((value, context) => {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    context.addIssue({ code: "custom", message: "must be valid JSON" });
    return z.NEVER;
  }
});
/** Ids in one argument: separated by commas, or an array. */
export const idList = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (Array.isArray(value) ? value : value.replace(/^\[|\]$|"/g, "").split(",")).map((id) => id.trim()).filter(Boolean),
  );

/** The room, as far as the bot can see it. Throws `channel_not_found`. */
export function visibleRoom(call: Call, id: string): Room {
  const room = roomOf(call.workspace, id);
  if (!canSee(room, call.workspace.app.userId)) throw new SlackError("channel_not_found");
  return room;
}

/** The same, where the bot must also be in it. Throws `not_in_channel`, and `is_archived` if it is to be changed. */
export function memberRoom(call: Call, id: string, use: "read" | "change" = "change"): Room {
  const room = visibleRoom(call, id);
  if (use === "change" && room.archived) throw new SlackError("is_archived");
  if (!room.members.has(call.workspace.app.userId)) throw new SlackError("not_in_channel");
  return room;
}

/** Scopes are named after the kind of conversation: `channels:`, `groups:` or `im:`. */
export function needFor(call: Call, room: Room, verbs: { public: string[]; private: string[]; im: string[] }): void {
  call.need(verbs[room.kind]);
}

/** One page of a list, and where the next begins. Throws `invalid_cursor`. */
export function page<T>(items: T[], cursor: string | undefined, limit: number): { items: T[]; next: string } {
  const start = cursor
    ? Number(
        Buffer.from(cursor, "base64url")
          .toString()
          .replace(/^from:/, ""),
      )
    : 0;
  if (!Number.isInteger(start) || start < 0 || start > items.length) throw new SlackError("invalid_cursor");
  const end = start + Math.max(1, limit);
  return {
    items: items.slice(start, end),
    next: end < items.length ? Buffer.from(`from:${end}`).toString("base64url") : "",
  };
}

function issueWords({ path, code, message }: z.core.$ZodIssue): string {
  const name = path.join("/");
  if (code === "invalid_type" && message.includes("undefined")) return `[ERROR] missing required field: ${name}`;
  return `[ERROR] ${message} [json-pointer:/${name}]`;
}
