import type { PlannedCall } from "../core/chain-port.ts";
import type { LoadedPlan } from "../core/plan.ts";
import { dialectOf } from "./dialects/index.ts";
import { findIntervention } from "./plan-lookup.ts";

/** What an intervention of the plan calls, without any network. Throws `UserError` `unknown_intervention`. */
export function callOf(plan: LoadedPlan, key: string): PlannedCall & { signature: string; selector: `0x${string}` } {
  const { intervention, chainId, safe } = findIntervention(plan, key);
  const { kind, call } = dialectOf(intervention);
  return {
    kind,
    chainId,
    safe: safe.address,
    to: call.to,
    data: call.data,
    signature: call.signature,
    selector: call.selector,
  };
}
