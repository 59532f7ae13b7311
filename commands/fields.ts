import { z } from "zod";
import { IncidentId, ProposalId, RunId } from "../src/core/ids.ts";

/** Fields that many commands share. In an incident's room they are filled from the place, and not asked for. */
export const incidentField = IncidentId.meta({ description: "Incident, such as INC-0042", from: "incident" });
export const proposalField = ProposalId.meta({ description: "Pause proposal, such as P-0007", from: "proposal" });
export const runField = RunId.meta({ description: "Playbook run, such as R-0003", from: "run" });
export const stepField = z
  .string()
  .trim()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "A step is named by its id, such as confirm-it.")
  .meta({ description: "Step, such as confirm-it", from: "step" });

/** No name in a response plan is longer. */
const NAME_LENGTH_MAX = 100;
const TOO_LONG = `No name is longer than ${NAME_LENGTH_MAX} characters: choose one of those that the form offers.`;

/** A name that the response plan uses: what is longer is none of them. */
export function planName() {
  return z.string().trim().toLowerCase().min(1).max(NAME_LENGTH_MAX, TOO_LONG);
}

/** Which page of a list that is too long for one message: its buttons carry it. */
export const pageField = z
  .string()
  .trim()
  .regex(/^[1-9]\d{0,2}$/, "Pages are numbered 1, 2, 3.")
  .optional()
  .meta({ description: "Page", given: true });

export const interventionField = planName().meta({ description: "Which pause", choices: "interventions" });

/** A person of the plan, by their key there. */
export const ownerField = planName()
  .optional()
  .meta({ description: "Owner, such as noor", hint: "Who looks after it", choices: "people" });

export const mitigationField = z
  .string()
  .trim()
  .min(1)
  .max(2000, "Write 2000 characters at most.")
  .optional()
  .meta({ description: "What is done about it", widget: "paragraph" });

/** The incident in whose room it is said. Said elsewhere, it is none. */
export const roomField = IncidentId.optional().meta({ description: "Incident that taught it", from: "room" });

/** Words from a person: all that is left of a typed line. */
export function words(description: string, options: { max?: number; widget?: "paragraph"; placeholder?: string } = {}) {
  const { max = 2000, ...meta } = options;
  return z
    .string()
    .trim()
    .min(1, "Write a few words.")
    .max(max, `Write ${max} characters at most.`)
    .meta({ description, rest: true, ...meta });
}

/** What a reminder is about, as its buttons name it: short enough for the longest id that a chat takes. */
export const reminderField = z
  .string()
  .trim()
  .regex(
    /^(update|roles|R-\d{4,9}\.[a-z0-9][a-z0-9-]{0,39})$/,
    "A reminder is named update, roles, or R-0001.confirm-it.",
  )
  .transform((named) => (named.includes(".") ? `step/${named.replace(".", "/")}` : named))
  .meta({ description: "Reminder, such as update", given: true });
