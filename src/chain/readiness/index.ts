import { keccak256 } from "viem";
import { UserError } from "../../core/errors.ts";
import { type Address, Hex } from "../../core/ids.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { ChainProof, Verdict } from "../../core/readiness.ts";
import type { Network } from "../network.ts";
import { findIntervention, type PlannedIntervention } from "../plan-lookup.ts";
import { agree } from "../quorum.ts";
import type { Block } from "../wire.ts";
import { attempt } from "./attempt.ts";
import { readExecutor } from "./executor-facts.ts";
import { judgeProviders, lookAtProviders } from "./heads.ts";
import { type At, proveIntervention } from "./intervention.ts";
import { judgeFittings } from "./judge-fittings.ts";
import { judgeSafe, judgeShape } from "./judge-safe.ts";
import { readContractOwners } from "./nested-owners.ts";
import { readSafeFacts } from "./safe-facts.ts";

export interface ReadinessOptions {
  plan: LoadedPlan;
  /** Throws `UserError` where a chain has no providers. */
  networkOf: (chainId: number) => Network;
  executors: readonly Address[];
  /** The most that an execution may pay per gas, in wei. */
  feeCap: bigint;
  now: Date;
}

/** See `ChainPort.proveReadiness`. Everything about one chain is read at one block, chain by chain side by side. */
export async function proveReadiness(options: ReadinessOptions): Promise<ChainProof> {
  const { plan } = options;
  const planned = Object.keys(plan.interventions).map((key) => findIntervention(plan, key));
  const chainIds = [...new Set(planned.map(({ chainId }) => chainId))];
  const on = (id: number) => planned.filter(({ chainId }) => chainId === id);
  const chains = new Map(
    await Promise.all(chainIds.map(async (id) => [id, await proveChain(options, id, on(id))] as const)),
  );
  const found = [...chains.values()];
  return {
    blocks: found.flatMap(({ block }) => block ?? []),
    safes: Object.assign({}, ...found.map(({ safes }) => safes)),
    lines: planned.flatMap(
      ({ key, chainId }) => chains.get(chainId)?.lines.filter(({ intervention }) => intervention === key) ?? [],
    ),
  };
}

interface ChainFound extends Pick<ChainProof, "safes" | "lines"> {
  block?: ChainProof["blocks"][number];
}

async function proveChain(
  options: ReadinessOptions,
  chainId: number,
  planned: PlannedIntervention[],
): Promise<ChainFound> {
  const all = (verdicts: Verdict[]) => sameForAll(planned, options.executors, verdicts);
  let network: Network;
  try {
    network = options.networkOf(chainId);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return {
      safes: {},
      lines: all([{ rung: "rpc", colour: "red", code: error.code, says: error.message, remedy: error.remedy }]),
    };
  }
  const { verdicts: rpc, block } = judgeProviders(network, await lookAtProviders(network), options.now);
  if (block === undefined) return { safes: {}, lines: all(rpc) };

  const accounts = new Map(
    await Promise.all(
      options.executors.map(
        async (one) => [one, await attempt("executor", () => readExecutor(network, one, block))] as const,
      ),
    ),
  );
  const safeKeys = [...new Set(planned.map(({ intervention }) => intervention.safe))];
  const safes = await Promise.all(
    safeKeys.map(async (key) => {
      const here = planned.filter(({ intervention }) => intervention.safe === key);
      return proveSafe({ options, network, block, accounts, rpc }, key, here);
    }),
  );
  return {
    block: { chain: chainId, name: network.name, number: block.number, hash: block.hash },
    safes: Object.fromEntries(
      safes.flatMap(({ safe }, index) => (safe === undefined ? [] : [[safeKeys[index], safe]])),
    ),
    lines: safes.flatMap(({ lines }) => lines),
  };
}

async function proveSafe(
  at: At,
  key: string,
  planned: PlannedIntervention[],
): Promise<{ safe?: ChainProof["safes"][string]; lines: ChainProof["lines"] }> {
  const { options, network, block } = at;
  const [first] = planned;
  if (first === undefined) return { lines: [] };
  const { address, label } = first.safe;
  const all = (verdicts: Verdict[]) => sameForAll(planned, options.executors, [...at.rpc, ...verdicts]);
  const read = await attempt("safe", async () => {
    const { value: facts, dissenting } = await readSafeFacts(network, address, block);
    const [codeHash, contractOwners] = await Promise.all([
      readCodeHash(network, facts.singleton, block),
      readContractOwners(network, facts.standing?.owners ?? [], block),
    ]);
    return { facts, dissenting, codeHash, contractOwners };
  });
  if (!read.ok) return { lines: all([read.verdict]) };
  const { facts, dissenting, ...rest } = read.value;
  const safe = judgeSafe({ key, label, address, chainId: network.chainId, chain: network.name }, facts, rest);
  const { standing } = facts;
  const plannedSafe = options.plan.safes[key];
  if (standing === undefined || plannedSafe === undefined || safe.some(({ colour }) => colour === "red"))
    return { lines: all(safe) };
  const shared = [...at.rpc, ...safe, judgeShape(standing), ...judgeFittings({ key, label }, plannedSafe, facts)];
  const lines = await Promise.all(
    planned.map((one) => proveIntervention(at, { facts: { ...facts, standing }, planned: one, shared, dissenting })),
  );
  return { safe: { chainId: network.chainId, address, ...standing }, lines: lines.flat() };
}

async function readCodeHash(network: Network, address: Address, block: Block): Promise<Hex> {
  const { value } = await agree(network, `the code at ${address}`, async (provider) =>
    keccak256(Hex.parse(await provider.request("eth_getCode", [address, { blockHash: block.hash }]))),
  );
  return value;
}

/** What stops a chain or a Safe stops every pause that needs it. */
function sameForAll(
  planned: readonly PlannedIntervention[],
  executors: readonly Address[],
  verdicts: Verdict[],
): ChainProof["lines"] {
  const payers = executors.length === 0 ? [undefined] : executors;
  return planned.flatMap(({ key }) =>
    payers.map((executor) => ({ intervention: key, ...(executor && { executor }), verdicts })),
  );
}
