import { decodeFunctionResult, encodeFunctionData, parseAbi } from "viem";
import type { Dialect } from "./index.ts";

const abi = parseAbi(["function pause()", "function paused() view returns (bool)"]);

/** `EnforcedPause()` of OpenZeppelin 5. */
const ENFORCED_PAUSE = "0xd93c0665";

/** OpenZeppelin's Pausable, versions 3 to 5. `pause()` on a paused contract reverts: it is not idempotent. */
export const openzeppelinPausable: Dialect = {
  pause: {
    signature: "pause()",
    selector: "0x8456cb59",
    data: encodeFunctionData({ abi, functionName: "pause" }),
  },
  state: {
    label: "paused()",
    data: encodeFunctionData({ abi, functionName: "paused" }),
    read: (data) => decodeFunctionResult({ abi, functionName: "paused", data }),
  },
  pausedReverts: [
    { label: "EnforcedPause()", selector: ENFORCED_PAUSE },
    { label: '"Pausable: paused"', reason: "Pausable: paused" },
  ],
  alreadyPaused: (revert) => revert.startsWith(ENFORCED_PAUSE),
};
