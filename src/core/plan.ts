import { z } from "zod";
import { Address, type UserRef } from "./ids.ts";
import { Intervention, Key, Probe, Sentence } from "./intervention.ts";
import {
  Dependency,
  ESCALATION_LEVELS_MAX,
  EscalationLevel,
  Message,
  PlanCheck,
  RiskSeed,
  SeverityRule,
  Signal,
} from "./plan-response.ts";
import { Rotation } from "./rotation.ts";
import { Role, Severity } from "./severity.ts";

export { Role, roleNames, Severity, severities } from "./severity.ts";
export { Intervention, Probe };

/**
 * The response plan: the organisation's answers, agreed in peace time and reviewed in a pull request. Chat input only
 * ever *names* something in it; addresses, calldata and authority come from here alone.
 */
export const Person = z.strictObject({
  name: Sentence,
  slack: z
    .string()
    .regex(/^[UW][A-Z0-9]{2,}$/, "A Slack member id starts with U or W, such as U012AB3CD (profile → Copy member ID).")
    .optional(),
  discord: z
    .string()
    .regex(/^\d{15,21}$/, "A Discord user id has 17 to 20 digits.")
    .optional(),
  roles: z.array(Role).default([]),
  owner: Address.optional().describe("The Safe owner address that this person may link to; any owner if left out"),
});
export type Person = z.output<typeof Person>;

export const Chain = z.strictObject({
  name: Sentence,
  explorer: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Block explorer, for links such as EXPLORER/tx/0x…"),
  secondsPerBlock: z.number().positive().max(120).default(12),
});

export const Safe = z.strictObject({
  label: Sentence.optional(),
  chain: z.number().int().positive(),
  address: Address,
  guard: Address.optional().describe("The transaction guard that it has; none if left out"),
  moduleGuard: Address.optional().describe("The module guard that it has, from Safe 1.5.0 on; none if left out"),
  modules: z.array(Address).optional().describe("The modules that are enabled; none if left out"),
});

/** Interventions that are proposed together, one transaction each: what fails or is done already never holds up the rest. */
export const Group = z.strictObject({
  title: Sentence.describe("What people read, such as Stop everything"),
  together: z
    .array(Key)
    .min(2)
    .max(10)
    .describe("Interventions, in the order in which they are to run: most at risk first"),
});
export type Group = z.output<typeof Group>;

const slackChannel = z
  .string()
  .regex(/^[CG][A-Z0-9]{2,}$/, "A Slack channel id starts with C, such as C012AB3CD (channel → View details).");

const discordChannel = z
  .string()
  .regex(/^\d+$/, "A Discord channel id has 17 to 20 digits, and is no name (right-click → Copy Channel ID).");

export const ResponsePlan = z.strictObject({
  version: z.literal(1),
  organisation: Sentence,
  reviewed: z.iso.date().describe("When people last went through this plan"),
  channels: z.strictObject({
    alerts: z.strictObject({ slack: slackChannel.optional(), discord: discordChannel.optional() }),
  }),
  people: z.record(Key, Person),
  rotations: z.record(Key, Rotation).default({}).describe("People who take turns"),
  onCall: z
    .array(Key)
    .min(1)
    .describe("Who is invited to every incident, first responder first: people, or rotations for whoever has it then"),
  escalation: z
    .array(EscalationLevel)
    .max(ESCALATION_LEVELS_MAX)
    .default([])
    .describe("Who is paged, level by level, until somebody answers"),
  severityNames: z
    .enum(["words", "levels"])
    .default("words")
    .describe("Critical/High/Medium/Low, or Level 3/2/1, where Level 3 is the worst"),
  severities: z.partialRecord(Severity, SeverityRule).default({}).describe("What each severity calls for"),
  invite: z
    .partialRecord(Severity, z.array(Key))
    .default({})
    .describe("Who else is invited at a severity, beside those on call and the signers"),
  chains: z.record(z.string().regex(/^[1-9]\d*$/, "Write the chain id, such as 1."), Chain),
  safes: z.record(Key, Safe),
  interventions: z.record(Key, Intervention),
  groups: z.record(Key, Group).default({}).describe("Interventions that are proposed together"),
  playbooks: z
    .partialRecord(Severity, Key)
    .default({})
    .describe("The playbook offered when an incident of that severity is declared"),
  closing: Key.optional().describe("The playbook that must be walked to its end before an incident can be closed"),
  dependencies: z.record(Key, Dependency).default({}).describe("Whom we depend on, and who has to hear of it"),
  messages: z.record(Key, Message).default({}).describe("Messages that are prepared in peace time"),
  risks: z.record(Key, RiskSeed).default({}).describe("Risks that are known before anything happens"),
  signals: z.record(Key, Signal).default({}).describe("What a signal from outside calls for"),
  checks: z.record(Key, PlanCheck).default({}).describe("What playbooks may have looked up on a chain"),
});
export type ResponsePlan = z.output<typeof ResponsePlan>;

/** A plan as it was read: `hash` is the sha256 of the file's bytes, and stands on every card that leads to a chain. */
export interface LoadedPlan extends ResponsePlan {
  hash: string;
}

/** The plan's person behind a platform account, if it knows one. On the terminal the plan's own key is the account. */
export function personOf(plan: ResponsePlan, user: string): { key: string; person: Person } | undefined {
  for (const [key, person] of Object.entries(plan.people)) {
    if (user === `terminal:${key}` || accountsOf(person).includes(user)) return { key, person };
  }
  return undefined;
}

/** All accounts of the person behind this one, itself first: the plan says who is one person on two platforms. */
export function aliasesOf(plan: ResponsePlan, user: UserRef): UserRef[] {
  const known = personOf(plan, user);
  return [...new Set([user, ...(known === undefined ? [] : accountsOf(known.person))])];
}

export function accountsOf(person: Person): UserRef[] {
  const accounts: UserRef[] = [];
  if (person.slack !== undefined) accounts.push(`slack:${person.slack}`);
  if (person.discord !== undefined) accounts.push(`discord:${person.discord}`);
  return accounts;
}
