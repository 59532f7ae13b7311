import { parseAbi } from "viem";
import type { Dialect } from "./index.ts";

const abi = parseAbi(["function paused() view returns (bool)"]);

/** OpenZeppelin's Pausable, and its upgradeable twin: `pause()` by whoever the contract lets, `paused()` to read. */
export const openzeppelinPausable: Dialect = {
  call: { signature: "pause()", selector: "0x8456cb59", data: "0x8456cb59" },
  isPaused: ({ client }, address, blockNumber) =>
    client.readContract({
      address,
      abi,
      functionName: "paused",
      ...(blockNumber === undefined ? {} : { blockNumber }),
    }),
  stateWords: (paused) => `paused() = ${paused}`,
  pausedErrors: [
    { selector: "0xd93c0665", name: "EnforcedPause()" },
    // Before OpenZeppelin 5 a reason string was thrown, and ERC-4626 vaults answer with a limit of zero.
    { selector: "0x08c379a0", name: "Error(string)" },
    { selector: "0x79012fb2", name: "ERC4626ExceededMaxDeposit(address,uint256,uint256)" },
  ],
};
