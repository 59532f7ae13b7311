import { parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { isAnyOf } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { customError, plannedReverts } from "./reverts.ts";

const pauseAbi = parseAbi([
  "function pause(bool supplyPaused, bool transferPaused, bool withdrawPaused, bool absorbPaused, bool buyPaused)",
]);
const abi = parseAbi([
  "function isSupplyPaused() view returns (bool)",
  "function isTransferPaused() view returns (bool)",
  "function isWithdrawPaused() view returns (bool)",
  "function isAbsorbPaused() view returns (bool)",
  "function isBuyPaused() view returns (bool)",
  "function pauseGuardian() view returns (address)",
  "function governor() view returns (address)",
]);

/** In the order of the call's arguments. */
const actions = ["supply", "transfer", "withdraw", "absorb", "buy"] as const;
const getters = {
  supply: "isSupplyPaused",
  transfer: "isTransferPaused",
  withdraw: "isWithdrawPaused",
  absorb: "isAbsorbPaused",
  buy: "isBuyPaused",
} as const;

/**
 * Compound III. One call sets all five flags, so a call that pauses one action lifts the pause of every action that it
 * does not name: that is refused, and never done by the way.
 */
export function comet(planned: Planned<"comet">): Dialect {
  const { target, revertsWith } = planned;
  const wanted = actions.filter((action) => planned[action]);
  return {
    kind: "pause",
    call: plannedCall(
      target,
      pauseAbi,
      actions.map((action) => planned[action]),
    ),
    async state(reader) {
      const flags = await Promise.all(actions.map((action) => reader.read(target, abi, getters[action], [])));
      const paused = actions.filter((_, index) => flags[index]);
      const says = `paused are: ${paused.join(", ") || "none"} (of ${actions.join(", ")})`;
      if (wanted.every((action) => paused.includes(action))) return { done: true, says };
      const lifted = paused.filter((action) => !planned[action]);
      if (lifted.length === 0) return { done: false, says };
      const why = `It would lift the pause of ${lifted.join(" and ")}, because one call sets all five.`;
      const remedy = `Use an intervention that pauses ${[...lifted, ...wanted].join(", ")} together.`;
      return { done: false, says, obstacle: { why, remedy } };
    },
    effectReverts: [customError("Paused()"), ...plannedReverts(revertsWith)],
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const [guardian, governor] = await Promise.all([
        reader.tryRead(target, abi, "pauseGuardian", []),
        reader.tryRead(target, abi, "governor", []),
      ]);
      return isAnyOf(authority, { "pause guardian": guardian, governor });
    },
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "The flags can be set again at any time." }),
    whatStillWorks: `What is not paused: ${actions.filter((action) => !planned[action]).join(", ") || "nothing"}.`,
    idempotent: true,
    undo: "pause(…) with false for what is to run, by the pause guardian or the governor.",
  };
}
