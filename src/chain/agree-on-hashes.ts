import { encodeFunctionData } from "viem";
import type { SafeState } from "../core/chain-port.ts";
import { UserError } from "../core/errors.ts";
import type { Hex } from "../core/ids.ts";
import type { SafeTx } from "../core/pause-shapes.ts";
import { safeAbi } from "./abi.ts";
import type { Network } from "./network.ts";
import { agreeOnCall } from "./quorum.ts";
import { kitSafeTxHashes } from "./safe-hash.ts";

/**
 * The safeTxHash of each transaction by three computations that know nothing of each other: ours, protocol-kit's, and
 * the Safe's own as a quorum of providers relays it. Throws `UserError` `hash_disagreement`, showing all three.
 */
export async function agreeOnHashes(
  network: Network,
  safe: SafeState,
  hashed: { tx: SafeTx; safeTxHash: Hex }[],
): Promise<void> {
  const txs = hashed.map(({ tx }) => tx);
  const [kit, onChain] = await Promise.all([
    kitSafeTxHashes(network.chainId, safe.address, safe.version, txs),
    Promise.all(
      txs.map((tx) => agreeOnCall(network, "the safeTxHash", { to: safe.address, data: hashCall(tx) }, safe.block)),
    ),
  ]);
  hashed.forEach(({ tx, safeTxHash: ours }, index) => {
    const outcome = onChain[index]?.value;
    const theirs = outcome?.ok ? outcome.data : "a revert";
    const kits = kit[index] ?? "nothing";
    if (kits !== ours || theirs !== ours) throw disagreement(tx.nonce, { ours, kit: kits, safe: theirs });
  });
}

function disagreement(nonce: string, values: { ours: Hex; kit: string; safe: string }): UserError {
  return new UserError(
    "hash_disagreement",
    `The safeTxHash for nonce ${nonce} is not certain: Allstop computes ${values.ours}, protocol-kit ${values.kit}, and the Safe itself says ${values.safe}.`,
    "Nobody should sign. Check the RPC providers and the Safe's address, then try again.",
    values,
  );
}

function hashCall(tx: SafeTx): Hex {
  const { to, value, data, operation, safeTxGas, baseGas, gasPrice, gasToken, refundReceiver, nonce } = tx;
  const gas = [BigInt(safeTxGas), BigInt(baseGas), BigInt(gasPrice)] as const;
  const args = [to, BigInt(value), data, operation, ...gas, gasToken, refundReceiver, BigInt(nonce)] as const;
  return encodeFunctionData({ abi: safeAbi, functionName: "getTransactionHash", args });
}
