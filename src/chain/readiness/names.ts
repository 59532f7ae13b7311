import { keccak256, toHex } from "viem";
import type { Hex } from "../../core/ids.ts";

/** Roles as contracts commonly call them: on the chain a role is only the hash of its name. */
const ROLES = new Map(
  [
    "PAUSER_ROLE",
    "PAUSE_ROLE",
    "PAUSER",
    "PAUSE_GUARDIAN_ROLE",
    "PAUSE_MANAGER_ROLE",
    "GUARDIAN_ROLE",
    "GUARDIAN",
    "EMERGENCY_ROLE",
    "EMERGENCY_ADMIN_ROLE",
    "EMERGENCY_ADMIN",
    "OPERATOR_ROLE",
    "MINTER_ROLE",
  ].map((name) => [keccak256(toHex(name)), name] as const),
);

/** Undefined for a role that nobody calls by a common name. */
export function roleName(role: Hex): string | undefined {
  return /^0x0{64}$/.test(role) ? "DEFAULT_ADMIN_ROLE" : ROLES.get(role);
}

/** The sentence with names in the place of addresses that have one: nobody reads these aloud at night. */
export function withNames(text: string, names: readonly { label: string; value: string }[]): string {
  return names.reduce((said, { label, value }) => said.replaceAll(new RegExp(value, "gi"), label), text);
}
