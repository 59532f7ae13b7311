import { decodeErrorResult, getAddress, parseAbi } from "viem";
import type { Address, Hex } from "../../core/ids.ts";
import { sameAddress } from "../../core/pause-state.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import { ZERO_ADDRESS } from "../../core/safe-tx.ts";
import type { Reader } from "../dialects/reader.ts";
import { roleName } from "./names.ts";

const errors = parseAbi([
  "error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)",
  "error OwnableUnauthorizedAccount(address account)",
]);
const abi = parseAbi([
  "function owner() view returns (address)",
  "function defaultAdmin() view returns (address)",
  "function getRoleAdmin(bytes32 role) view returns (bytes32)",
  "function hasRole(bytes32 role, address account) view returns (bool)",
]);

/** Whom to ask, as a sentence, and the addresses that it speaks of by name. */
export interface Asked {
  says: string;
  facts: { label: string; value: string }[];
}

/**
 * Whom to ask for the right that the Safe lacks, as far as the contract and the plan can say: the holder of the role's
 * own admin role among the plan's Safes and people, the default admin, or the owner.
 */
export async function whoGrants(
  reader: Reader,
  plan: LoadedPlan,
  { safe, target, revert }: { safe: { label: string }; target: { label: string; address: Address }; revert: Hex },
): Promise<Asked> {
  const role = roleIn(revert);
  const name = role === undefined ? undefined : (roleName(role) ?? "the role below");
  const right = name === undefined ? `the right to pause ${target.label}` : `${name} of ${target.label}`;
  const granters = await grantersOf(reader, plan, target.address, role);
  const whom = granters.map(({ label }) => label).join(" or ") || `whoever administers ${target.label}`;
  return {
    says: `Ask ${whom} to give ${safe.label} ${right} again.`,
    facts: [...(role === undefined ? [] : [{ label: roleName(role) ?? "role", value: role }]), ...granters],
  };
}

async function grantersOf(
  reader: Reader,
  plan: LoadedPlan,
  target: Address,
  role: Hex | undefined,
): Promise<Asked["facts"]> {
  const [owner, admin, holders] = await Promise.all([
    reader.tryRead(target, abi, "owner", []),
    reader.tryRead(target, abi, "defaultAdmin", []),
    role === undefined ? [] : holdersIn(reader, plan, target, role),
  ]);
  const named = [
    ...holders.map((address) => ({ address, as: "the role's admin" })),
    { address: admin, as: "its default admin" },
    { address: owner, as: "its owner" },
  ];
  const found = new Map<string, string>();
  for (const { address, as } of named) {
    if (address === undefined || address === ZERO_ADDRESS || found.has(getAddress(address))) continue;
    found.set(getAddress(address), nameIn(plan, address) ?? as);
  }
  return [...found].map(([value, label]) => ({ label, value }));
}

/** Plain AccessControl does not list who holds a role: the plan's own are tried. */
async function holdersIn(reader: Reader, plan: LoadedPlan, target: Address, role: Hex): Promise<Address[]> {
  const adminRole = await reader.tryRead(target, abi, "getRoleAdmin", [role]);
  if (adminRole === undefined) return [];
  const safes = Object.values(plan.safes).map(({ address }) => address);
  const owners = Object.values(plan.people).flatMap(({ owner }) => owner ?? []);
  const candidates = [...safes, ...owners];
  const held = await Promise.all(
    candidates.map((account) => reader.tryRead(target, abi, "hasRole", [adminRole, account])),
  );
  return candidates.filter((_, index) => held[index] === true);
}

function roleIn(revert: Hex): Hex | undefined {
  try {
    const decoded = decodeErrorResult({ abi: errors, data: revert });
    return decoded.errorName === "AccessControlUnauthorizedAccount" ? decoded.args[1] : undefined;
  } catch {
    // Another error, or an old one with a text: it does not say which role.
    return undefined;
  }
}

function nameIn(plan: LoadedPlan, address: Address): string | undefined {
  for (const [key, safe] of Object.entries(plan.safes)) {
    if (sameAddress(safe.address, address)) return `the owners of ${safe.label ?? key}`;
  }
  return Object.values(plan.people).find(({ owner }) => owner !== undefined && sameAddress(owner, address))?.name;
}
