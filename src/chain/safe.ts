import { concat, encodeAbiParameters, encodeFunctionData, hexToBigInt, keccak256, pad, toHex } from "viem";
import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import type { SafeState } from "../core/ports.ts";
import type { SafeTx } from "../core/timeline.ts";
import { agree, askAll, type Provider } from "./rpc.ts";
import { safeAbi } from "./safe-abi.ts";

const SUPPORTED = ["1.3.0", "1.4.1", "1.5.0"];
const DOMAIN_TYPEHASH = "0x47e79534a245952e8b16893a336b85a3d9ea9fa8c573f3d803afb92a79469218";

/**
 * A Safe at one block, as the providers agree on it. The block is the first provider's head; the others are asked for
 * the same block by its hash, so that a provider that lags says so instead of answering for another block.
 */
export async function readSafe(
  { id, providers }: { id: number; providers: Provider[] },
  safe: Address,
): Promise<SafeState & { dissenters: string[] }> {
  const heads = await askAll(providers, async ({ client }) => client.getBlock({ blockTag: "latest" }));
  const block = heads.reduce((low, { value }) => (value.number < low.number ? value : low), heads[0]?.value ?? never());
  const answers = await askAll(providers, (provider) => readAt(provider, id, safe, block.number));
  const { value, dissenters } = agree(providers.length, answers, (one) => JSON.stringify(one));
  const { version, owners, threshold, nonce } = value;
  return {
    chainId: id,
    address: safe,
    version,
    owners,
    threshold,
    nonce: BigInt(nonce),
    block: { number: block.number, hash: block.hash, time: new Date(Number(block.timestamp) * 1000) },
    dissenters,
  };
}

async function readAt({ client, name }: Provider, chainId: number, address: Address, blockNumber: bigint) {
  const at = { address, abi: safeAbi, blockNumber } as const;
  const [actual, version, owners, threshold, nonce, domain] = await Promise.all([
    client.getChainId(),
    client.readContract({ ...at, functionName: "VERSION" }).catch(() => undefined),
    client.readContract({ ...at, functionName: "getOwners" }).catch(() => undefined),
    client.readContract({ ...at, functionName: "getThreshold" }).catch(() => undefined),
    client.readContract({ ...at, functionName: "nonce" }).catch(() => undefined),
    client.readContract({ ...at, functionName: "domainSeparator" }).catch(() => undefined),
  ]);
  if (actual !== chainId) {
    throw new UserError(
      "wrong_chain",
      `${name} answers for chain ${actual}, not ${chainId}.`,
      "Mend RPC_URLS in the settings.",
    );
  }
  if (version === undefined || owners === undefined || threshold === undefined || nonce === undefined) {
    throw new UserError(
      "no_safe",
      `There is no Safe at ${address} on chain ${chainId}.`,
      "Mend the Safe's address in the response plan.",
    );
  }
  mustSupport(address, version);
  if (domain !== domainHash(chainId, address)) {
    throw new UserError(
      "foreign_domain",
      `${address} does not sign for chain ${chainId} as a Safe of ${version} would.`,
      "Do not sign anything for it. Check the address in the response plan.",
    );
  }
  return {
    version: version.split("+")[0] ?? version,
    owners: [...owners],
    threshold: Number(threshold),
    nonce: nonce.toString(),
  };
}

function mustSupport(address: Address, claimed: string): void {
  const version = claimed.split("+")[0] ?? claimed;
  if (SUPPORTED.includes(version)) return;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const old = major < 1 || (major === 1 && minor < 3);
  throw new UserError(
    "unsupported_safe",
    old
      ? `${address} is a Safe ${version}, which we refuse: its domain has no chain id, so one signature is valid for the same address on every chain; and a failed call is mined as a success and burns the nonce.`
      : `${address} says it is a Safe ${version}, which we do not know.`,
    `Move the authority to a Safe of ${SUPPORTED.join(", ")}.`,
    { version },
  );
}

export function domainHash(chainId: number, safe: Address): Hex {
  return keccak256(
    encodeAbiParameters(
      [{ type: "bytes32" }, { type: "uint256" }, { type: "address" }],
      [DOMAIN_TYPEHASH, BigInt(chainId), safe],
    ),
  );
}

export function execCalldata(tx: SafeTx, signatures: Hex): Hex {
  return encodeFunctionData({
    abi: safeAbi,
    functionName: "execTransaction",
    args: [
      tx.to,
      BigInt(tx.value),
      tx.data,
      tx.operation,
      BigInt(tx.safeTxGas),
      BigInt(tx.baseGas),
      BigInt(tx.gasPrice),
      tx.gasToken,
      tx.refundReceiver,
      signatures,
    ],
  });
}

/** Before anyone has signed: entries of kind v=1 for `threshold` owners, ascending, valid by the override below. */
export function preapproved(owners: Address[], threshold: number): { signatures: Hex; owners: Address[] } {
  const chosen = [...owners].sort((a, b) => (hexToBigInt(a) < hexToBigInt(b) ? -1 : 1)).slice(0, threshold);
  return {
    owners: chosen,
    signatures: concat(chosen.map((owner) => concat([pad(owner, { size: 32 }), pad("0x", { size: 32 }), "0x01"]))),
  };
}

/** `approvedHashes[owner][hash] = 1`, mapping at slot 8, as a state override for a simulation. */
export function approvalOverride(safe: Address, owners: Address[], hash: Hex) {
  return [
    {
      address: safe,
      stateDiff: owners.map((owner) => ({
        slot: keccak256(concat([hash, keccak256(concat([pad(owner, { size: 32 }), pad(toHex(8), { size: 32 })]))])),
        value: pad("0x01", { size: 32 }),
      })),
    },
  ];
}

function never(): never {
  throw new Error("No provider answered.");
}
