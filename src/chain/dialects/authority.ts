import { getAddress, parseAbi } from "viem";
import type { Address, Hex } from "../../core/ids.ts";
import type { Answer } from "./dialect.ts";
import type { Reader } from "./reader.ts";

const abi = parseAbi([
  "function hasRole(bytes32 role, address account) view returns (bool)",
  "function PAUSER_ROLE() view returns (bytes32)",
  "function PAUSE_ROLE() view returns (bytes32)",
  "function owner() view returns (address)",
]);

/** By the role whose name the contract gives, then by its owner. Undefined for contracts that decide in another way. */
export async function holdsPauserRole(
  reader: Reader,
  target: Address,
  authority: Address,
  roleName: "PAUSER_ROLE" | "PAUSE_ROLE",
): Promise<Answer> {
  const role = await reader.tryRead(target, abi, roleName, []);
  if (role !== undefined) {
    const held = await holdsRole(reader, target, role, authority);
    if (held !== undefined) {
      return { yes: held, why: `${authority} ${held ? "holds" : "does not hold"} ${roleName} of ${target}.` };
    }
  }
  const owner = await reader.tryRead(target, abi, "owner", []);
  if (owner === undefined) return { yes: undefined, why: `${target} does not say who may pause it.` };
  return isAnyOf(authority, { owner });
}

/** Undefined where the contract knows no roles. */
export function holdsRole(reader: Reader, target: Address, role: Hex, account: Address): Promise<boolean | undefined> {
  return reader.tryRead(target, abi, "hasRole", [role, account]);
}

/** Whether the authority is one of those that the contract names, such as its guardian. */
export function isAnyOf(authority: Address, named: Record<string, Address | undefined>): Answer {
  const known = Object.entries(named).flatMap(([name, address]) =>
    address === undefined ? [] : [{ name, address: getAddress(address) }],
  );
  if (known.length === 0) return { yes: undefined, why: "The contract does not say who has this right." };
  const match = known.find(({ address }) => address === getAddress(authority));
  if (match !== undefined) return { yes: true, why: `${authority} is the ${match.name}.` };
  const list = known.map(({ name, address }) => `the ${name} is ${address}`).join(", ");
  return { yes: false, why: `${authority} does not have this right: ${list}.` };
}
