import { UserError } from "../core/errors.ts";
import { currentStep } from "../core/playbook-state.ts";
import type { Field } from "./command.ts";
import type { Around } from "./form-for.ts";

/**
 * A field that names something of which there is nothing yet: asking for its id would send people looking for what is not
 * there. Undefined where there is something to name.
 */
export function lackingFor(
  { from }: Field,
  { incident: here, incidents, risks }: Around,
  named: string | undefined,
): UserError | undefined {
  const incident = incidents.find(({ id }) => id === named) ?? here;
  const among = incident === undefined ? incidents : [incident];
  const where = incident === undefined ? "" : ` in ${incident.id}`;
  switch (from) {
    case "incident":
      if (incidents.length > 0) return undefined;
      return new UserError("no_incident", "There is no incident yet.", "Declare one with `/incident declare`.");
    case "proposal":
      if (among.some(({ pauses }) => pauses.length > 0)) return undefined;
      return new UserError("no_proposal", `No pause is proposed${where}.`, "Propose one with `/pause propose`.");
    case "run":
      if (among.some(({ runs }) => runs.some((run) => currentStep(run) !== undefined))) return undefined;
      return new UserError("no_run", `No playbook is running${where}.`, "Start one with `/playbook start`.");
    case "risk":
      if (risks.length > 0) return undefined;
      return new UserError("no_risks", "The register of risks is empty.", "Add one with `/risk add`.");
    default:
      return undefined;
  }
}
