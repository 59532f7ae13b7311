import { z } from "zod";
import { Place, RunId, UserRef } from "./ids.ts";
import { EvidenceKind, PlaybookFile } from "./playbook-file.ts";
import { Role } from "./severity.ts";

const Text = z.string();
const at = { run: RunId, step: Text };

/** What was handed in with a step. A file is named by where it lies. */
const Evidence = z.object({ kind: EvidenceKind, value: Text });
export type Evidence = z.output<typeof Evidence>;

export const playbookEvents = [
  z.object({ kind: z.literal("playbook.started"), run: RunId, playbook: Text, hash: Text, text: PlaybookFile }),
  z.object({
    kind: z.literal("playbook.step_completed"),
    ...at,
    note: Text.optional(),
    evidence: Evidence.optional(),
  }),
  /** The answer decides how it goes on, and completes the step. */
  z.object({ kind: z.literal("playbook.step_answered"), ...at, answer: Text, note: Text.optional() }),
  /** One of the people whom a gate asks for. `person` is the plan's key, or the account of somebody it does not know. */
  z.object({ kind: z.literal("playbook.step_agreed"), ...at, person: Text, role: Role.optional() }),
  z.object({ kind: z.literal("playbook.step_waited"), ...at }),
  z.object({ kind: z.literal("playbook.step_checked"), ...at, detail: Text }),
  /** The bot looked, and it does not hold yet. */
  z.object({ kind: z.literal("playbook.step_looked"), ...at, detail: Text }),
  z.object({ kind: z.literal("playbook.step_skipped"), ...at, reason: Text }),
  z.object({ kind: z.literal("playbook.step_reopened"), ...at, reason: Text }),
  z.object({ kind: z.literal("playbook.step_assigned"), ...at, user: UserRef }),
  z.object({ kind: z.literal("playbook.step_noted"), ...at, text: Text }),
  z.object({ kind: z.literal("playbook.step_evidenced"), ...at, evidence: Evidence }),
  z.object({ kind: z.literal("playbook.card_posted"), run: RunId, message: Place }),
] as const;
