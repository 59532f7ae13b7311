import { formatEther } from "viem";
import { z } from "zod";
import { ConfigError } from "../config.ts";
import type { Address } from "../core/ids.ts";
import type { LoadedPlan } from "../core/plan.ts";
import type { Executor, RpcProvider } from "../settings.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer } from "./http.ts";
import { askAny, callRpc, Quantity, RpcRefused } from "./rpc.ts";
import { readSafeFacts } from "./safes.ts";

const { ok, warning, problem } = findingsIn("executor");

/** Gas limit of one execution at the least, and the price first offered: four times the base fee and a tip. */
const GAS_LIMIT_MIN = 300_000n;
const BASE_FEE_FACTOR = 4n;
const TIP_WEI = 5_000_000_000n;
/** How many pauses an executor should be able to pay at today's prices before anybody has to think of it. */
const PAUSES_AIM = 50n;

const NOT_AN_OWNER =
  "Use a fresh account that holds only gas money. A server that holds an owner's key could sign by itself what people are meant to sign.";

/** Reads the current owners of one Safe of the plan. `ChainPort.readSafe` fits. */
export type ReadOwners = (safeKey: string) => Promise<{ owners: Address[] }>;

/**
 * Refuses an executor that is an owner of a Safe in the plan: throws `ConfigError`. A Safe that can't be read now is
 * named in `unread` and has to be looked at again before anything is sent for it.
 */
export async function assertExecutorIsNoOwner(
  {
    executor,
    submission,
    service,
    rpc,
  }: {
    executor: Pick<Executor, "address">;
    submission?: { hedge?: Pick<Executor, "address"> };
    service?: { proposer?: Pick<Executor, "address"> };
    rpc: Record<number, RpcProvider[]>;
  },
  plan: LoadedPlan,
  readOwners: ReadOwners = (key) => ownersFrom(plan, rpc, key),
): Promise<{ unread: { safe: string; why: unknown }[] }> {
  const keys = Object.keys(plan.safes);
  const read = await Promise.allSettled(keys.map((key) => readOwners(key)));
  const accounts = [
    { name: "EXECUTOR_PRIVATE_KEY", address: executor.address },
    { name: "EXECUTOR_PRIVATE_KEY_2", address: submission?.hedge?.address },
    { name: "SAFE_PROPOSER_PRIVATE_KEY", address: service?.proposer?.address },
  ];
  const problems = accounts.flatMap(({ name, address }) => {
    const owned = keys.filter((_, index) => {
      const result = read[index];
      return address !== undefined && result?.status === "fulfilled" && includesAddress(result.value.owners, address);
    });
    const problem = `is the key of ${address}, an owner of ${owned.join(" and ")}`;
    return owned.length > 0 ? [{ name, problem, remedy: NOT_AN_OWNER }] : [];
  });
  if (problems.length > 0) throw new ConfigError(problems);
  const unread = keys.flatMap((safe, index) => {
    const result = read[index];
    return result?.status === "rejected" ? [{ safe, why: result.reason as unknown }] : [];
  });
  return { unread };
}

/** Ownership and gas money of the executor. */
export async function checkExecutor(
  executor: Executor,
  plan: LoadedPlan,
  rpc: Record<number, RpcProvider[]>,
  owners: ReadonlyMap<string, { owners: Address[] }>,
): Promise<Finding[]> {
  const balances = await Promise.all(
    Object.entries(plan.chains).map(([id, { name }]) => checkBalance(executor.address, name, rpc[Number(id)] ?? [])),
  );
  return [checkOwnership(executor.address, plan, owners), ...balances];
}

function checkOwnership(
  executor: Address,
  plan: LoadedPlan,
  safes: ReadonlyMap<string, { owners: Address[] }>,
): Finding {
  const owned = [...safes].filter(([, { owners }]) => includesAddress(owners, executor)).map(([key]) => key);
  if (owned.length > 0) return problem("authority", `${executor} is an owner of ${owned.join(" and ")}.`, NOT_AN_OWNER);
  const unread = Object.keys(plan.safes).filter((key) => !safes.has(key));
  if (unread.length === 0) return ok("authority", `${executor} is an owner of no Safe in the plan, as it should be.`);
  const detail = `Whether ${executor} is an owner of ${unread.join(" and ")} could not be read.`;
  return warning("authority", detail, "Mend the Safes' findings and run this again.");
}

const Block = z.object({ baseFeePerGas: Quantity.optional() });

async function checkBalance(executor: Address, chain: string, providers: RpcProvider[]): Promise<Finding> {
  const check = `gas money on ${chain}`;
  try {
    const [balance, fee] = await askAny(providers, async (provider) => {
      const block = await callRpc(provider, "eth_getBlockByNumber", ["latest", false], Block);
      const base = block.baseFeePerGas ?? (await callRpc(provider, "eth_gasPrice", [], Quantity));
      return [await callRpc(provider, "eth_getBalance", [executor, "latest"], Quantity), base];
    });
    const onePause = GAS_LIMIT_MIN * (BASE_FEE_FACTOR * fee + TIP_WEI);
    const pauses = balance / onePause;
    const holds = `${executor} holds ${formatEther(balance)}, enough for ${pauses} pauses at today's price`;
    const want = `Send it ${formatEther(onePause * PAUSES_AIM)} of the chain's own coin, enough for ${PAUSES_AIM} pauses.`;
    if (pauses === 0n) return problem(check, `${holds}: nothing can be executed.`, want);
    return pauses < PAUSES_AIM ? warning(check, `${holds}.`, want) : ok(check, `${holds}.`);
  } catch (error) {
    if (!(error instanceof NoAnswer) && !(error instanceof RpcRefused)) throw error;
    return problem(check, `It could not be read. ${error.message}`, "See the chain's providers above.");
  }
}

async function ownersFrom(
  plan: LoadedPlan,
  rpc: Record<number, RpcProvider[]>,
  key: string,
): Promise<{ owners: Address[] }> {
  const safe = plan.safes[key];
  if (safe === undefined) throw new Error(`The plan has no Safe ${key}.`);
  return readSafeFacts(rpc[safe.chain] ?? [], safe.address);
}

function includesAddress(list: readonly Address[], address: Address): boolean {
  return list.some((item) => item.toLowerCase() === address.toLowerCase());
}
