import { UserError } from "../core/errors.ts";
import type { Address, Hex } from "../core/ids.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { PreparedPause, SafeState } from "../core/ports.ts";
import { buildSafeTx, hashSafeTx } from "../core/safe-tx.ts";
import type { SafeTx } from "../core/timeline.ts";
import { dialects } from "./dialects/index.ts";
import { protocolKitHash } from "./protocol-kit-hash.ts";
import { revertOf } from "./reverts.ts";
import { agree, askAll, type Provider } from "./rpc.ts";
import { approvalOverride, execCalldata, preapproved, readSafe } from "./safe.ts";
import { safeAbi } from "./safe-abi.ts";

/** An intervention of the plan as a transaction that can be shown to signers, or a refusal that says why not. */
export async function preparePause(
  plan: LoadedPlan,
  key: string,
  providers: Provider[],
  executor: Address | undefined,
): Promise<PreparedPause> {
  const intervention = plan.interventions[key];
  const planned = intervention && plan.safes[intervention.safe];
  const chain = planned && plan.chains[String(planned.chain)];
  if (intervention === undefined || planned === undefined || chain === undefined) {
    throw new UserError(
      "unknown_intervention",
      `The response plan has no intervention "${key}".`,
      "Run `/pause status`.",
    );
  }
  const dialect = dialects[intervention.dialect];
  const safe = await readSafe({ id: planned.chain, providers }, planned.address);
  await refuseIfPaused(providers, intervention.target, intervention.title, dialect, safe.block.number);
  const safeTx = buildSafeTx({ to: intervention.target, data: dialect.call.data, nonce: safe.nonce });
  const hashes = await agreedHashes(safe, safeTx, providers);
  const simulated = await simulate(safe, safeTx, hashes.safeTxHash, providers, executor);
  return {
    intervention: key,
    title: intervention.title,
    chain: {
      id: planned.chain,
      name: chain.name,
      ...(chain.explorer === undefined ? {} : { explorer: chain.explorer }),
    },
    safe: {
      address: planned.address,
      label: planned.label ?? intervention.safe,
      version: safe.version,
      owners: safe.owners,
      threshold: safe.threshold,
    },
    target: { address: intervention.target, label: intervention.targetLabel },
    call: { signature: dialect.call.signature, selector: dialect.call.selector },
    safeTx,
    ...hashes,
    simulation: { ok: true, detail: `after: ${dialect.stateWords(true)}`, providers: simulated, of: providers.length },
    observed: { blockNumber: safe.block.number.toString(), blockHash: safe.block.hash, nonce: safe.nonce.toString() },
  };
}

async function refuseIfPaused(
  providers: Provider[],
  target: Address,
  title: string,
  dialect: (typeof dialects)["openzeppelin-pausable"],
  blockNumber: bigint,
): Promise<void> {
  const answers = await askAll(providers, (provider) => dialect.isPaused(provider, target, blockNumber));
  if (!agree(providers.length, answers, String).value) return;
  throw new UserError(
    "already_paused",
    `${title}: it is paused already (${dialect.stateWords(true)} at block ${blockNumber}).`,
    "Nothing needs to be signed. Note on the timeline who paused it, with `/incident note`.",
  );
}

/** protocol-kit, viem, and the Safe itself: three computations that share no code must agree, or nobody is asked to sign. */
async function agreedHashes(safe: SafeState, tx: SafeTx, providers: Provider[]) {
  const ours = hashSafeTx(safe.chainId, safe.address, tx);
  const [kit, answers] = await Promise.all([
    protocolKitHash(safe.chainId, safe.address, tx, safe.version),
    askAll(providers, ({ client }) =>
      client.readContract({
        address: safe.address,
        abi: safeAbi,
        functionName: "getTransactionHash",
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
          BigInt(tx.nonce),
        ],
      }),
    ),
  ]);
  const wrong = answers.find(({ value }) => value !== ours.safeTxHash);
  if (kit === ours.safeTxHash && wrong === undefined) return ours;
  throw new UserError(
    "hash_disagreement",
    `Three computations of the safeTxHash do not agree: viem ${ours.safeTxHash}, protocol-kit ${kit}, ${
      wrong === undefined ? "the Safe agrees with viem" : `the Safe by ${wrong.provider.name} ${wrong.value}`
    }.`,
    "Sign nothing. One of the RPC providers or this bot is not to be trusted: use another way to pause.",
  );
}

/** The whole execution, as if the owners had approved it on-chain. Returns how many providers saw it succeed. */
async function simulate(
  safe: SafeState,
  tx: SafeTx,
  hash: Hex,
  providers: Provider[],
  executor: Address | undefined,
): Promise<number> {
  const { signatures, owners } = preapproved(safe.owners, safe.threshold);
  const call = {
    account: executor ?? "0x000000000000000000000000000000000000dEaD",
    to: safe.address,
    data: execCalldata(tx, signatures),
    stateOverride: approvalOverride(safe.address, owners, hash),
  } as const;
  const answers = await askAll(providers, async (provider) => {
    try {
      const { data } = await provider.client.call(call);
      return data !== undefined && BigInt(data) === 1n ? "ok" : "it returned false";
    } catch (error) {
      const revert = revertOf(error);
      if (revert === undefined) throw error;
      return revert.name === "GS013" ? await innerReason(provider, safe.address, tx) : revert.name;
    }
  });
  const failed = answers.find(({ value }) => value !== "ok");
  if (failed === undefined) return answers.length;
  throw new UserError(
    "simulation_failed",
    `The pause would fail now: ${failed.value} (simulated by ${failed.provider.name} at block ${safe.block.number}).`,
    failed.value.startsWith("AccessControl") || failed.value.includes("Unauthorized")
      ? "The Safe does not hold the right to pause this contract. Use an intervention whose Safe does."
      : "Nothing can be gained by signing it. Check the target in the response plan with `allstop doctor`.",
  );
}

/** The Safe hides why the inner call failed: asked directly, as the Safe, it says so. */
async function innerReason({ client }: Provider, safe: Address, tx: SafeTx): Promise<string> {
  try {
    await client.call({ account: safe, to: tx.to, data: tx.data });
    return "GS013";
  } catch (error) {
    return revertOf(error)?.name ?? "GS013";
  }
}
