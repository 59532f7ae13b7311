import { parseAbi } from "viem";
import type { Address } from "../../core/ids.ts";
import type { Planned } from "../../core/intervention.ts";
import { holdsPauserRole } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import type { Reader } from "./reader.ts";
import { customError, isOneOf, plannedReverts } from "./reverts.ts";
import { dateOf, sayDuration } from "./time.ts";

const pauseAbi = parseAbi(["function pauseFor(uint256 duration)"]);
const abi = parseAbi([
  "function isPaused() view returns (bool)",
  "function getResumeSinceTimestamp() view returns (uint256)",
]);

/** What a function that needs it to run reverts with: it expected the contract to be resumed. */
export const resumedExpected = [customError("ResumedExpected()")];

/** Lido's PausableUntil: paused for a number of seconds, after which it resumes by itself. */
export function lidoPausableUntil({ target, duration, revertsWith }: Planned<"lido-pausable-until">): Dialect {
  return {
    kind: "pause",
    call: plannedCall(target, pauseAbi, [BigInt(duration)], { duration: `${sayDuration(duration)}, in seconds` }),
    async state(reader) {
      const paused = await readIsPaused(reader, target);
      return { done: paused, says: `isPaused() is ${paused}` };
    },
    effectReverts: [...resumedExpected, ...plannedReverts(revertsWith)],
    saysAlreadyDone: (revert) => isOneOf(revert, resumedExpected),
    canPause: (reader, authority) => holdsPauserRole(reader, target, authority, "PAUSE_ROLE"),
    pauseExpiry: (reader) => readResume(reader, target),
    rePauseAvailable: async () => ({
      yes: true,
      why: "Once it has resumed, by itself or not, it can be paused again.",
    }),
    whatStillWorks: "Every function that is not marked whenResumed.",
    idempotent: false,
    undo: "resume(), by the holder of RESUME_ROLE. It also resumes by itself.",
  };
}

export function readIsPaused(reader: Reader, target: Address): Promise<boolean> {
  return reader.read(target, abi, "isPaused", []);
}

/** When it resumes by itself; undefined when it is not paused, or paused without an end. */
export async function readResume(reader: Reader, target: Address): Promise<Date | undefined> {
  const [paused, since] = await Promise.all([
    readIsPaused(reader, target),
    reader.read(target, abi, "getResumeSinceTimestamp", []),
  ]);
  return paused ? dateOf(since) : undefined;
}
