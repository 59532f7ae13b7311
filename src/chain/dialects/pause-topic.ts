import { parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { holdsPauserRole } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { plannedReverts } from "./reverts.ts";

const pauseAbi = parseAbi(["function pause(bytes32 topic)"]);

/** One topic of a contract that has several: the others go on. */
export function pauseTopic({ target, topic, getter, revertsWith }: Planned<"pause-topic">): Dialect {
  return {
    kind: "pause",
    call: plannedCall(target, pauseAbi, [topic]),
    async state(reader) {
      const paused = await reader.readFlag(target, getter, [topic]);
      return { done: paused, says: `${getter} of ${topic} is ${paused}` };
    },
    effectReverts: plannedReverts(revertsWith),
    saysAlreadyDone: () => false,
    canPause: (reader, authority) => holdsPauserRole(reader, target, authority, "PAUSER_ROLE"),
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "Once the topic is unpaused it can be paused again." }),
    whatStillWorks: "Every other topic of the same contract.",
    idempotent: false,
    undo: "unpause(bytes32) with the same topic, by whoever the contract allows.",
  };
}
