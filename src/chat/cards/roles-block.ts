import type { Incident } from "../../core/incident.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { missingRoles } from "../../core/roles.ts";
import { type Role, roleNames } from "../../core/severity.ts";
import type { Block, Span } from "../view.ts";

/** Who holds what beside the commander, what is wanted, and what somebody was asked to take. */
export function roleBlocks(plan: LoadedPlan, incident: Incident): Block[] {
  const held = roleNames.flatMap((role): Span[][] => {
    const user = incident.roles[role];
    return user === undefined || role === "incident commander" ? [] : [[`${role} `, { person: user }]];
  });
  const missing = missingRoles(incident, plan).map((role) => wanted(incident, role));
  const asked = incident.offers
    .filter(({ role }) => incident.roles[role] !== undefined)
    .map(({ role, user }): Span[] => [`${role} is offered to `, { person: user }]);
  return [...line("Roles: ", held), ...line("Wanted: ", missing), ...line("Hand-off: ", asked)];
}

/** A role that is only offered is still wanted. */
function wanted({ offers }: Incident, role: Role): Span[] {
  const offer = offers.find((one) => one.role === role);
  return offer === undefined ? [role] : [`${role} (offered to `, { person: offer.user }, ")"];
}

function line(lead: string, parts: Span[][]): Block[] {
  if (parts.length === 0) return [];
  const text = parts.flatMap((part, index) => [...(index === 0 ? [] : [" · "]), ...part]);
  return [{ kind: "text", text: [{ bold: lead }, ...text] }];
}
