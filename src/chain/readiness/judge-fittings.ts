import type { Address } from "../../core/ids.ts";
import { Fittings } from "../../core/pause-shapes.ts";
import { includesAddress, sameAddress } from "../../core/pause-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { Verdict } from "../../core/readiness.ts";
import { ZERO_ADDRESS } from "../../core/safe-tx.ts";
import type { SafeFacts } from "./safe-facts.ts";

/**
 * What can block the Safe, or act in its place. Where the plan names them, they must be as in the plan; where it does not,
 * each that is there is a surprise to be looked at. Whether a guard lets the pause pass is tried elsewhere.
 */
export function judgeFittings(
  { key, label }: { key: string; label: string },
  planned: LoadedPlan["safes"][string],
  found: Pick<SafeFacts, "guard" | "moduleGuard" | "modules">,
): Verdict[] {
  const { guard, moduleGuard, modules } = Fittings.parse(planned);
  const surprises = [
    ...judgeOne({ key, label }, "guard", guard, found.guard),
    ...judgeOne({ key, label }, "moduleGuard", moduleGuard, found.moduleGuard),
    ...judgeModules({ key, label }, modules, found.modules),
  ];
  if (surprises.length > 0) return surprises;
  const guards = [found.guard, found.moduleGuard].filter((one) => one !== ZERO_ADDRESS).length;
  const parts = [count(guards, "guard"), count(found.modules.length, "module")];
  const asPlanned = guards + found.modules.length > 0 ? ", as in the plan" : "";
  const says = `${label} has ${parts.join(" and ")}${asPlanned}.`;
  return [{ rung: "guard", colour: "green", code: "guard", says }];
}

const SAYS = {
  guard: { name: "guard", does: "It can block every transaction of this Safe." },
  moduleGuard: { name: "module guard", does: "It can block this Safe's modules." },
} as const;

function judgeOne(
  { key, label }: { key: string; label: string },
  which: "guard" | "moduleGuard",
  planned: Address | undefined,
  found: Address,
): Verdict[] {
  const { name, does } = SAYS[which];
  if (planned === undefined ? found === ZERO_ADDRESS : sameAddress(planned, found)) return [];
  const facts = [
    ...(found === ZERO_ADDRESS ? [] : [{ label: `${name} now`, value: found }]),
    ...(planned === undefined || planned === ZERO_ADDRESS ? [] : [{ label: `${name} in the plan`, value: planned }]),
  ];
  const remedy = `Find out who changed it. If it is right, put it into the plan: safes.${key}.${which}.`;
  const verdict = (colour: "amber" | "red", code: string, says: string): Verdict[] => [
    { rung: "guard", colour, code: `${which}_${code}`, says, remedy, facts },
  ];
  if (planned === undefined)
    return verdict("amber", "unplanned", `${label} has a ${name} that the plan does not know. ${does}`);
  if (found === ZERO_ADDRESS) return verdict("red", "gone", `${label} has lost the ${name} that the plan names.`);
  return verdict("red", "changed", `${label} has another ${name} than the plan says. ${does}`);
}

function judgeModules(
  { key, label }: { key: string; label: string },
  planned: readonly Address[] | undefined,
  found: readonly Address[],
): Verdict[] {
  const strange = found.filter((module) => !includesAddress(planned ?? [], module));
  const gone = (planned ?? []).filter((module) => !includesAddress(found, module));
  const remedy = `Find out who changed it. If it is right, put it into the plan: safes.${key}.modules.`;
  const listed = (modules: readonly Address[]) => modules.map((value) => ({ label: "module", value }));
  const verdicts: Verdict[] = [];
  if (strange.length > 0) {
    const says = `${label} has ${count(strange.length, "module")} that the plan does not know: modules act without the owners.`;
    const colour = planned === undefined ? "amber" : "red";
    verdicts.push({ rung: "guard", colour, code: "modules_unplanned", says, remedy, facts: listed(strange) });
  }
  if (gone.length > 0) {
    const says = `${label} has lost ${count(gone.length, "module")} that the plan names.`;
    verdicts.push({ rung: "guard", colour: "red", code: "modules_gone", says, remedy, facts: listed(gone) });
  }
  return verdicts;
}

function count(number: number, word: string): string {
  return number === 0 ? `no ${word}` : number === 1 ? `a ${word}` : `${number} ${word}s`;
}
