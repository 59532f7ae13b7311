import { z } from "zod";
import { Form, View } from "./shown.ts";

/**
 * What the bot and its consoles say to each other: one JSON object per line, checked on arrival by whoever reads it.
 * A console that is of another version is told so at its hello, before anything else.
 */
export const PROTOCOL_VERSION = 1;

/** Longest line that either side takes. A room is sent message by message, so no line is long. */
export const LINE_BYTES_MAX = 1024 * 1024;
const TYPED_LENGTH_MAX = 20_000;

const PlaceSchema = z.string().regex(/^terminal:local\/[^/\s]+(\/[^/\s]+)?$/);
const Input = z.record(z.string(), z.string().max(TYPED_LENGTH_MAX));
/** Made by the console, and the same when it sends the same act once more after a lost connection. */
const ActId = z.string().regex(/^[A-Za-z0-9-]{8,64}$/);
const about = { id: ActId, where: PlaceSchema.optional() };

/** What somebody does at a console. */
export const ConsoleAct = z.discriminatedUnion("t", [
  z.object({ t: z.literal("line"), ...about, line: z.string().max(TYPED_LENGTH_MAX) }),
  z.object({ t: z.literal("press"), ...about, command: z.string(), input: Input }),
  z.object({ t: z.literal("submit"), ...about, command: z.string(), input: Input }),
  z.object({ t: z.literal("home"), id: ActId }),
  /** Words to the others at consoles: in a room, or under one of its messages. */
  z.object({ t: z.literal("say"), id: ActId, at: PlaceSchema, text: z.string().min(1).max(TYPED_LENGTH_MAX) }),
  /** Puts a message on the timeline, or takes it off. */
  z.object({ t: z.literal("pin"), id: ActId, message: PlaceSchema, on: z.boolean() }),
]);
export type ConsoleAct = z.output<typeof ConsoleAct>;

const Hello = z.object({ t: z.literal("hello"), version: z.number(), as: z.string().optional() });

export const FromConsole = z.union([Hello, ConsoleAct]);
export type FromConsole = z.output<typeof FromConsole>;

export const Somebody = z.object({ key: z.string(), name: z.string() });
/** A person of the response plan, by its key there. */
export type Somebody = z.output<typeof Somebody>;

export const Message = z.object({
  place: PlaceSchema,
  /** The message that it answers. */
  thread: PlaceSchema.optional(),
  /** ISO 8601. */
  at: z.string(),
  /** Who wrote it; the bot where left out. */
  author: Somebody.optional(),
  /** What a person wrote. */
  text: z.string().optional(),
  view: View.optional(),
  /** A file that the bot has written to the disk of its machine. */
  file: z.object({ name: z.string(), title: z.string(), path: z.string() }).optional(),
  pinned: z.boolean(),
});
export type Message = z.output<typeof Message>;

export const RoomFacts = z.object({
  place: PlaceSchema,
  name: z.string(),
  title: z.string(),
  bookmarks: z.array(z.object({ title: z.string(), url: z.string() })),
});
export type RoomFacts = z.output<typeof RoomFacts>;

export const ToConsole = z.discriminatedUnion("t", [
  z.object({
    t: z.literal("welcome"),
    version: z.literal(PROTOCOL_VERSION),
    you: Somebody,
    people: z.array(Somebody),
    /** First words of what the door understands: `incident`, `pause`. */
    nouns: z.array(z.string()),
  }),
  /** The hello was not good: nobody of that name, another version. The connection ends. */
  z.object({ t: z.literal("refused"), code: z.string(), why: z.string(), people: z.array(Somebody).default([]) }),
  /** All rooms and messages of before the hello have been sent. */
  z.object({ t: z.literal("caught_up") }),
  z.object({ t: z.literal("room"), room: RoomFacts }),
  z.object({ t: z.literal("message"), message: Message, change: z.enum(["posted", "edited", "pinned"]) }),
  /** First answer to an act. After `running` comes the `answer`. */
  z.object({ t: z.literal("form"), id: ActId, form: Form }),
  z.object({ t: z.literal("mistakes"), id: ActId, mistakes: z.record(z.string(), z.string()) }),
  z.object({ t: z.literal("running"), id: ActId }),
  z.object({ t: z.literal("answer"), id: ActId, view: View.optional(), failed: z.boolean() }),
  /** For this person only, and not asked for. */
  z.object({ t: z.literal("whisper"), at: PlaceSchema.optional(), view: View }),
  z.object({ t: z.literal("home"), view: View }),
]);
export type ToConsole = z.output<typeof ToConsole>;
