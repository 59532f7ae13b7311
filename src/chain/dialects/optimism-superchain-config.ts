import { getAddress, parseAbi, zeroAddress } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { isAnyOf } from "./authority.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { customError, plannedReverts, reasonText } from "./reverts.ts";
import { dateOf } from "./time.ts";

const pauseAbi = parseAbi(["function pause(address identifier)"]);
const abi = parseAbi([
  "function paused(address identifier) view returns (bool)",
  "function pausable(address identifier) view returns (bool)",
  "function expiration(address identifier) view returns (uint256)",
  "function guardian() view returns (address)",
  "function incidentResponder() view returns (address)",
]);

/** How the contracts that ask the SuperchainConfig refuse. */
const callers = [
  customError("OptimismPortal_CallPaused()"),
  customError("CallPaused()"),
  reasonText("StandardBridge: paused"),
  reasonText("CrossDomainMessenger: paused"),
];

/**
 * Optimism's SuperchainConfig, version 2. A pause ends by itself after 7,884,000 seconds. It is one-shot: after it has
 * expired, `pause` still reverts with AlreadyPaused until the guardian unpauses, so that "not paused" does not mean "can
 * be paused".
 */
export function optimismSuperchainConfig(planned: Planned<"optimism-superchain-config">): Dialect {
  const { target, identifier, revertsWith } = planned;
  const whole = identifier.toLowerCase() === zeroAddress;
  return {
    kind: "pause",
    call: plannedCall(target, pauseAbi, [identifier], { identifier: whole ? "the whole superchain" : undefined }),
    async state(reader) {
      const paused = await reader.read(target, abi, "paused", [identifier]);
      return { done: paused, says: `paused(${getAddress(identifier)}) is ${paused}` };
    },
    effectReverts: [...callers, ...plannedReverts(revertsWith)],
    // AlreadyPaused also comes when the last pause has expired, and then nothing is paused.
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const [guardian, incidentResponder] = await Promise.all([
        reader.read(target, abi, "guardian", []),
        reader.tryRead(target, abi, "incidentResponder", []),
      ]);
      return isAnyOf(authority, { guardian, "incident responder": incidentResponder });
    },
    async pauseExpiry(reader) {
      const [paused, expiration] = await Promise.all([
        reader.read(target, abi, "paused", [identifier]),
        reader.read(target, abi, "expiration", [identifier]),
      ]);
      return paused ? dateOf(expiration) : undefined;
    },
    async rePauseAvailable(reader) {
      if (await reader.read(target, abi, "pausable", [identifier])) {
        return { yes: true, why: "The pause is unused. It can be set once, until the guardian unpauses." };
      }
      const why = `The pause of ${getAddress(identifier)} is used up, and stays so after it expires.`;
      return {
        yes: false,
        why: `${why} The guardian must call unpause(${getAddress(identifier)}) first, or extend it.`,
      };
    },
    whatStillWorks: "What does not ask the SuperchainConfig: deposits to the chain, and the chain itself.",
    idempotent: false,
    undo: "unpause(address) by the guardian alone; extend(address) starts the time anew. It also expires by itself.",
  };
}
