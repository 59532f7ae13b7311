import type { Address } from "../../core/ids.ts";
import { probesOf } from "../../core/intervention.ts";
import type { LoadedPlan } from "../../core/plan.ts";
import type { ChainProof, Verdict } from "../../core/readiness.ts";
import { buildSafeTx } from "../../core/safe-tx.ts";
import { createReader, type Reader } from "../dialects/reader.ts";
import type { Network } from "../network.ts";
import type { PlannedIntervention } from "../plan-lookup.ts";
import { probeCall } from "../probes.ts";
import { agreeOnCall } from "../quorum.ts";
import { describeRevert } from "../reverts.ts";
import { type Block, timeOf } from "../wire.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { type ExecutorFacts, judgeExecutor, judgeGas } from "./executor-facts.ts";
import { judgeTrial } from "./judge-trial.ts";
import type { SafeFacts } from "./safe-facts.ts";
import { judgeTarget, readTarget, type TargetFacts } from "./standing-of-target.ts";
import { type Trial, tryPause } from "./trial.ts";
import { type Asked, whoGrants } from "./who-grants.ts";

/** What is known of a chain by the time that its interventions are tried. */
export interface At {
  /** Accounts that could pay, and the most that they may pay per gas. */
  options: { plan: LoadedPlan; executors: readonly Address[]; feeCap: bigint };
  network: Network;
  block: Block;
  accounts: Map<Address, Attempt<ExecutorFacts>>;
  /** What is to be said of the providers. */
  rpc: Verdict[];
}

/** One intervention, with each of the executors. */
export async function proveIntervention(
  at: At,
  subject: {
    facts: SafeFacts & { standing: NonNullable<SafeFacts["standing"]> };
    planned: PlannedIntervention;
    shared: Verdict[];
    /** Providers that said otherwise of the Safe than a quorum did. */
    dissenting: readonly string[];
  },
): Promise<ChainProof["lines"]> {
  const { options, network, block } = at;
  const { facts, planned, shared, dissenting } = subject;
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
  const liars = [...new Set([...dissenting, ...(trial.ok ? trial.value.dissenting : [])])];
  const common = withDissent(shared, network, liars);
  common.push(
    ...(state.ok ? judgeTarget(state.value, { label, kind: dialect.kind, now: timeOf(block) }) : [state.verdict]),
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
    else if (!untried && !isExplained(state, trial.value)) verdicts.push(...judgeTrial(right, trial.value, executor));
    verdicts.push(...judgePayer(at, { executor, facts, trial, state, growsWith: dialect.gasGrowsWith }));
    // A guard that lets nothing pass is said once, and not also that it is there.
    const blocked = verdicts.some(({ code }) => code === "guard_blocks");
    const said = blocked ? verdicts.filter(({ rung, code }) => rung !== "guard" || code === "guard_blocks") : verdicts;
    return { intervention: planned.key, ...(executor && { executor }), verdicts: said };
  });
}

/** Whom a quorum contradicts is named, and takes the place of "all is well" with the providers. */
function withDissent(shared: readonly Verdict[], { chainId, name }: Network, liars: readonly string[]): Verdict[] {
  if (liars.length === 0) return [...shared];
  const says = `${liars.join(", ")} contradicts the other RPC providers of ${name} about the same block.`;
  const remedy = `Compare with a block explorer, and take the wrong one out of RPC_URLS_${chainId}.`;
  const others = shared.filter(({ rung, colour }) => rung !== "rpc" || colour !== "green");
  return [{ rung: "rpc", colour: "amber", code: "rpc_differs", says, remedy }, ...others];
}

/** The target says itself why its call would revert, by a rung of its own: then the right is not what is missing. */
function isExplained(target: Attempt<TargetFacts>, { inner }: Trial): boolean {
  if (!target.ok || inner.ok) return false;
  const { state, again } = target.value;
  return state.obstacle !== undefined || again.yes === false;
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
