import { keccak256 } from "viem";
import { RetryableError, UserError } from "../../core/errors.ts";
import { type Address, Hex } from "../../core/ids.ts";
import { probesOf } from "../../core/intervention.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { ChainProof, Verdict } from "../../core/readiness.ts";
import type { Rung } from "../../core/readiness-events.ts";
import { buildSafeTx } from "../../core/safe-tx.ts";
import { createReader, NotAnswered, type Reader } from "../dialects/reader.ts";
import type { Network } from "../network.ts";
import { findIntervention, type PlannedIntervention } from "../plan-lookup.ts";
import { probeCall } from "../probes.ts";
import { agree, agreeOnCall } from "../quorum.ts";
import { describeRevert } from "../reverts.ts";
import type { Block } from "../wire.ts";
import { type ExecutorFacts, judgeExecutor, judgeGas, readExecutor } from "./executor-facts.ts";
import { judgeProviders, lookAtProviders } from "./heads.ts";
import { judgeFittings } from "./judge-fittings.ts";
import { judgeSafe, judgeShape } from "./judge-safe.ts";
import { judgeTrial } from "./judge-trial.ts";
import { readContractOwners } from "./nested-owners.ts";
import { readSafeFacts, type SafeFacts } from "./safe-facts.ts";
import { judgeTarget, readTarget, type TargetFacts } from "./standing-of-target.ts";
import { type Trial, tryPause } from "./trial.ts";
import { type Asked, whoGrants } from "./who-grants.ts";

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
  const chains = new Map(
    await Promise.all(
      chainIds.map(
        async (id) =>
          [
            id,
            await proveChain(
              options,
              id,
              planned.filter(({ chainId }) => chainId === id),
            ),
          ] as const,
      ),
    ),
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
  const executors = options.executors.length === 0 ? [undefined] : options.executors;
  const all = (verdicts: Verdict[]): ChainProof["lines"] =>
    planned.flatMap(({ key }) =>
      executors.map((executor) => ({ intervention: key, ...(executor && { executor }), verdicts })),
    );
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

interface At {
  options: ReadinessOptions;
  network: Network;
  block: Block;
  accounts: Map<Address, Attempt<ExecutorFacts>>;
  rpc: Verdict[];
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
  const executors = options.executors.length === 0 ? [undefined] : options.executors;
  const all = (verdicts: Verdict[]) =>
    planned.flatMap((one) =>
      executors.map((executor) => ({
        intervention: one.key,
        ...(executor && { executor }),
        verdicts: [...at.rpc, ...verdicts],
      })),
    );
  const read = await attempt("safe", async () => {
    const { value: facts } = await readSafeFacts(network, address, block);
    const [codeHash, contractOwners] = await Promise.all([
      readCodeHash(network, facts.singleton, block),
      readContractOwners(network, facts.standing?.owners ?? [], block),
    ]);
    return { facts, codeHash, contractOwners };
  });
  if (!read.ok) return { lines: all([read.verdict]) };
  const { facts, ...rest } = read.value;
  const safe = judgeSafe({ key, label, address, chainId: network.chainId, chain: network.name }, facts, rest);
  const { standing } = facts;
  const plannedSafe = options.plan.safes[key];
  if (standing === undefined || plannedSafe === undefined || safe.some(({ colour }) => colour === "red"))
    return { lines: all(safe) };
  const shared = [...at.rpc, ...safe, judgeShape(standing), ...judgeFittings({ key, label }, plannedSafe, facts)];
  const lines = await Promise.all(
    planned.map((one) => proveIntervention(at, { facts: { ...facts, standing }, planned: one, shared })),
  );
  return { safe: { chainId: network.chainId, address, ...standing }, lines: lines.flat() };
}

async function proveIntervention(
  at: At,
  subject: {
    facts: SafeFacts & { standing: NonNullable<SafeFacts["standing"]> };
    planned: PlannedIntervention;
    shared: Verdict[];
  },
): Promise<ChainProof["lines"]> {
  const { options, network, block } = at;
  const { facts, planned, shared } = subject;
  const { dialect, intervention, target } = planned;
  const label = intervention.targetLabel;
  const reader = createReader(network, block);
  const tx = buildSafeTx({ to: dialect.call.to, data: dialect.call.data, nonce: facts.standing.nonce });
  const tried = {
    network,
    safe: planned.safe.address,
    standing: facts.standing,
    tx,
    executors: options.executors,
    block,
  };
  const [state, trial, canPause, probes] = await Promise.all([
    attempt("paused", () => readTarget(reader, dialect)),
    attempt("role", () => tryPause(tried)),
    attempt("role", () => dialect.canPause(reader, planned.safe.address)),
    attempt("effect", () => tryProbes(network, planned, block)),
  ]);
  const common: Verdict[] = [...shared];
  common.push(
    ...(state.ok ? judgeTarget(state.value, { label, kind: dialect.kind, now: options.now }) : [state.verdict]),
  );
  const done = state.ok && state.value.state.done;
  // What is paused can't be paused again, and its probes fail as they should: neither proves anything now.
  const untried = done && !(dialect.idempotent && trial.ok && trial.value.inner.ok);
  if (!untried) common.push(...judgeProbes(probes));
  const right = {
    safe: { ...planned.safe, guard: facts.guard },
    target: { label, address: target },
    block: block.number,
    providers: network.providers.length,
    canPause: canPause.ok ? canPause.value : undefined,
    ask: await askFor(reader, at, { planned, trial }),
  };
  const executors = options.executors.length === 0 ? [undefined] : options.executors;
  return executors.map((executor) => {
    const verdicts = [...common];
    if (!trial.ok) verdicts.push(trial.verdict);
    else if (!untried) verdicts.push(...judgeTrial(right, trial.value, executor));
    verdicts.push(...judgePayer(at, { executor, facts, trial, state, growsWith: dialect.gasGrowsWith }));
    // A guard that lets nothing pass is said once, and not also that it is there.
    const blocked = verdicts.some(({ code }) => code === "guard_blocks");
    const said = blocked ? verdicts.filter(({ rung, code }) => rung !== "guard" || code === "guard_blocks") : verdicts;
    return { intervention: planned.key, ...(executor && { executor }), verdicts: said };
  });
}

function judgePayer(
  { options, network, block, accounts }: At,
  line: {
    executor: Address | undefined;
    facts: SafeFacts;
    trial: Attempt<Trial>;
    state: Attempt<TargetFacts>;
    growsWith: string | undefined;
  },
): Verdict[] {
  const { executor, facts, trial, growsWith } = line;
  if (executor === undefined) {
    const says = "No executor is configured: nothing could be sent.";
    return [
      {
        rung: "executor",
        colour: "red",
        code: "executor_none",
        says,
        remedy: "Set EXECUTOR_PRIVATE_KEY to a key that holds gas money and nothing else, and restart.",
      },
    ];
  }
  const account = accounts.get(executor);
  if (account === undefined) return [];
  if (!account.ok) return [account.verdict];
  const sent = trial.ok ? trial.value.byExecutor.find((one) => one.executor === executor) : undefined;
  const context = {
    owners: facts.standing?.owners ?? [],
    estimate: sent?.gas,
    block,
    feeCap: options.feeCap,
    chain: network.name,
  };
  // What would revert has no gas to be estimated.
  const gas = sent?.outcome.ok ? [judgeGas(sent.gas, growsWith)] : [];
  return [...judgeExecutor(executor, account.value, context), ...gas];
}

/** Who could mend a missing right is looked up only where one is missing. */
async function askFor(
  reader: Reader,
  { options }: At,
  { planned, trial }: { planned: PlannedIntervention; trial: Attempt<Trial> },
): Promise<Asked> {
  if (!trial.ok || trial.value.inner.ok) return { says: "", facts: [] };
  const target = { label: planned.intervention.targetLabel, address: planned.target };
  const revert = trial.value.inner.data;
  const asked = await attempt("role", () => whoGrants(reader, options.plan, { safe: planned.safe, target, revert }));
  return asked.ok ? asked.value : { says: `Ask whoever administers ${target.label}.`, facts: [] };
}

interface ProbeFound {
  rung: "effect" | "exit";
  label: string;
  from: Address;
  failing: string | undefined;
}

async function tryProbes(network: Network, planned: PlannedIntervention, block: Block): Promise<ProbeFound[]> {
  const probes = probesOf(planned.intervention);
  if (probes === undefined) return [];
  const named = [
    { rung: "effect" as const, probe: probes.effectProbe },
    { rung: "exit" as const, probe: probes.exitProbe },
  ];
  return Promise.all(
    named.map(async ({ rung, probe }) => {
      const { value } = await agreeOnCall(network, probe.label, probeCall(planned.intervention, probe), block);
      return { rung, label: probe.label, from: probe.from, failing: value.ok ? undefined : describeRevert(value) };
    }),
  );
}

/** The pause itself does not need them. Without them nobody could say that it worked. */
function judgeProbes(probes: Attempt<ProbeFound[]>): Verdict[] {
  if (!probes.ok) return [probes.verdict];
  return probes.value.map(({ rung, label, from, failing }): Verdict => {
    if (failing === undefined) return { rung, colour: "green", code: rung, says: `${label} works now.` };
    return {
      rung,
      colour: "amber",
      code: `${rung}_fails`,
      says: `${label} does not work even now (${failing}): after the pause it could prove nothing.`,
      facts: [{ label: "tried from", value: from }],
      remedy: "Choose an account in the plan for which it works: with balance, allowance or a deposit.",
    };
  });
}

async function readCodeHash(network: Network, address: Address, block: Block): Promise<Hex> {
  const { value } = await agree(network, `the code at ${address}`, async (provider) =>
    keccak256(Hex.parse(await provider.request("eth_getCode", [address, { blockHash: block.hash }]))),
  );
  return value;
}

type Attempt<T> = { ok: true; value: T } | { ok: false; verdict: Verdict };

/** What can't be read is a verdict: the pause would meet the same. Anything else is our bug, and is thrown. */
async function attempt<T>(rung: Rung, work: () => Promise<T>): Promise<Attempt<T>> {
  const red = (code: string, says: string, remedy: string): Attempt<T> => ({
    ok: false,
    verdict: { rung, colour: "red", code, says, remedy },
  });
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (error instanceof UserError) return red(error.code, error.message, error.remedy);
    if (error instanceof RetryableError) return red("unread", error.message, "See the chain's RPC providers.");
    if (!(error instanceof NotAnswered)) throw error;
    const remedy = "Correct the addresses or the dialect of this intervention in the response plan.";
    return red("not_answered", error.message, remedy);
  }
}
