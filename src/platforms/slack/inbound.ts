import { createHash } from "node:crypto";
import { z } from "zod";
import { decodeInvoke } from "../../chat/invoke.ts";
import type { Inbound, Place, UserRef } from "../../chat/platform.ts";
import { readForm, SubmittedView } from "./form.ts";
import { readText } from "./incoming-text.ts";
import { linkTo, placeOf, timeOfTs, userRefOf } from "./place.ts";
import type { Workspace } from "./workspace.ts";

/** What somebody did, as Slack told us. */
export type Act =
  | {
      kind: "said";
      inbound: Inbound;
      /** Opens a form, once, within three seconds. */
      trigger?: string;
      /** Takes answers that only this person sees, for half an hour, five times. */
      reply?: string;
      /** The thread in which it happened. */
      thread?: string;
      /** Of a filled form: the names of its inputs. */
      inputs?: string[];
    }
  | { kind: "pin"; id: string; user: UserRef; message: Place; on: boolean }
  | { kind: "home"; user: UserRef }
  /** Taken note of, and nothing to do: a link was opened, another reaction was put. */
  | { kind: "nothing" };

/** Reads what Slack sent. Undefined when it is none of the payloads that the app subscribes to, or lacks what one has. */
export function readAct(body: unknown, workspace: Workspace): Act | undefined {
  const type = typeof body === "object" && body !== null && "type" in body ? body.type : undefined;
  // A slash command is the only payload without a type.
  const read = typeof type === "string" ? READERS.get(type) : readSlash;
  try {
    return read?.(body, workspace);
  } catch {
    // Reading does nothing but read: whatever failed, it is not as Slack documents it. The caller says so.
    return undefined;
  }
}

/** What stays the same when Slack delivers the same act again. Undefined for what may be done again freely. */
export function keyOf(act: Act): string | undefined {
  if (act.kind === "said") return act.inbound.id;
  return act.kind === "pin" ? act.id : undefined;
}

const READERS = new Map<string, (body: unknown, workspace: Workspace) => Act | undefined>([
  ["block_actions", readPress],
  ["view_submission", readSubmission],
  ["message_action", readShortcut],
  ["event_callback", readEvent],
]);
const PINS: ReadonlySet<string> = new Set(["pushpin", "round_pushpin"]);

const Named = z.object({ id: z.string() });
const User = z.object({ id: z.string(), username: z.string().optional(), name: z.string().optional() });

