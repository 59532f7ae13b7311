import { encodeErrorResult, getAddress, parseAbi } from "viem";
import type { Planned } from "../../core/intervention.ts";
import { plannedCall } from "./call.ts";
import type { Dialect } from "./dialect.ts";
import { plannedReverts } from "./reverts.ts";

const revokeAbi = parseAbi(["function revokeRole(bytes32 role, address account)"]);
const abi = parseAbi([
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
]);

const errorAbi = parseAbi(["error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)"]);

/** OpenZeppelin's AccessControl: takes a role from one account, such as a minter whose key was stolen. */
export function revokeRole({ target, role, roleLabel, account, revertsWith }: Planned<"revoke-role">): Dialect {
  const name = roleLabel ?? role;
  return {
    kind: "revoke",
    call: plannedCall(target, revokeAbi, [role, account], { role: roleLabel, account: "loses it" }),
    async state(reader) {
      const held = await reader.read(target, abi, "hasRole", [role, account]);
      return { done: !held, says: `hasRole(${name}, ${getAddress(account)}) is ${held}` };
    },
    effectReverts: [
      // Of that account and that role: a like revert for another one proves nothing.
      {
        label: `AccessControlUnauthorizedAccount(${getAddress(account)}, ${name})`,
        selector: encodeErrorResult({ abi: errorAbi, args: [account, role] }),
      },
      {
        label: '"AccessControl: account … is missing role …"',
        reasonStart: `AccessControl: account ${account.toLowerCase()} is missing role `,
      },
      ...plannedReverts(revertsWith),
    ],
    saysAlreadyDone: () => false,
    async canPause(reader, authority) {
      const admin = await reader.tryRead(target, abi, "getRoleAdmin", [role]);
      if (admin === undefined) return { yes: undefined, why: `${target} does not say who administers ${name}.` };
      const held = await reader.read(target, abi, "hasRole", [admin, authority]);
      return {
        yes: held,
        why: `${authority} ${held ? "administers" : "does not administer"} ${name} (role ${admin}).`,
      };
    },
    pauseExpiry: async () => undefined,
    rePauseAvailable: async () => ({ yes: true, why: "If the role is granted again, it can be revoked again." }),
    whatStillWorks: "Everything, for everybody who does not need that role.",
    idempotent: true,
    undo: "grantRole(role, account), by the role's admin.",
  };
}
