import { z } from "zod";
import { Role, Severity } from "./plan.ts";

/** In a step's check: whichever intervention this incident paused. No intervention of a plan bears this name. */
export const ANY_INTERVENTION = "any";

/** A playbook as its authors write it: `playbooks/<key>.yaml`. A run is pinned to the text it was started with. */
export const PlaybookStep = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Use lowercase letters, digits and hyphens, such as pause-vault."),
  do: z.string().trim().min(1).max(300).describe("What to do, as an order: Propose the pause"),
  why: z.string().trim().min(1).max(500).describe("What goes wrong if it is left out"),
  role: Role.optional().describe("Who does it, unless somebody is assigned"),
  offer: z
    .strictObject({
      label: z.string().trim().min(1).max(40).describe("The button's words, such as Propose the pause"),
      command: z.string().regex(/^[a-z]+ [a-z]+$/, "Name a command, such as pause propose."),
      input: z.record(z.string(), z.string()).default({}),
    })
    .optional()
    .describe("A command that this step offers as a button"),
  check: z
    .strictObject({ paused: z.string().default("any").describe("Intervention that must be verified paused, or any") })
    .optional()
    .describe("What the bot itself looks up on the chain; the step completes itself when it holds"),
});
export type PlaybookStep = z.output<typeof PlaybookStep>;

export const PlaybookFile = z.strictObject({
  title: z.string().trim().min(1).max(80),
  summary: z.string().trim().min(1).max(300),
  reviewed: z.iso.date(),
  severities: z.array(Severity).default([]).describe("Severities at which it is offered"),
  steps: z.array(PlaybookStep).min(1).max(50),
});
export type PlaybookFile = z.output<typeof PlaybookFile>;

/** A playbook as it was read: `key` is the file's name, `hash` the sha256 of its bytes. */
export interface Playbook extends PlaybookFile {
  key: string;
  hash: string;
}
