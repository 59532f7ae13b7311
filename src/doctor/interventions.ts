import { encodeFunctionData, parseAbi } from "viem";
import type { Intervention, LoadedPlan, Probe } from "../core/plan.ts";
import { encodeProbe } from "../core/probe-call.ts";
import type { RpcProvider } from "../settings.ts";
import { type Finding, findingsIn } from "./finding.ts";
import { NoAnswer } from "./http.ts";
import { askAny, ethCall, RpcRefused, readContract } from "./rpc.ts";

const { ok, warning, problem } = findingsIn("Safes");

const pausableAbi = parseAbi(["function pause()", "function paused() view returns (bool)"]);

/**
 * Would each intervention work now? The pause is simulated as the Safe, so neither a key nor a signature is needed; the
 * probes are called as they would be afterwards. A guard on the Safe is not part of this simulation.
 */
export async function checkInterventions(plan: LoadedPlan, usable: Record<number, RpcProvider[]>): Promise<Finding[]> {
  const findings = await Promise.all(
    Object.entries(plan.interventions).map(async ([key, intervention]) => {
      const safe = plan.safes[intervention.safe];
      const providers = safe === undefined ? [] : (usable[safe.chain] ?? []);
      // With no provider the chain's own finding says all there is to say.
      if (safe === undefined || providers.length === 0) return [];
      return checkIntervention({ key, intervention, from: safe.address, providers });
    }),
  );
  return findings.flat();
}

async function checkIntervention(at: {
  key: string;
  intervention: Intervention;
  from: `0x${string}`;
  providers: RpcProvider[];
}): Promise<Finding[]> {
  const { key, intervention, providers } = at;
  const { target, targetLabel } = intervention;
  const dialect: "openzeppelin-pausable" = intervention.dialect;
  try {
    const paused = await askAny(providers, (provider) => readContract(provider, target, pausableAbi, "paused"));
    if (paused === true) {
      return [
        warning(
          key,
          `${targetLabel} is paused now, so neither the pause nor its probes can be tried.`,
          "Run this again once it is resumed.",
        ),
      ];
    }
    const data = encodeFunctionData({ abi: pausableAbi, functionName: "pause" });
    const authority = await attempt(providers, { to: target, from: at.from, data });
    const pause =
      authority === undefined
        ? ok(key, `${intervention.safe} can pause ${targetLabel} (simulated).`)
        : problem(
            key,
            `${intervention.safe} can't pause ${targetLabel}: ${authority}.`,
            `Give ${intervention.safe} the pauser role of ${target}.`,
          );
    return [
      pause,
      await checkProbe(at, "effect probe", intervention.effectProbe),
      await checkProbe(at, "exit probe", intervention.exitProbe),
    ];
  } catch (error) {
    if (error instanceof NoAnswer) {
      return [problem(key, `It could not be tried. ${error.message}`, "See the chain's providers above.")];
    }
    if (!(error instanceof RpcRefused)) throw error;
    const detail = `paused() of ${targetLabel} (${target}) can't be read: ${error.message}.`;
    const remedy = `Is it the right contract, and does it speak ${dialect}? Correct interventions.${key}.target.`;
    return [problem(key, detail, remedy)];
  }
}

async function checkProbe(
  { key, intervention, providers }: { key: string; intervention: Intervention; providers: RpcProvider[] },
  name: string,
  probe: Probe,
): Promise<Finding> {
  const to = probe.target ?? intervention.target;
  const failed = await attempt(providers, { to, from: probe.from, data: encodeProbe(probe) });
  if (failed === undefined) return ok(`${key}: ${name}`, `${probe.label} works now, as it should.`);
  const detail = `${probe.label} from ${probe.from} does not work even now: ${failed}. It would prove nothing.`;
  return problem(
    `${key}: ${name}`,
    detail,
    "Choose an account for which it works: with balance, allowance or a deposit.",
  );
}

/** Why a simulated call fails; undefined when it succeeds. */
async function attempt(providers: RpcProvider[], call: Parameters<typeof ethCall>[1]): Promise<string | undefined> {
  try {
    await askAny(providers, (provider) => ethCall(provider, call));
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcRefused)) throw error;
    return error.data === undefined || error.data === "0x"
      ? error.message
      : `${error.message} (${error.data.slice(0, 10)})`;
  }
}
