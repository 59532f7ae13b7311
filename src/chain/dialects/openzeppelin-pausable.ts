import { parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { holdsPauserRole } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { customError, isOneOf, plannedReverts, reasonText } from "./reverts.ts";

const pauseAbi = parseAbi(["function pause()"]);
const abi = parseAbi(["function paused() view returns (bool)"]);

/** Of versions 5, and 3 and 4. */
export const enforcedPause = [customError("EnforcedPause()"), reasonText("Pausable: paused")];

/**
 * OpenZeppelin's Pausable and PausableUpgradeable, versions 3 to 5: they differ in where the flag is stored, and not in
 * what they answer. `pause()` on a paused contract reverts.
 */
export function openzeppelinPausable({ target, revertsWith }: Planned<"openzeppelin-pausable">): Dialect {
  return {
    kind: "pause",
    call: plannedCall(target, pauseAbi, []),
    async state(reader) {
      const paused = await reader.read(target, abi, "paused", []);
      return { done: paused, says: `paused() is ${paused}` };
    },
    effectReverts: [...enforcedPause, ...plannedReverts(revertsWith)],
    saysAlreadyDone: (revert) => isOneOf(revert, enforcedPause),
    canPause: (reader, authority) => holdsPauserRole(reader, target, authority, "PAUSER_ROLE"),
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "Once it is unpaused it can be paused again." }),
    whatStillWorks: "Every function that is not marked whenNotPaused.",
    idempotent: false,
    undo: "unpause(), by whoever the contract allows: its unpauser role, or its owner.",
  };
}
