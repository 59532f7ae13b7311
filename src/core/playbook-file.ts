import { z } from "zod";
import { Duration } from "./duration.ts";
import { Key } from "./intervention.ts";
import { Role, Severity } from "./severity.ts";

/** In a step's check: whatever this incident paused, or every Safe. Nothing in a plan bears this name. */
export const ANY_INTERVENTION = "any";

export const StepId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Use lowercase letters, digits and hyphens, such as pause-vault.");

/** What somebody has to hand in with a step: words, an address on the web, a transaction's hash, a file's address. */
export const EvidenceKind = z.enum(["note", "link", "transaction", "file"]);
export type EvidenceKind = z.output<typeof EvidenceKind>;

/** Where an answer leads: on to the next step, to a later one, or to the end. Never back, so every run comes to an end. */
const Target = z.union([z.literal("next"), z.literal("end"), StepId]);

/** A playbook as its authors write it: `playbooks/<key>.yaml`. A run is pinned to the text it was started with. */
export const PlaybookStep = z.strictObject({
  id: StepId,
  do: z.string().trim().min(1).max(300).describe("What to do, as an order: Propose the pause"),
  why: z.string().trim().min(1).max(500).describe("What goes wrong if it is left out"),
  role: Role.optional().describe("Who does it, unless somebody is assigned"),
  due: Duration.optional().describe("By when, counted from the start of the run"),
  evidence: EvidenceKind.optional().describe("What has to be handed in to complete it"),
  offer: z
    .strictObject({
      label: z.string().trim().min(1).max(40).describe("The button's words, such as Propose the pause"),
      command: z.string().regex(/^[a-z]+ [a-z]+$/, "Name a command, such as pause propose."),
      input: z.record(z.string(), z.string()).default({}),
    })
    .optional()
    .describe("A command that this step offers as a button"),
  draft: z
    .strictObject({
      message: Key.optional().describe("A message of the response plan"),
      text: z.string().trim().min(1).max(1500).optional().describe("The words, where the plan has no such message"),
    })
    .optional()
    .describe("Words that are prepared for an update"),
  ask: z
    .strictObject({
      question: z.string().trim().min(1).max(200),
      answers: z
        .array(
          z.strictObject({
            say: z.string().trim().min(1).max(40).describe("The button's words, such as Yes, it moved"),
            // biome-ignore lint/suspicious/noThenProperty: it is what an author writes, and never awaited
            then: Target.default("next").describe("Where it leads: next, end, or the id of a later step"),
          }),
        )
        .min(2)
        .max(4),
    })
    .optional()
    .describe("A question whose answer decides how it goes on; answering completes the step"),
  gate: z
    .strictObject({
      people: z.number().int().min(1).max(10).describe("How many different people have to agree"),
      roles: z.array(Role).default([]).describe("Whose word counts; any responder's if left out"),
    })
    .optional()
    .describe("Nobody gets past this step alone, and nobody can skip it"),
  wait: Duration.optional().describe("A timer: the step completes itself once so much time has passed"),
  check: z
    .strictObject({
      paused: z.string().optional().describe("Intervention that must be paused, or any for what this incident paused"),
      notPaused: z
        .string()
        .optional()
        .describe("Intervention that must not be paused, or any for all that this incident paused"),
      owners: z.string().optional().describe("Safe whose owners must all be people of the plan, or any for every Safe"),
      named: Key.optional().describe("One of the plan's own checks"),
    })
    .optional()
    .describe("What the bot itself looks up on the chain; the step completes itself when it holds"),
});
export type PlaybookStep = z.output<typeof PlaybookStep>;

export const PlaybookFile = z.strictObject({
  title: z.string().trim().min(1).max(80),
  summary: z.string().trim().min(1).max(300),
  reviewed: z.iso.date().describe("When people last walked through it"),
  severities: z.array(Severity).default([]).describe("Severities at which it is offered"),
  symptoms: z
    .array(z.string().trim().min(1).max(200))
    .max(10)
    .default([])
    .describe("How people recognise it. With symptoms it is a kind of incident that can be declared"),
  steps: z.array(PlaybookStep).min(1).max(50),
});
export type PlaybookFile = z.output<typeof PlaybookFile>;

/** Those that say how people recognise it: kinds of incident that can be declared. */
export function kindsOf(playbooks: readonly Playbook[]): Playbook[] {
  return playbooks.filter(({ symptoms }) => symptoms.length > 0);
}

/** A playbook as it was read: `key` is the file's name, `hash` the sha256 of its bytes. */
export interface Playbook extends PlaybookFile {
  key: string;
  hash: string;
}
