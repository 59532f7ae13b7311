import type { ResponsePlan } from "./core/plan.ts";
import { rightChecksum, wrongChecksum } from "./core/probe-call.ts";
import type { PathMessage } from "./yaml-mistakes.ts";

/** Addresses whose checksum says that a digit was mistyped. Those of interventions are looked at with the rest of them. */
export function checkAddresses(plan: ResponsePlan): PathMessage[] {
  const found: PathMessage[] = [];
  const check = (address: string | undefined, ...path: PropertyKey[]) => {
    const right = address === undefined ? undefined : rightChecksum(address);
    if (address !== undefined && right !== undefined) found.push({ path, message: wrongChecksum(address, right) });
  };
  for (const [key, { owner }] of Object.entries(plan.people)) check(owner, "people", key, "owner");
  for (const [key, { address, guard, moduleGuard, modules }] of Object.entries(plan.safes)) {
    check(address, "safes", key, "address");
    check(guard, "safes", key, "guard");
    check(moduleGuard, "safes", key, "moduleGuard");
    for (const [index, module] of (modules ?? []).entries()) check(module, "safes", key, "modules", index);
  }
  for (const [key, planned] of Object.entries(plan.checks)) {
    switch (planned.kind) {
      case "balance":
        check(planned.of, "checks", key, "of");
        check(planned.token, "checks", key, "token");
        break;
      case "owners":
        for (const [index, owner] of planned.are.entries()) check(owner, "checks", key, "are", index);
        break;
      case "event":
        check(planned.contract, "checks", key, "contract");
        break;
      case "paused":
        break;
      default:
        planned satisfies never;
    }
  }
  return found;
}
