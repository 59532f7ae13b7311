import type { LoadedPlan } from "../core/plan.ts";
import type { RpcProvider } from "../settings.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer } from "./http.ts";
import { callRpc, Quantity, RpcRefused } from "./rpc.ts";

const { ok, warning, problem } = findingsIn("chains");

export interface CheckedChains {
  findings: Finding[];
  /** Providers that serve the chain they are set for, by chain id. */
  usable: Record<number, RpcProvider[]>;
}

/** Each provider of each chain of the plan: does it answer, and for that chain? */
export async function checkChains(plan: LoadedPlan, rpc: Record<number, RpcProvider[]>): Promise<CheckedChains> {
  const usable: Record<number, RpcProvider[]> = {};
  const findings = await Promise.all(
    Object.entries(plan.chains).map(async ([key, { name }]) => {
      const id = Number(key);
      const providers = rpc[id] ?? [];
      const checked = await Promise.all(providers.map((provider) => checkProvider(provider, id, name)));
      usable[id] = providers.filter((_, index) => checked[index]?.ok === "ok");
      return [...checked, judgeNumber(name, id, providers, usable[id].length)];
    }),
  );
  return { findings: findings.flat(), usable };
}

async function checkProvider(provider: RpcProvider, id: number, name: string): Promise<Finding> {
  const check = `${name}: provider ${provider.name}`;
  try {
    const answered = await callRpc(provider, "eth_chainId", [], Quantity);
    if (answered === BigInt(id)) return ok(check, `It serves chain ${id}.`);
    const detail = `It serves chain ${answered}, and is set for chain ${id}.`;
    return problem(check, detail, `Take it out of RPC_URLS_${id}: nothing it says is about this chain.`);
  } catch (error) {
    if (!(error instanceof NoAnswer) && !(error instanceof RpcRefused)) throw error;
    const said = error instanceof RpcRefused ? `It refused eth_chainId: ${error.message}` : error.message;
    return problem(check, said, `Correct or replace it in RPC_URLS_${id}; mind its key and its limits.`);
  }
}

/** One provider may lie, lag or be down when it counts. Several addresses at one operator are one provider. */
function judgeNumber(name: string, id: number, providers: RpcProvider[], usable: number): Finding {
  const check = `${name}: number of providers`;
  const operators = new Set(providers.map((provider) => operatorOf(provider.name))).size;
  const remedy = `Set RPC_URLS_${id} to providers of three different operators.`;
  if (usable === 0) return problem(check, "None of them can be used: no pause can be prepared or sent.", remedy);
  if (operators >= 3) return ok(check, `${providers.length}, of ${operators} operators.`);
  if (operators === 2)
    return warning(check, "Two operators: when they disagree, nobody can tell which one is wrong.", remedy);
  return warning(
    check,
    "All from one operator: what it says can't be compared, and its outage stops the pause.",
    remedy,
  );
}

/** `eth.example.org:8545` → `example.org`. An address in digits is an operator of its own. */
function operatorOf(host: string): string {
  if (/^[\d.:[\]a-f]+$/i.test(host)) return host;
  return host.replace(/:\d+$/, "").split(".").slice(-2).join(".");
}
