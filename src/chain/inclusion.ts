import type { Log, TransactionReceipt } from "viem";
import type { Hex } from "../core/ids.ts";
import type { Pause } from "../core/pause-state.ts";
import { sameAddress } from "../core/pause-state.ts";
import type { Probe } from "../core/plan.ts";
import type { Inclusion, RouteOutcome, Verification } from "../core/ports.ts";
import { encodeProbe } from "../core/probe-call.ts";
import type { Check } from "../core/timeline.ts";
import type { Dialect } from "./dialects/index.ts";
import { revertOf } from "./reverts.ts";
import { agree, askAll, type Provider, sendRaw } from "./rpc.ts";
import { EXECUTION_FAILURE, EXECUTION_SUCCESS, safeAbi } from "./safe-abi.ts";

/** The same bytes to every provider at once. What can't be known is `unknown`, never guessed. */
export async function broadcast(providers: Provider[], raw: Hex): Promise<RouteOutcome[]> {
  return Promise.all(
    providers.map(async ({ name: provider, url }): Promise<RouteOutcome> => {
      try {
        const { hash, error } = await sendRaw(url, raw);
        if (hash !== undefined) return { provider, outcome: "accepted" };
        const detail = error?.message ?? "an answer without a hash";
        const known = /already known|already imported|known transaction/i.test(detail);
        return { provider, outcome: known ? "known" : "refused", detail };
      } catch (error) {
        // It may have been taken in all the same: only our own hash on the chain can tell.
        return { provider, outcome: "unknown", detail: error instanceof Error ? error.message : "no answer" };
      }
    }),
  );
}

/** Our hashes first, then the Safe's own log of our safeTxHash (anybody may have sent it), then the Safe's nonce. */
export async function lookUp(pause: Pause, providers: Provider[]): Promise<Inclusion> {
  const answers = await askAll(providers, (provider) => lookUpAt(pause, provider));
  const found = answers.filter(({ value }) => value.state === "included");
  const [first] = found.length > 0 ? found : answers;
  if (first === undefined) return { state: "pending" };
  // "Superseded" ends a proposal: no single provider may say it where there are more.
  if (first.value.state === "superseded") {
    return agree(providers.length, answers, ({ state }) => state).value;
  }
  return first.value;
}

async function lookUpAt(pause: Pause, provider: Provider): Promise<Inclusion> {
  const { client } = provider;
  for (const { transactionHash } of pause.attempts) {
    const receipt = await client.getTransactionReceipt({ hash: transactionHash }).catch(notFound);
    if (receipt !== undefined) return included(pause, provider, receipt);
  }
  const nonce = await client.readContract({ address: pause.facts.safe.address, abi: safeAbi, functionName: "nonce" });
  if (nonce <= BigInt(pause.facts.safeTx.nonce)) return { state: "pending" };
  const log = await findLog(pause, provider);
  if (log?.transactionHash) {
    const receipt = await client.getTransactionReceipt({ hash: log.transactionHash });
    return included(pause, provider, receipt);
  }
  return { state: "superseded", nonce };
}

async function included(pause: Pause, { client }: Provider, receipt: TransactionReceipt): Promise<Inclusion> {
  const block = await client.getBlock({ blockNumber: receipt.blockNumber });
  // An orphaned block's receipt is a receipt of nothing.
  if (block.hash !== receipt.blockHash) return { state: "pending" };
  const { executed, why } = executedIn(pause, receipt);
  return {
    state: "included",
    transactionHash: receipt.transactionHash,
    blockNumber: receipt.blockNumber,
    blockHash: receipt.blockHash,
    blockTime: new Date(Number(block.timestamp) * 1000),
    gasUsed: receipt.gasUsed,
    executed,
    ...(why === undefined ? {} : { why }),
  };
}

/** A mined transaction is no success: the Safe's own log of our hash is, and nothing else. */
export function executedIn(
  pause: Pause,
  receipt: Pick<TransactionReceipt, "status" | "logs">,
): { executed: boolean; why?: string } {
  if (receipt.status !== "success") return { executed: false, why: "The transaction reverted." };
  const ours = (topic: Hex) => receipt.logs.some((log) => isOurs(pause, log, topic));
  if (ours(EXECUTION_FAILURE))
    return { executed: false, why: "The Safe logged ExecutionFailure: the inner call failed." };
  if (!ours(EXECUTION_SUCCESS))
    return { executed: false, why: "The Safe did not log ExecutionSuccess for our safeTxHash." };
  return { executed: true };
}

function isOurs(pause: Pause, log: Pick<Log, "address" | "topics" | "data">, topic: Hex): boolean {
  if (!sameAddress(log.address, pause.facts.safe.address) || log.topics[0] !== topic) return false;
  // Indexed from 1.4.1 on; before, the hash is the first word of the data.
  const hash = log.topics[1] ?? log.data.slice(0, 66);
  return hash === pause.facts.safeTxHash;
}

async function findLog(pause: Pause, { client }: Provider): Promise<Log | undefined> {
  const fromBlock = BigInt(pause.facts.observed.blockNumber);
  const logs = await client.getLogs({ address: pause.facts.safe.address, fromBlock, toBlock: "latest" });
  return logs.find((log) => isOurs(pause, log, EXECUTION_SUCCESS) || isOurs(pause, log, EXECUTION_FAILURE));
}

