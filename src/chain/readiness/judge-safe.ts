import { UserError } from "../../core/errors.ts";
import type { Address, Hex } from "../../core/ids.ts";
import { sameAddress } from "../../core/pause-state.ts";
import type { Verdict } from "../../core/readiness.ts";
import { safeDomainHash } from "../../core/safe-tx.ts";
import { checkSingleton, supportedVersion } from "../safe-versions.ts";
import type { SafeFacts } from "./safe-facts.ts";

/** An owner that is a contract, and what may keep it from signing. */
export interface ContractOwner {
  owner: Address;
  /** Its version, where it is a Safe. */
  version: string | undefined;
  handler: Address;
}

/** Safe's own fallback handlers, by version: these answer for a Safe that is an owner of another. */
const HANDLERS: Record<string, Address> = {
  "1.3.0": "0xf48f2B2d2a534e402487b3ee7C18c33Aec0Fe5e4",
  "1.4.1": "0xfd0732Dc9E303f09fCEf3a7388Ad10A83459Ec99",
  "1.5.0": "0x3EfCBb83A4A7AfcB4F68D501E2c2203a38be77f4",
};

/** What it is: a Safe that we know, on the chain that the plan says, whose owners can all be asked. */
export function judgeSafe(
  safe: { key: string; label: string; address: Address; chainId: number; chain: string },
  { hasCode, version: claimed, domain, singleton, standing }: SafeFacts,
  { codeHash, contractOwners }: { codeHash: Hex; contractOwners: readonly ContractOwner[] },
): Verdict[] {
  const { key, label, address, chainId } = safe;
  const red = (code: string, says: string, remedy: string): Verdict[] => [
    { rung: "safe", colour: "red", code, says, remedy, facts: [{ label, value: address }] },
  ];
  const where = `Correct safes.${key} in the response plan.`;
  if (!hasCode) return red("safe_missing", `There is no contract on ${safe.chain} where the plan has ${label}.`, where);
  if (claimed === undefined || standing === undefined) {
    return red("safe_other", `What the plan calls ${label} is not a Safe on ${safe.chain}.`, where);
  }
  let version: string;
  try {
    version = supportedVersion(claimed, address);
    checkSingleton(address, version, singleton, codeHash);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return red(error.code, error.message, error.remedy);
  }
  const ours = safeDomainHash(chainId, address);
  if (domain !== ours) {
    const says = `${label} hashes with another domain than chain ${chainId}'s: it says ${domain ?? "nothing"}, we compute ${ours}.`;
    return red("safe_domain", says, `Check the chain of safes.${key} in the response plan.`);
  }
  const unable = contractOwners.filter((one) => !canAnswer(version, one));
  if (unable.length > 0) {
    const many = unable.length === 1 ? "One owner is a contract that" : `${unable.length} owners are contracts that`;
    const says = `${many} can't answer for a signature in ${label}.`;
    const remedy = "Such an owner counts only when it approves the hash on-chain, in a transaction: rehearse that.";
    const found = unable.map(({ owner, version: own }) => ({
      label: own === undefined ? "owner" : `owner, Safe ${own}`,
      value: owner,
    }));
    return [{ rung: "safe", colour: "amber", code: "safe_nested", says, remedy, facts: found }];
  }
  return [
    { rung: "safe", colour: "green", code: "safe", says: `${label} is a Safe ${version}, with Safe's own code.` },
  ];
}

/** The parent's version decides the form in which it asks, the child's handler whether that is answered. */
function canAnswer(parent: string, { version, handler }: ContractOwner): boolean {
  // Not a Safe: a signer of its own kind, which only its own signature can prove.
  if (version === undefined) return true;
  const isOne = (...versions: string[]) => versions.some((one) => sameAddress(HANDLERS[one] ?? "", handler));
  if (parent !== "1.5.0") return isOne("1.3.0", "1.4.1");
  return version.startsWith("1.5.") ? isOne("1.4.1", "1.5.0") : isOne("1.3.0", "1.4.1");
}

/** Who must sign: a shape with which one lost key, or one stolen one, is too many. */
export function judgeShape({ owners, threshold }: { owners: readonly Address[]; threshold: number }): Verdict {
  const shape = `${threshold} of ${owners.length}`;
  const amber = (code: string, says: string, remedy: string): Verdict => ({
    rung: "shape",
    colour: "amber",
    code,
    says,
    remedy,
  });
  if (threshold === owners.length) {
    return amber(
      "shape_all",
      `All ${owners.length} owners must sign: one lost key, or one asleep, and nothing is paused.`,
      "Add an owner, or lower the threshold.",
    );
  }
  if (owners.length < 3) {
    return amber("shape_few", `Only ${owners.length} owners can sign.`, "Have three owners or more.");
  }
  if (threshold * 2 < owners.length) {
    return amber(
      "shape_low",
      `${shape} is less than half of the owners: few stolen keys would be enough.`,
      "Raise the threshold, or see that the Safe can do nothing but pause.",
    );
  }
  return { rung: "shape", colour: "green", code: "shape", says: `${shape} must sign.` };
}