const Slash = z.object({
  command: z.string(),
  text: z.string().default(""),
  user_id: z.string(),
  user_name: z.string().default(""),
  channel_id: z.string(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
});

function readSlash(body: unknown, { team }: Workspace): Act | undefined {
  const parsed = Slash.safeParse(body);
  if (!parsed.success) return undefined;
  const slash = parsed.data;
  // People come as <@U012|ana>. Our commands know them by id; the name in the mention proves nothing.
  const text = slash.text.replace(/<@([A-Z0-9]+)(?:\|[^>]*)?>/g, (_, id: string) => userRefOf(id));
  return {
    kind: "said",
    inbound: {
      id: `slack:${slash.trigger_id}`,
      user: userRefOf(slash.user_id),
      userName: slash.user_name || slash.user_id,
      where: placeOf({ team, channel: slash.channel_id }),
      said: { kind: "line", line: `${slash.command.replace(/^\//, "")} ${readText(text)}`.trim() },
    },
    trigger: slash.trigger_id,
    ...(slash.response_url !== undefined && { reply: slash.response_url }),
  };
}

const Press = z.object({
  type: z.literal("block_actions"),
  user: User,
  channel: Named.nullish(),
  container: z.object({
    message_ts: z.string().optional(),
    thread_ts: z.string().optional(),
    view_id: z.string().optional(),
    is_ephemeral: z.boolean().optional(),
  }),
  actions: z.tuple([z.object({ action_id: z.string(), action_ts: z.string().default("") })]).rest(z.unknown()),
  trigger_id: z.string().optional(),
  response_url: z.string().optional(),
});

function readPress(body: unknown, { team }: Workspace): Act | undefined {
  const parsed = Press.safeParse(body);
  if (!parsed.success) return undefined;
  const { user, channel, container, actions, trigger_id, response_url } = parsed.data;
  const [{ action_id, action_ts }] = actions;
  if (action_id.startsWith("link:")) return { kind: "nothing" };
  const { message_ts, thread_ts, view_id, is_ephemeral } = container;
  // A message that only one person sees can't be written to: the place is its channel.
  const ts = is_ephemeral ? undefined : message_ts;
  return {
    kind: "said",
    inbound: {
      id: `slack:${user.id}:${message_ts ?? view_id ?? ""}:${action_id}:${action_ts}`,
      ...person(user),
      ...(channel && { where: placeOf({ team, channel: channel.id, ...(ts !== undefined && { ts }) }) }),
      said: { kind: "press", ...decodeInvoke(action_id) },
    },
    ...(trigger_id !== undefined && { trigger: trigger_id }),
    ...(response_url !== undefined && { reply: response_url }),
    ...(thread_ts !== undefined && { thread: thread_ts }),
  };
}

const Submission = z.object({
  type: z.literal("view_submission"),
  user: User,
  view: SubmittedView.extend({
    id: z.string(),
    hash: z.string().default(""),
    blocks: z.array(z.object({ type: z.string(), block_id: z.string().optional() })).default([]),
  }),
});

function readSubmission(body: unknown): Act | undefined {
  const parsed = Submission.safeParse(body);
  if (!parsed.success) return undefined;
  const { user, view } = parsed.data;
  const { command, input, where, reply } = readForm(view);
  // A form that is sent again after a correction has the id and hash that it had before: what is in it tells them apart.
  const filled = createHash("sha256").update(JSON.stringify(view.state.values)).digest("hex").slice(0, 16);
  return {
    kind: "said",
    inbound: {
      id: `slack:${view.id}:${view.hash}:${filled}`,
      ...person(user),
      ...(where !== undefined && { where }),
      said: { kind: "submit", command, input },
    },
    ...(reply !== undefined && { reply }),
    inputs: view.blocks.flatMap(({ type, block_id }) => (type === "input" && block_id !== undefined ? [block_id] : [])),
  };
}

const Shortcut = z.object({
  type: z.literal("message_action"),
  callback_id: z.string(),
  user: User,
  channel: Named,
  trigger_id: z.string(),
  response_url: z.string().optional(),
  message: z.object({
    ts: z.string(),
    thread_ts: z.string().optional(),
    user: z.string().optional(),
    text: z.string().default(""),
  }),
});

/** A shortcut on a message brings the message itself: it can be captured even where the bot may not read. */
function readShortcut(body: unknown, { team, teamUrl }: Workspace): Act | undefined {
  const parsed = Shortcut.safeParse(body);
  if (!parsed.success) return undefined;
  const { callback_id, user, channel, trigger_id, response_url, message } = parsed.data;
  const { ts, thread_ts } = message;
  const place = placeOf({ team, channel: channel.id, ts });
  return {
    kind: "said",
    inbound: {
      id: `slack:${trigger_id}`,
      ...person(user),
      where: place,
      said: {
        kind: "press",
        command: callback_id,
        input: {
          message: place,
          at: timeOfTs(ts),
          permalink: linkTo(teamUrl, { channel: channel.id, ts }, thread_ts),
          ...(message.user !== undefined && { author: userRefOf(message.user) }),
          ...(message.text !== "" && { text: readText(message.text) }),
        },
      },
    },
    trigger: trigger_id,
    ...(response_url !== undefined && { reply: response_url }),
    ...(thread_ts !== undefined && { thread: thread_ts }),
  };
}

const Callback = z.object({
  type: z.literal("event_callback"),
  event_id: z.string(),
  event: z.looseObject({ type: z.string() }),
});
const Reaction = z.object({
  user: z.string(),
  reaction: z.string(),
  item: z.object({ channel: z.string().optional(), ts: z.string().optional() }),
});
const HomeOpened = z.object({ user: z.string(), tab: z.string().optional() });

function readEvent(body: unknown, { team }: Workspace): Act | undefined {
  const callback = Callback.safeParse(body);
  if (!callback.success) return undefined;
  const { event_id, event } = callback.data;
  switch (event.type) {
    case "reaction_added":
    case "reaction_removed": {
      const { user, reaction, item } = Reaction.parse(event);
      if (!PINS.has(reaction) || item.channel === undefined || item.ts === undefined) return { kind: "nothing" };
      const message = placeOf({ team, channel: item.channel, ts: item.ts });
      return {
        kind: "pin",
        id: `slack:${event_id}`,
        user: userRefOf(user),
        message,
        on: event.type === "reaction_added",
      };
    }
    case "app_home_opened": {
      const { user, tab } = HomeOpened.parse(event);
      return tab === undefined || tab === "home" ? { kind: "home", user: userRefOf(user) } : { kind: "nothing" };
    }
    default:
      return { kind: "nothing" };
  }
}

function person(user: z.output<typeof User>): { user: UserRef; userName: string } {
  return { user: userRefOf(user.id), userName: user.username ?? user.name ?? user.id };
}
