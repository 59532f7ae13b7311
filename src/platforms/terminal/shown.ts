import { z } from "zod";
import type * as shown from "../../chat/view.ts";

/** What people are shown, as it crosses the socket: the same data as in `chat/view.ts`, checked. */
const SpanSchema: z.ZodType<shown.Span> = z.union([
  z.string(),
  z.strictObject({ bold: z.string() }),
  z.strictObject({ italic: z.string() }),
  z.strictObject({ code: z.string() }),
  z.strictObject({ person: z.string() }),
  z.strictObject({ place: z.string(), label: z.string() }),
  z.strictObject({ link: z.string(), label: z.string() }),
  z.strictObject({ time: z.string() }),
]);
const TextSchema: z.ZodType<shown.Text> = z.union([z.string(), z.array(SpanSchema)]);

const BlockSchema: z.ZodType<shown.Block> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("text"), text: TextSchema, quiet: z.boolean().optional() }),
  z.object({ kind: z.literal("quote"), text: z.string() }),
  z.object({ kind: z.literal("fields"), fields: z.array(z.object({ label: z.string(), value: TextSchema })) }),
  z.object({ kind: z.literal("code"), label: z.string().optional(), code: z.string() }),
  z.object({
    kind: z.literal("tally"),
    label: z.string(),
    have: z.number(),
    need: z.number(),
    entries: z.array(
      z.object({ who: TextSchema, state: z.enum(["yes", "no", "waiting"]), detail: TextSchema.optional() }),
    ),
  }),
  z.object({
    kind: z.literal("checklist"),
    items: z.array(
      z.object({
        text: TextSchema,
        state: z.enum(["done", "current", "todo", "skipped", "failed"]),
        detail: TextSchema.optional(),
      }),
    ),
  }),
  z.object({ kind: z.literal("progress"), label: z.string(), done: z.number(), total: z.number() }),
  z.object({ kind: z.literal("image"), url: z.string(), alt: z.string() }),
  z.object({ kind: z.literal("link"), label: z.string(), url: z.string() }),
]);

const Input = z.record(z.string(), z.string());

const ButtonSchema: z.ZodType<shown.Button> = z.union([
  z.object({
    label: z.string(),
    command: z.string(),
    input: Input,
    style: z.enum(["primary", "danger"]).optional(),
    confirm: z.object({ title: z.string(), text: z.string(), yes: z.string() }).optional(),
  }),
  z.object({ label: z.string(), url: z.string(), style: z.literal("primary").optional() }),
]);

export const View: z.ZodType<shown.View> = z.object({
  tone: z.enum(["neutral", "info", "good", "warning", "danger"]),
  title: z.string(),
  body: z.array(BlockSchema),
  buttons: z.array(ButtonSchema),
  details: z.array(BlockSchema).optional(),
});

const TextWidget = { maxLength: z.number().optional(), placeholder: z.string().optional() };

export const Form: z.ZodType<shown.Form> = z.object({
  command: z.string(),
  title: z.string(),
  submit: z.string(),
  intro: TextSchema.optional(),
  carried: Input,
  fields: z.array(
    z.object({
      name: z.string(),
      label: z.string(),
      hint: z.string().optional(),
      required: z.boolean(),
      value: z.string().optional(),
      widget: z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("line"), ...TextWidget }),
        z.object({ kind: z.literal("paragraph"), ...TextWidget }),
        z.object({
          kind: z.literal("choice"),
          options: z.array(z.object({ value: z.string(), label: z.string() })),
        }),
        z.object({ kind: z.literal("toggle"), label: z.string() }),
        z.object({ kind: z.literal("person") }),
      ]),
    }),
  ),
});