function notFound(error: unknown): undefined {
  if (error instanceof Error && error.name === "TransactionReceiptNotFoundError") return undefined;
  throw error;
}

/** All of it, at the receipt's block, or we do not say "paused". */
export async function verify(
  pause: Pause,
  at: { transactionHash: Hex; blockHash: Hex },
  { providers, dialect, probes }: { providers: Provider[]; dialect: Dialect; probes: { effect: Probe; exit: Probe } },
): Promise<Verification> {
  const receipts = await askAll(providers, ({ client }) => client.getTransactionReceipt({ hash: at.transactionHash }));
  const { value: receipt } = agree(providers.length, receipts, (one) => `${one.blockHash}${one.status}`);
  const blockNumber = receipt.blockNumber;
  const { executed, why } = executedIn(pause, receipt);
  const canonical = receipt.blockHash === at.blockHash;
  const checks: Check[] = [
    {
      name: "receipt",
      ok: receipt.status === "success" && canonical,
      detail: canonical ? `The transaction succeeded in block ${blockNumber}` : "The block is no longer canonical",
    },
    { name: "executed", ok: executed, detail: why ?? "The Safe logged ExecutionSuccess for our safeTxHash" },
    await stateCheck(pause, providers, dialect, blockNumber),
    await effectCheck(pause, providers, dialect, probes.effect, blockNumber),
    await exitCheck(pause, providers, probes.exit, blockNumber),
  ];
  return { blockNumber, blockHash: receipt.blockHash, checks, ok: checks.every(({ ok }) => ok) };
}

async function stateCheck(pause: Pause, providers: Provider[], dialect: Dialect, block: bigint): Promise<Check> {
  const answers = await askAll(providers, (provider) => dialect.isPaused(provider, pause.facts.target.address, block));
  const { value, agreeing, dissenters } = agree(providers.length, answers, String);
  const doubt = dissenters.length === 0 ? "" : `; ${dissenters.join(", ")} says otherwise`;
  return {
    name: "state",
    ok: value,
    detail: `${dialect.stateWords(value)} on ${agreeing} of ${providers.length} RPCs${doubt}`,
  };
}

/** What worked in the block before must now be refused with the dialect's own error. What never worked proves nothing. */
async function effectCheck(
  pause: Pause,
  providers: Provider[],
  dialect: Dialect,
  probe: Probe,
  block: bigint,
): Promise<Check> {
  const answers = await askAll(providers, async (provider) => ({
    before: await tryProbe(pause, provider, probe, block - 1n),
    after: await tryProbe(pause, provider, probe, block),
  }));
  const { value } = agree(providers.length, answers, (one) => JSON.stringify(one));
  const { before, after } = value;
  if (before !== undefined) {
    return {
      name: "effect",
      ok: false,
      detail: `${probe.label} failed before the pause too (${before.name}): it proves nothing`,
    };
  }
  if (after === undefined) return { name: "effect", ok: false, detail: `${probe.label} still works` };
  const expected = dialect.pausedErrors.find(({ selector }) => after.data.startsWith(selector));
  return {
    name: "effect",
    ok: expected !== undefined,
    detail: expected
      ? `${probe.label} now reverts with ${after.name}`
      : `${probe.label} reverts with ${after.name}, which a pause does not explain`,
  };
}

async function exitCheck(pause: Pause, providers: Provider[], probe: Probe, block: bigint): Promise<Check> {
  const answers = await askAll(providers, async (provider) => ({
    failed: await tryProbe(pause, provider, probe, block),
  }));
  const { failed } = agree(providers.length, answers, (one) => JSON.stringify(one)).value;
  return {
    name: "exit",
    ok: failed === undefined,
    detail: failed === undefined ? `${probe.label} still works` : `${probe.label} no longer works: ${failed.name}`,
  };
}

/** Undefined when the call succeeds. */
async function tryProbe(pause: Pause, { client }: Provider, probe: Probe, blockNumber: bigint) {
  try {
    await client.call({
      account: probe.from,
      to: probe.target ?? pause.facts.target.address,
      data: encodeProbe(probe),
      blockNumber,
    });
    return undefined;
  } catch (error) {
    const revert = revertOf(error);
    if (revert === undefined) throw error;
    return revert;
  }
}

/** How settled a block is, by the chain's own tags. Where a chain has no tags, depth stands in for them. */
export async function finality(
  providers: Provider[],
  block: { number: bigint; hash: Hex },
): Promise<"included" | "safe" | "final" | "orphaned"> {
  const answers = await askAll(providers, async ({ client }) => {
    const canonical = await client.getBlock({ blockNumber: block.number });
    if (canonical.hash !== block.hash) return "orphaned" as const;
    const tagged = (blockTag: "safe" | "finalized") => client.getBlock({ blockTag }).then(({ number }) => number);
    const [final, safe] = await Promise.all([tagged("finalized"), tagged("safe")]);
    if (final >= block.number) return "final" as const;
    return safe >= block.number ? ("safe" as const) : ("included" as const);
  });
  const order = ["orphaned", "included", "safe", "final"] as const;
  // The most cautious of the answers: one provider's word never makes it more settled.
  return order.find((word) => answers.some(({ value }) => value === word)) ?? "included";
}
