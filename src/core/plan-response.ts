import { z } from "zod";
import { Duration } from "./duration.ts";
import { Address, Uint } from "./ids.ts";
import { Key, Sentence } from "./intervention.ts";
import { Role, Severity } from "./severity.ts";

/** What a plan says beside its people and its chains: who answers, what a severity calls for, whom to tell, what can go wrong. */
const Paragraph = z.string().trim().min(1).max(3000);

/** One level of escalation. Nobody answered in time: the next one is paged. */
export const EscalationLevel = z.strictObject({
  title: Sentence.optional().describe("What people read, such as Engineering lead"),
  who: z.array(Key).min(1).max(50).describe("People or rotations; all of them are paged at once"),
  answerWithin: Duration.default("5m").describe("How long they have before the next level is paged"),
});
export type EscalationLevel = z.output<typeof EscalationLevel>;

export const ESCALATION_LEVELS_MAX = 3;
const Level = z.number().int().min(1).max(ESCALATION_LEVELS_MAX);

/** What a severity calls for. Nothing that is left out happens. */
export const SeverityRule = z.strictObject({
  name: z.string().trim().min(1).max(30).optional().describe("The organisation's own name for it, such as SEV1"),
  means: Sentence.optional().describe("How people recognise it"),
  owner: Key.optional().describe("The person or rotation that answers for it"),
  page: z
    .strictObject({
      from: Level.default(1).describe("The level that is paged first"),
      upTo: Level.default(ESCALATION_LEVELS_MAX).describe("The last level that is paged"),
      answerWithin: Duration.optional().describe("How long each level has; what the level itself says if left out"),
    })
    .optional()
    .describe("Who is paged and how fast; nobody if left out"),
  pause: z.enum(["none", "affected", "all"]).default("none").describe("Which pause the card offers first"),
  updateEvery: Duration.optional().describe("How often everybody is to be told where it stands"),
  tellUsers: z.enum(["yes", "no", "decide"]).default("decide").describe("Whether users are told"),
  roles: z.array(Role).default([]).describe("Roles that are asked for until somebody holds them"),
});
export type SeverityRule = z.output<typeof SeverityRule>;

export const dependencyKinds = [
  "oracle",
  "bridge",
  "exchange",
  "stablecoin issuer",
  "protocol",
  "auditor",
  "infrastructure",
  "custodian",
  "security",
  "authority",
  "other",
] as const;

/** Somebody whose service ours needs, or who has to hear of it. */
export const Dependency = z.strictObject({
  name: Sentence,
  kind: z.enum(dependencyKinds).default("other"),
  uses: Sentence.optional().describe("What of ours depends on it"),
  contacts: z
    .array(
      z.strictObject({
        name: Sentence.describe("Who, such as Security desk"),
        via: Sentence.describe("Where: an e-mail address, a phone number, a web address, a handle"),
        hours: Sentence.optional().describe("When they answer, such as 24/7"),
        note: Sentence.optional(),
      }),
    )
    .max(20)
    .default([]),
  degraded: z
    .array(Sentence)
    .max(10)
    .default([])
    .describe("Degraded modes: what still works without it, and what to do instead"),
  message: Key.optional().describe("The message that is prepared for them"),
  reviewed: z.iso.date().optional().describe("When the contacts were last tried"),
});
export type Dependency = z.output<typeof Dependency>;

/** What `{…}` in a message stands for. Filled in when it is prepared; a person reads it before it goes out. */
export const messageFields = [
  "organisation",
  "incident",
  "title",
  "severity",
  "status",
  "declared",
  "paused",
  "still-works",
  "next-update",
] as const;

export const Message = z.strictObject({
  title: Sentence.describe("What people read, such as First statement"),
  for: z.enum(["users", "partners", "exchanges", "bridges", "press", "team"]).default("partners"),
  text: Paragraph.describe(`The words. ${messageFields.map((name) => `{${name}}`).join(", ")} are filled in`),
});
export type Message = z.output<typeof Message>;

export const riskLevels = ["high", "medium", "low"] as const;
export const riskStatuses = ["open", "mitigated", "accepted", "closed"] as const;

/** A risk that is known before anything happens. It enters the register once, and lives there from then on. */
export const RiskSeed = z.strictObject({
  title: Sentence,
  likelihood: z.enum(riskLevels),
  impact: z.enum(riskLevels),
  status: z.enum(riskStatuses).default("open"),
  owner: Key.optional().describe("Who looks after it"),
  mitigation: Paragraph.optional().describe("What is done about it"),
});
export type RiskSeed = z.output<typeof RiskSeed>;

/** What a signal from outside calls for, agreed in peace time. */
export const Signal = z.strictObject({
  means: Sentence.describe("What it says, such as Outflow above 5 % in an hour"),
  from: Sentence.optional().describe("What sends it, such as Tenderly"),
  severity: Severity,
  action: z
    .enum(["declare", "ask", "note"])
    .default("ask")
    .describe("Declare an incident at once, ask a person, or write it down"),
  playbook: Key.optional(),
  intervention: Key.optional().describe("The intervention or group that it may justify"),
});
export type Signal = z.output<typeof Signal>;

const EventSignature = z
  .string()
  .regex(/^[A-Za-z_]\w*\([^)]*\)$/, "Write the event with its types, such as Upgraded(address).");

/** Something that the bot can look up on a chain, by a name that playbooks use. */
export const PlanCheck = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("balance"),
    title: Sentence,
    chain: z.number().int().positive(),
    of: Address.describe("Whose balance"),
    token: Address.optional().describe("An ERC-20 token; the chain's own coin if left out"),
    atLeast: Uint.optional().describe("In the smallest units, in quotes"),
    atMost: Uint.optional().describe("In the smallest units, in quotes"),
  }),
  z.strictObject({
    kind: z.literal("owners"),
    title: Sentence,
    safe: Key,
    are: z.array(Address).min(1).describe("The owners that it should have, and no others"),
    threshold: z.number().int().positive().optional(),
  }),
  z.strictObject({
    kind: z.literal("event"),
    title: Sentence,
    chain: z.number().int().positive(),
    contract: Address,
    event: EventSignature,
    within: Duration.default("1h").describe("How far back to look"),
    seen: z.boolean().default(true).describe("Whether it should have been seen, or should not"),
  }),
  z.strictObject({
    kind: z.literal("paused"),
    title: Sentence,
    intervention: Key,
    is: z.boolean().default(true).describe("Whether it should be paused, or should not"),
  }),
]);
export type PlanCheck = z.output<typeof PlanCheck>;
