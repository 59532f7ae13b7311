import { z } from "zod";

/**
 * Ids as people say them. Typed input is forgiving about case and leading zeros (`inc-42`, `42`); what comes out is
 * always the canonical form, `INC-0042`.
 */
export const IncidentId = id("INC", "an incident id such as INC-0042");
export type IncidentId = z.output<typeof IncidentId>;

export const ProposalId = id("P", "a pause proposal id such as P-0007");
export type ProposalId = z.output<typeof ProposalId>;

export const RunId = id("R", "a playbook run id such as R-0003");
export type RunId = z.output<typeof RunId>;

export const RiskId = id("RISK", "a risk id such as RISK-0005");
export type RiskId = z.output<typeof RiskId>;

/** A person on a platform, by the platform's immutable id: `slack:U012AB`. Display names never identify anyone. */
export const UserRef = z.string().regex(/^[a-z]+:[A-Za-z0-9_.-]+$/, "This is not a person we can identify.");
export type UserRef = z.output<typeof UserRef>;

/** Somewhere in a chat: `slack:T1/C456` (a channel) or `slack:T1/C456/1234.5678` (a message or a thread's root). */
export const Place = z.string().regex(/^[a-z]+:[^/\s]+\/[^/\s]+(\/[^/\s]+)?$/, "This is not a place in a chat.");
export type Place = z.output<typeof Place>;

/** `slack` of `slack:U012AB` and of `slack:T1/C456`. */
export function platformOf(ref: UserRef | Place): string {
  return ref.slice(0, Math.max(0, ref.indexOf(":")));
}

export const Address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, "An address is 0x and 40 hex digits.")
  .transform((value) => value as `0x${string}`);
export type Address = `0x${string}`;

export const Hex = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/, "This is not hex data.")
  .transform((value) => value as `0x${string}`);
export type Hex = `0x${string}`;

/** Uint as a decimal string: JSON has no bigint, and these are hashed. */
export const Uint = z.string().regex(/^(0|[1-9][0-9]*)$/, "This is not a whole number.");

export function formatId(prefix: "INC" | "P" | "R" | "RISK", number: number): string {
  return `${prefix}-${String(number).padStart(4, "0")}`;
}

function id(prefix: string, what: string) {
  const pattern = new RegExp(`^(?:${prefix}-?)?0*([1-9][0-9]{0,8})$`, "i");
  return z
    .string()
    .trim()
    .regex(pattern, `This is not ${what}.`)
    .transform((typed) => `${prefix}-${(pattern.exec(typed)?.[1] ?? "").padStart(4, "0")}`);
}
