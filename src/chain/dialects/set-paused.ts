import { parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { holdsPauserRole } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { plannedReverts } from "./reverts.ts";

const setAbi = parseAbi(["function setPaused(bool paused)"]);

/**
 * A flag with a setter. Nothing about it is a standard beside the setter's name, so the plan says what reads the flag
 * and how a stopped call reverts.
 */
export function setPaused({ target, getter, revertsWith }: Planned<"set-paused">): Dialect {
  return {
    kind: "pause",
    call: plannedCall(target, setAbi, [true]),
    async state(reader) {
      const paused = await reader.readFlag(target, getter, []);
      return { done: paused, says: `${getter} is ${paused}` };
    },
    effectReverts: plannedReverts(revertsWith),
    // Most setters take the same value twice; one that does not has its own error, which only the state explains.
    saysAlreadyDone: () => false,
    canPause: (reader, authority) => holdsPauserRole(reader, target, authority, "PAUSER_ROLE"),
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "The flag can be set again." }),
    whatStillWorks: "What the contract does not guard by this flag.",
    idempotent: true,
    undo: "setPaused(false), by whoever may set it.",
  };
}
