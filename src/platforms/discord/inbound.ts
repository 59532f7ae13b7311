import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  ComponentType,
  type Interaction,
  type MessageContextMenuCommandInteraction,
  type ModalSubmitInteraction,
} from "discord.js";
import { z } from "zod";
import { decodeInvoke } from "../../chat/invoke.ts";
import type { Inbound, Place } from "../../chat/platform.ts";
import { FIELD } from "./form.ts";
import { linkTo, placeOf, userRefOf } from "./place.ts";
import { ADD_TO_TIMELINE } from "./register.ts";
import { ASK_FIRST } from "./render.ts";

export type Answerable =
  | ChatInputCommandInteraction
  | MessageContextMenuCommandInteraction
  | ButtonInteraction
  | ModalSubmitInteraction;

export type Said =
  | { kind: "said"; inbound: Inbound }
  /** A button that asks before it counts. */
  | { kind: "ask"; id: string; label: string }
  | { kind: "nothing" };

/** What was written down of an act, to be done after a crash. */
export const Stored = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("said"),
    inbound: z.object({
      id: z.string(),
      user: z.string(),
      userName: z.string(),
      where: z.string().optional(),
      said: z.union([
        z.object({ kind: z.literal("line"), line: z.string() }),
        z.object({
          kind: z.enum(["press", "submit"]),
          command: z.string(),
          input: z.record(z.string(), z.string()),
          typed: z.boolean().optional(),
        }),
      ]),
    }),
  }),
  z.object({
    kind: z.literal("pin"),
    id: z.string(),
    user: z.string(),
    userName: z.string(),
    message: z.string(),
    on: z.boolean(),
  }),
]);
export type Stored = z.output<typeof Stored>;

/** Interactions that are answered; the others (autocomplete) are not acts. */
export function isAnswerable(act: Interaction): act is Answerable {
  return act.isChatInputCommand() || act.isMessageContextMenuCommand() || act.isButton() || act.isModalSubmit();
}

/** Reads what somebody did, without asking anybody. */
export function readInteraction(act: Answerable, guild: string): Said {
  if (act.isButton() && act.customId.startsWith(ASK_FIRST)) {
    const label = "label" in act.component ? act.component.label : null;
    return { kind: "ask", id: act.customId, label: label ?? "Do it" };
  }
  const said = saidBy(act, guild);
  if (said === undefined) return { kind: "nothing" };
  const where = whereOf(act, guild);
  return {
    kind: "said",
    inbound: {
      id: `discord:${act.id}`,
      user: userRefOf(act.user.id),
      userName: nameOf(act),
      ...(where !== undefined && { where }),
      said,
    },
  };
}

export function nameOf({ member, user }: Pick<Interaction, "member" | "user">): string {
  if (member !== null && "displayName" in member) return member.displayName;
  return user.globalName ?? user.username;
}

function saidBy(act: Answerable, guild: string): Inbound["said"] | undefined {
  if (act.isChatInputCommand()) {
    const verb = act.options.getSubcommand(false) ?? "help";
    if (verb === "help") return { kind: "line", line: `${act.commandName} help` };
    return { kind: "press", command: `${act.commandName} ${verb}`, input: optionsOf(act), typed: true };
  }
  if (act.isMessageContextMenuCommand()) {
    return act.commandName === ADD_TO_TIMELINE ? capture(act, guild) : undefined;
  }
  if (act.isButton()) return { kind: "press", ...decodeInvoke(act.customId) };
  const { command, input } = decodeInvoke(act.customId);
  return { kind: "submit", command, input: { ...input, ...fieldsOf(act) } };
}

/** The options of the subcommand, as text. A person comes by id. */
function optionsOf(act: ChatInputCommandInteraction): Record<string, string> {
  const given = act.options.data[0]?.options ?? [];
  return Object.fromEntries(
    given.flatMap(({ name, value, user }) => {
      if (user) return [[name, userRefOf(user.id)]];
      return value === undefined ? [] : [[name, String(value)]];
    }),
  );
}

function fieldsOf(act: ModalSubmitInteraction): Record<string, string> {
  const input: Record<string, string> = {};
  for (const field of act.fields.fields.values()) {
    if (!field.customId.startsWith(FIELD)) continue;
    const name = field.customId.slice(FIELD.length);
    if ("values" in field && Array.isArray(field.values)) {
      const [value] = field.values;
      if (typeof value !== "string" || value === "") continue;
      input[name] = field.type === ComponentType.UserSelect ? userRefOf(value) : value;
    } else if ("value" in field && typeof field.value === "string" && field.value !== "") input[name] = field.value;
  }
  return input;
}

/** The menu on a message brings the message itself: its words are readable here without any intent. */
function capture(act: MessageContextMenuCommandInteraction, guild: string): Inbound["said"] {
  const message = act.targetMessage;
  const place = messagePlace(act, guild, message.id);
  return {
    kind: "press",
    command: "message capture",
    input: {
      message: place,
      at: message.createdAt.toISOString(),
      permalink: linkTo(place),
      author: userRefOf(message.author.id),
      ...(message.content !== "" && { text: message.content }),
    },
  };
}

/** Where it happened: the message that bears the button, else the thread or the channel. */
function whereOf(act: Answerable, guild: string): Place | undefined {
  if (act.channelId === null) return undefined;
  if (act.isMessageContextMenuCommand()) return messagePlace(act, guild, act.targetId);
  const message = act.isButton() || (act.isModalSubmit() && act.isFromMessage()) ? act.message : undefined;
  // A message that only one person sees can't be written to: the place is its channel.
  if (message !== undefined && !message.flags.has("Ephemeral")) return messagePlace(act, guild, message.id);
  const thread = threadOf(act);
  // A thread stands for the message that it hangs on.
  if (thread !== undefined) return placeOf({ guild, channel: thread.parent, message: thread.id });
  return placeOf({ guild, channel: act.channelId });
}

function messagePlace(act: Answerable, guild: string, message: string): Place {
  const thread = threadOf(act);
  if (thread !== undefined) return placeOf({ guild, channel: thread.parent, thread: thread.id, message });
  return placeOf({ guild, channel: act.channelId ?? "", message });
}

function threadOf({ channel }: Answerable): { id: string; parent: string } | undefined {
  if (channel === null || !channel.isThread() || channel.parentId === null) return undefined;
  return { id: channel.id, parent: channel.parentId };
}
