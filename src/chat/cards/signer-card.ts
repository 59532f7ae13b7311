import type { SafeState } from "../../core/chain-port.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { type Roster, userOf } from "../../core/roster.ts";
import type { Block, View } from "../view.ts";

/** Who speaks for which owner, Safe by Safe, and which owner nobody speaks for. */
export function signerListCard(
  plan: LoadedPlan,
  roster: Roster | undefined,
  safes: { key: string; state?: SafeState; why?: string }[],
): View {
  return {
    tone: "info",
    title: "Signers",
    body: safes.flatMap(({ key, state, why }): Block[] => {
      const label = plan.safes[key]?.label ?? key;
      if (state === undefined) return [{ kind: "text" as const, text: `${label}: ${why ?? "could not be read"}` }];
      const linked = state.owners.filter((owner) => userOf(roster, owner) !== undefined);
      return [
        {
          kind: "tally" as const,
          label: `${label}: linked owners (${state.threshold} of ${state.owners.length} must sign)`,
          have: linked.length,
          need: state.owners.length,
          entries: state.owners.map((owner) => {
            const user = userOf(roster, owner);
            return {
              who: user === undefined ? "nobody linked" : [{ person: user }],
              state: user === undefined ? ("waiting" as const) : ("yes" as const),
              detail: [{ code: owner }],
            };
          }),
        },
      ];
    }),
    buttons: [{ label: "Link my owner address", command: "signer link", input: {} }],
  };
}
