import { z } from "zod";

/** How bad it is: "when unsure, the higher". A plan may show other names for them; these are the stable ones. */
export const severities = ["critical", "high", "medium", "low"] as const;
export const Severity = z.enum(severities);
export type Severity = z.output<typeof Severity>;

/** True when `a` is as bad as `b`, or worse. */
export function isAtLeast(a: Severity, b: Severity): boolean {
  return severities.indexOf(a) <= severities.indexOf(b);
}

export const roleNames = [
  "incident commander",
  "deputy",
  "scribe",
  "communications lead",
  "operations",
  "subject-matter expert",
  "decision maker",
  "legal",
] as const;
export const Role = z.enum(roleNames);
export type Role = z.output<typeof Role>;

/** Roles that act on the incident itself. Whoever holds one has no hand free to write down what happens. */
export const operatingRoles: readonly Role[] = ["incident commander", "deputy", "operations", "subject-matter expert"];
