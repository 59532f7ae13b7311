import { getAddress, parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { isAnyOf } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect, DialectState } from "./dialect.ts";
import { readIsPaused, readResume, resumedExpected } from "./lido-pausable-until.ts";
import { plannedReverts } from "./reverts.ts";

const sealAbi = parseAbi(["function seal(address[] sealables)"]);
const abi = parseAbi([
  "function get_sealing_committee() view returns (address)",
  "function is_expired() view returns (bool)",
]);

/**
 * Lido's GateSeal: a panic button that works once and expires. It pauses one or more contracts for a time that was fixed
 * when it was made. All or nothing: one of them that is paused already makes the whole seal revert.
 */
export function lidoGateSeal({ target, gateSeal, also, revertsWith }: Planned<"lido-gate-seal">): Dialect {
  const sealables = [target, ...also].map((address) => getAddress(address));
  return {
    kind: "pause",
    call: plannedCall(gateSeal, sealAbi, [sealables]),
    async state(reader): Promise<DialectState> {
      const flags = await Promise.all(sealables.map((address) => readIsPaused(reader, address)));
      const says = sealables.map((address, index) => `isPaused() of ${address} is ${flags[index]}`).join(", ");
      const paused = sealables.filter((_, index) => flags[index]);
      if (paused.length === 0 || paused.length === sealables.length) return { done: paused.length > 0, says };
      const why = `${paused.join(" and ")} is paused already, which makes the whole seal revert.`;
      const remedy = "Use an intervention whose seal leaves it out, so that the others are paused too.";
      return { done: false, says, obstacle: { why, remedy } };
    },
    effectReverts: [...resumedExpected, ...plannedReverts(revertsWith)],
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const committee = await reader.read(gateSeal, abi, "get_sealing_committee", []);
      return isAnyOf(authority, { "sealing committee": committee });
    },
    /** The earliest of them: from then on not all of it is paused. */
    async pauseExpiry(reader) {
      const ends = await Promise.all(sealables.map((address) => readResume(reader, address)));
      const known = ends.filter((end) => end !== undefined).map((end) => end.getTime());
      return known.length === 0 ? undefined : new Date(Math.min(...known));
    },
    async rePauseAvailable(reader) {
      const expired = await reader.read(gateSeal, abi, "is_expired", []);
      return expired
        ? { yes: false, why: `The GateSeal ${getAddress(gateSeal)} is used up or has expired. A new one must be made.` }
        : { yes: true, why: "The seal is unused. It works once." };
    },
    whatStillWorks: "Every function of these contracts that is not marked whenResumed.",
    idempotent: false,
    gasGrowsWith: "the number of sealed contracts",
    undo: "resume() of each contract, by the holder of its RESUME_ROLE. They also resume by themselves.",
  };
}
