import { z } from "zod";
import { Place, RiskId, UserRef } from "./ids.ts";
import { riskLevels, riskStatuses } from "./plan-response.ts";
import { Role } from "./severity.ts";

const Text = z.string();
const Level = z.number().int().min(1);
/** Pages of one incident count 1, 2, 3 … */
const Page = z.number().int().min(1);

/** Who leads, who was called, what was reminded of, who was told: the people's side of an incident. */
export const responseEvents = [
  /** `user` has it once they accept; until then `from` holds it, if anybody does. */
  z.object({ kind: z.literal("role.offered"), role: Role, user: UserRef, from: UserRef.optional() }),
  /** `offer` is the number of its `role.offered`: where somebody was asked, to be brought up to date once it is settled. */
  z.object({ kind: z.literal("role.offer_posted"), offer: z.number().int().min(1), message: Place }),
  z.object({ kind: z.literal("role.offer_declined"), role: Role, user: UserRef, reason: Text.optional() }),
  z.object({ kind: z.literal("incident.closed"), noNewRisk: Text.optional() }),

  z.object({
    kind: z.literal("oncall.paged"),
    page: Page,
    level: Level,
    why: z.enum(["declared", "severity", "asked", "unanswered"]),
    /** The plan's keys, and every account by which they can be reached. */
    people: z.array(z.object({ key: Text, name: Text, users: z.array(UserRef) })),
    answerWithinMs: z.number().int().positive(),
    /** The last level that is paged before it is announced that nobody answered. */
    lastLevel: Level,
    /** What whoever asked for it said. */
    reason: Text.optional(),
  }),
  /** A level's call as it stands in `#security-alerts`; with `unanswered`, the news that nobody answered at any level. */
  z.object({
    kind: z.literal("oncall.page_posted"),
    page: Page,
    level: Level,
    message: Place,
    unanswered: z.literal(true).optional(),
  }),
  /** One person was told directly, or could not be. */
  z.object({
    kind: z.literal("oncall.reached"),
    page: Page,
    level: Level,
    user: UserRef,
    message: Place.optional(),
    why: Text.optional(),
  }),
  /** What the pager outside made of it. */
  z.object({
    kind: z.literal("oncall.paged_out"),
    page: Page,
    level: Level,
    action: z.enum(["trigger", "acknowledge", "resolve"]),
    ok: z.boolean(),
    detail: Text,
  }),
  /** Somebody is on it. `previous` is who had it before, where it was taken over. */
  z.object({ kind: z.literal("oncall.answered"), page: Page, previous: UserRef.optional() }),
  /** Everybody whom the plan names was paged, and nobody answered. */
  z.object({ kind: z.literal("oncall.unanswered"), page: Page }),

  /** `reminder` names what is overdue: `update`, `roles`, `step/R-0001/confirm`. `stage` counts up from 1. */
  z.object({
    kind: z.literal("reminder.sent"),
    reminder: Text,
    stage: Level,
    users: z.array(UserRef),
    /** From when the time counted that has run out. Another time is another matter, and its stages count anew. */
    since: z.iso.datetime(),
  }),
  /** As it stands in a chat, or rang there once more, `under` the message that stands. `ring` is how often it was said by then. */
  z.object({
    kind: z.literal("reminder.posted"),
    reminder: Text,
    message: Place,
    ring: z.number().int().min(1),
    under: Place.optional(),
  }),
  z.object({ kind: z.literal("reminder.snoozed"), reminder: Text, until: z.iso.datetime() }),
  z.object({ kind: z.literal("reminder.taken"), reminder: Text, user: UserRef }),

  z.object({
    kind: z.literal("contact.notified"),
    dependency: Text,
    name: Text,
    via: Text,
    text: Text,
  }),
  /** A risk of the register that this incident taught, or touched. */
  z.object({ kind: z.literal("risk.linked"), risk: RiskId, title: Text, isNew: z.boolean() }),
] as const;

const risk = {
  title: Text,
  likelihood: z.enum(riskLevels),
  impact: z.enum(riskLevels),
  status: z.enum(riskStatuses),
  owner: Text.optional(),
  mitigation: Text.optional(),
};

/** The risk register, a stream of its own: it outlives incidents and releases. */
export const riskEvents = [
  z.object({
    kind: z.literal("risk.added"),
    risk: RiskId,
    ...risk,
    /** The plan's key, for one that came from there. */
    seed: Text.optional(),
    /** The incident that taught it. */
    incident: Text.optional(),
  }),
  z.object({
    kind: z.literal("risk.updated"),
    risk: RiskId,
    changes: z.object(risk).partial(),
    note: Text.optional(),
    incident: Text.optional(),
  }),
] as const;
