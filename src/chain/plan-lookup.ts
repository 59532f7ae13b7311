import { getAddress } from "viem";
import { UserError } from "../core/errors.ts";
import type { Address } from "../core/ids.ts";
import type { Intervention, LoadedPlan } from "../core/plan.ts";
import { type Dialect, dialectOf } from "./dialects/index.ts";

/** A Safe as the plan names it; a guard or a module that it does not name is not expected. */
export interface PlannedSafe {
  address: Address;
  label: string;
  guard?: Address | undefined;
  moduleGuard?: Address | undefined;
  modules?: Address[] | undefined;
}

export interface PlannedIntervention {
  key: string;
  intervention: Intervention;
  chainId: number;
  safe: PlannedSafe;
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
  const { chainId, ...safe } = findSafe(plan, intervention.safe);
  const target = getAddress(intervention.target);
  const dialect = dialectOf(intervention);
  return { key, intervention, chainId, safe, target, dialect };
}

/** Throws `UserError` `unknown_safe`. */
export function findSafe(plan: LoadedPlan, key: string): PlannedSafe & { chainId: number } {
  const safe = Object.hasOwn(plan.safes, key) ? plan.safes[key] : undefined;
  if (safe === undefined) {
    throw new UserError(
      "unknown_safe",
      `There is no Safe "${key}" in the response plan.`,
      `Safes: ${Object.keys(plan.safes).join(", ")}.`,
      { safe: key },
    );
  }
  const { chain, address, label = key, guard, moduleGuard, modules } = safe;
  return { chainId: chain, address: getAddress(address), label, guard, moduleGuard, modules };
}
