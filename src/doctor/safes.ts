import { getAddress, parseAbi } from "viem";
import { z } from "zod";
import { Address } from "../core/ids.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { RpcProvider } from "../settings.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer } from "./http.ts";
import { askAny, callRpc, RpcRefused, readContract } from "./rpc.ts";

const { ok, warning, problem } = findingsIn("Safes");

/** What a Safe says about itself. */
export interface SafeFacts {
  version: string;
  owners: Address[];
  threshold: number;
}

const safeAbi = parseAbi([
  "function VERSION() view returns (string)",
  "function getOwners() view returns (address[])",
  "function getThreshold() view returns (uint256)",
]);

const supported = ["1.3.0", "1.4.1", "1.5.0"];

/** Version, owners and threshold of a Safe, from the first provider that answers. Throws `NoAnswer` or `RpcRefused`. */
export function readSafeFacts(providers: readonly RpcProvider[], address: Address): Promise<SafeFacts> {
  return askAny(providers, async (provider) => {
    const code = await callRpc(provider, "eth_getCode", [address, "latest"], z.string());
    if (code === "0x") throw new RpcRefused("there is no contract at this address", { final: true });
    const [version, owners, threshold] = await Promise.all([
      readContract(provider, address, safeAbi, "VERSION"),
      readContract(provider, address, safeAbi, "getOwners"),
      readContract(provider, address, safeAbi, "getThreshold"),
    ]);
    return {
      version: z.string().parse(version).split("+")[0] ?? "",
      owners: z.array(Address).parse(owners),
      threshold: Number(z.bigint().parse(threshold)),
    };
  });
}

/** Each Safe of the plan, and what could be read of it by key. */
export async function checkSafes(
  plan: LoadedPlan,
  rpc: Record<number, RpcProvider[]>,
): Promise<{ findings: Finding[]; facts: Map<string, SafeFacts> }> {
  const facts = new Map<string, SafeFacts>();
  const findings = await Promise.all(
    Object.entries(plan.safes).map(async ([key, { address, chain }]): Promise<Finding[]> => {
      try {
        const safe = await readSafeFacts(rpc[chain] ?? [], address);
        facts.set(key, safe);
        return judge(key, getAddress(address), safe);
      } catch (error) {
        if (error instanceof NoAnswer) {
          return [problem(key, `It could not be read. ${error.message}`, "See the chain's providers above.")];
        }
        if (!(error instanceof RpcRefused)) throw error;
        const detail = `There is no Safe at ${address} on chain ${chain}: ${error.message}.`;
        return [problem(key, detail, `Compare address and chain of safes.${key} in the plan with your Safe.`)];
      }
    }),
  );
  const perKey = findings.flat();
  return { findings: [...perKey, ...checkClaims(plan, facts)], facts };
}

function judge(key: string, address: Address, { version, owners, threshold }: SafeFacts): Finding[] {
  const shape = `${threshold} of ${owners.length}`;
  if (!supported.includes(version))
    return [problem(key, unsupported(version, address), "Move the authority to a Safe 1.4.1.")];
  const found = [ok(key, `${address} is a Safe ${version}, ${shape}.`)];
  const more = "Add an owner, or change the threshold.";
  if (owners.length < 3) {
    found.push(
      warning(`${key} owners`, `Only ${owners.length} can sign: one lost key or one asleep may be too many.`, more),
    );
  } else if (threshold === owners.length) {
    found.push(
      warning(
        `${key} threshold`,
        `All ${owners.length} owners have to sign: one lost key, and nothing can be paused.`,
        more,
      ),
    );
  }
  if (threshold === 1) {
    found.push(
      warning(`${key} threshold`, "One stolen key is enough to pause, and to replace the other owners.", more),
    );
  } else if (threshold * 2 < owners.length) {
    found.push(warning(`${key} threshold`, `${shape} is less than half of the owners.`, more));
  }
  return found;
}

function unsupported(version: string, address: Address): string {
  if (!/^(0|1\.[0-2])\./.test(version))
    return `${address} calls itself a Safe ${version}; supported are ${supported.join(", ")}.`;
  return (
    `${address} is a Safe ${version}. Before 1.3.0 a signature does not carry the chain's id, so it is valid on every chain, ` +
    "and a pause that fails is mined as a success and uses up the nonce."
  );
}

/** People whom the plan names as owners and who are none: they could never link, and nobody would know until it counts. */
function checkClaims(plan: LoadedPlan, facts: Map<string, SafeFacts>): Finding[] {
  if (facts.size < Object.keys(plan.safes).length) return [];
  const owners = new Set([...facts.values()].flatMap((safe) => safe.owners.map((owner) => owner.toLowerCase())));
  return Object.entries(plan.people).flatMap(([key, { name, owner }]) => {
    if (owner === undefined || owners.has(owner.toLowerCase())) return [];
    const detail = `The plan gives ${name} the owner address ${owner}, which owns no Safe of the plan.`;
    return [warning(`owner of ${key}`, detail, `Correct people.${key}.owner, or add the owner to the Safe.`)];
  });
}
