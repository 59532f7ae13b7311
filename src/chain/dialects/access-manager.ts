import { getAddress, parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { customError, plannedReverts } from "./reverts.ts";

const closeAbi = parseAbi(["function setTargetClosed(address target, bool closed)"]);
const abi = parseAbi([
  "function isTargetClosed(address target) view returns (bool)",
  "function hasRole(uint64 role, address account) view returns (bool isMember, uint32 executionDelay)",
  "function getTargetAdminDelay(address target) view returns (uint32)",
]);
const managedAbi = parseAbi(["function authority() view returns (address)"]);

/** Role 0 is the manager's administrator; only it may close a target. */
const ADMIN_ROLE = 0n;

/** OpenZeppelin's AccessManager: every restricted function of a managed contract is closed to everybody, at once. */
export function accessManager({ target, manager, revertsWith }: Planned<"access-manager">): Dialect {
  return {
    kind: "pause",
    call: plannedCall(manager, closeAbi, [target, true], { target: "is closed" }),
    async state(reader) {
      const [closed, authority] = await Promise.all([
        reader.read(manager, abi, "isTargetClosed", [target]),
        reader.tryRead(target, managedAbi, "authority", []),
      ]);
      const says = `isTargetClosed(${getAddress(target)}) is ${closed}`;
      // A manager closes whatever it is told to; it has a say only with those that ask it.
      if (authority === undefined || getAddress(authority) === getAddress(manager)) return { done: closed, says };
      const why = `${getAddress(target)} obeys another authority, ${authority}, so that closing it here stops nothing.`;
      const remedy = `Correct the intervention's manager in the response plan: ${authority}.`;
      return { done: false, says, obstacle: { why, remedy } };
    },
    effectReverts: [customError("AccessManagedUnauthorized(address)"), ...plannedReverts(revertsWith)],
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const [[isMember, roleDelay], targetDelay] = await Promise.all([
        reader.read(manager, abi, "hasRole", [ADMIN_ROLE, authority]),
        reader.read(manager, abi, "getTargetAdminDelay", [target]),
      ]);
      if (!isMember) return { yes: false, why: `${authority} does not hold the manager's ADMIN_ROLE.` };
      const delay = Math.max(roleDelay, targetDelay);
      if (delay === 0) return { yes: true, why: `${authority} holds the manager's ADMIN_ROLE without a delay.` };
      return { yes: false, why: `${authority} holds ADMIN_ROLE, but every act on this target waits ${delay} seconds.` };
    },
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "Once the target is open it can be closed again." }),
    whatStillWorks: "Every function that is not marked restricted; those ask nobody.",
    idempotent: true,
    undo: "setTargetClosed(target, false), by an ADMIN_ROLE holder of the manager.",
  };
}
