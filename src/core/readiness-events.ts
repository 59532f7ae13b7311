import { z } from "zod";
import { Address, Hex, Place, Uint } from "./ids.ts";

/**
 * What is looked at, in the order in which a pause would meet it. The first that is red is why the pause would not work;
 * what comes after it can often not be tried at all.
 */
export const rungs = [
  "rpc",
  "safe",
  "shape",
  "guard",
  "role",
  "paused",
  "expiry",
  "once",
  "effect",
  "exit",
  "executor",
  "gas",
  "queue",
  "people",
  "ladder",
] as const;
export const Rung = z.enum(rungs);
export type Rung = z.output<typeof Rung>;

/** Amber: the pause would work, but something will hurt. */
export const Colour = z.enum(["green", "amber", "red"]);
export type Colour = z.output<typeof Colour>;

/** Why a rung is not green. `code` is its stable name: two looks with the same codes say the same. */
const Reason = z.object({
  rung: Rung,
  colour: Colour,
  code: z.string(),
  says: z.string(),
  remedy: z.string().optional(),
  /** Addresses and hashes that the sentences speak of by name. Whole, to be compared and copied. */
  facts: z.array(z.object({ label: z.string(), value: z.string() })).optional(),
});

/** One intervention and one executor. `green` counts the rungs that hold; `reasons` are those that do not, in order. */
const Line = z.object({
  subject: z.string(),
  intervention: z.string(),
  title: z.string(),
  executor: Address.optional(),
  colour: Colour,
  green: z.number().int().nonnegative(),
  reasons: z.array(Reason),
});

export const readinessEvents = [
  z.object({
    kind: z.literal("readiness.checked"),
    /** `daily` at most once a day; the others only when something is different from what was recorded last. */
    cause: z.enum(["daily", "change", "asked"]),
    planHash: z.string(),
    /** The blocks at which everything was read, by chain. A chain that could not be read has none. */
    blocks: z.array(z.object({ chain: z.number().int(), name: z.string(), number: Uint, hash: Hex })),
    lines: z.array(Line),
    /** Lines of another colour than before. `from` is absent for one that is new. */
    turned: z.array(z.object({ subject: z.string(), from: Colour.optional(), to: Colour })),
  }),
  z.object({ kind: z.literal("readiness.card_posted"), message: Place }),
] as const;

export type ReadinessLine = z.output<typeof Line>;
export type ReadinessReason = z.output<typeof Reason>;
