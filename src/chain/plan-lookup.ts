import { getAddress } from "viem";
import { UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import type { Intervention, LoadedPlan } from "../core/plan.ts";
import { type Dialect, dialects } from "./dialects/index.ts";

export interface PlannedIntervention {
  key: string;
  intervention: Intervention;
  chainId: number;
  safe: { address: Address; label: string };
  target: Address;
  dialect: Dialect;
}

/** Throws `UserError` `unknown_intervention`, listing those that the plan knows. */
export function findIntervention(plan: LoadedPlan, key: string): PlannedIntervention {
  const intervention = Object.hasOwn(plan.interventions, key) ? plan.interventions[key] : undefined;
  if (intervention === undefined) {
    throw new UserError(
      "unknown_intervention",
      `There is no intervention "${key}" in the response plan.`,
      `Choose one of: ${Object.keys(plan.interventions).join(", ")}.`,
      { intervention: key },
    );
  }
  const { chainId, address, label } = findSafe(plan, intervention.safe);
  const target = getAddress(intervention.target);
  const dialect = dialects[intervention.dialect];
  return { key, intervention, chainId, safe: { address, label }, target, dialect };
}

/** Throws `UserError` `unknown_safe`. */
export function findSafe(plan: LoadedPlan, key: string): { chainId: number; address: Address; label: string } {
  const safe = Object.hasOwn(plan.safes, key) ? plan.safes[key] : undefined;
  if (safe === undefined) {
    throw new UserError(
      "unknown_safe",
      `There is no Safe "${key}" in the response plan.`,
      `Safes: ${Object.keys(plan.safes).join(", ")}.`,
      { safe: key },
    );
  }
  return { chainId: safe.chain, address: getAddress(safe.address), label: safe.label ?? key };
}
